/* parse/parser.h - what the parser's files share. One token of lookahead within a line; the first words of
 * a line, its leader, choose the function that reads it (parse/leaders.def). After an error in a line the
 * parser is silent until the next line, and what it could not read is an ERROR node. */
#ifndef LICET_PARSER_H
#define LICET_PARSER_H

#include "parse/lexer.h"

typedef struct lic_parser {
    lic_compilation *compilation;
    lic_lexer lexer;
    uint32_t at;          /* token of the line */
    unsigned depth;       /* nesting */
    bool silent;          /* an error in this line was reported */
    bool is_kernel;       /* a kernel construct was seen */
    unsigned templates;   /* that stand in one another */
    lic_slice misused[8]; /* reserved words that were declared as names, and reported */
    size_t misused_count;
} lic_parser;

/* -- leaders -------------------------------------------------------------------------------------- */

/* Where a leader may stand; a block accepts the leaders of one or several of them. */
enum {
    LIC_IN_FILE = 1,
    LIC_IN_SCHEDULE = 2,
    LIC_IN_REGISTER = 4,
    LIC_IN_REPORT = 8,
    LIC_IN_TIERS = 16,
    LIC_IN_GRANT = 32,
    LIC_IN_TERM = 64,
    LIC_IN_SPLIT = 128,
    LIC_IN_STATEMENT = 256,
    LIC_IN_DELIVERABLE = 512,
    LIC_IN_ACTION = 1024,
    LIC_IN_STEPS = 2048,
    LIC_IN_LIFECYCLE = 4096,
    LIC_IN_HANDLER = 8192,
    LIC_IN_SHARES = 16384,
    LIC_IN_MODULE = 32768,
    LIC_IN_KERNEL = 65536, /* steps that only a kernel file has */
    LIC_IN_PHASES = 131072 /* phases, which an action has in a kernel alone */
};

typedef void (*lic_line_parser)(lic_parser *p, lic_node *parent);

typedef struct lic_leader {
    uint32_t contexts;
    const char *words;     /* one or two words */
    char next;             /* what follows in a sound line: see parse/leaders.def */
    lic_line_parser parse; /* called behind the words; reads the line or the block */
    const char *syntax;    /* of the rest, for messages and the specification */
} lic_leader;

extern const lic_leader LIC_LEADERS[];
extern const size_t LIC_LEADER_COUNT;

/* Reads lines into `parent` until the block's `end`, which is consumed. */
void lic_parse_block(lic_parser *p, lic_node *parent, uint32_t contexts);
/* The same until `end` or, when `else_too`, a line `else`; neither is consumed. */
void lic_parse_lines(lic_parser *p, lic_node *parent, uint32_t contexts, bool else_too);
/* Consumes the line `end` of `block`. */
void lic_parse_end(lic_parser *p, lic_node *block);
/* Drops the first word of the line and reads the rest as a line of `contexts`. */
void lic_parse_rest_as_line(lic_parser *p, lic_node *parent, uint32_t contexts);
/* One line, or block, of `contexts`. */
void lic_parse_line(lic_parser *p, lic_node *parent, uint32_t contexts);

/* -- tokens ------------------------------------------------------------------------------------------ */

const lic_token *lic_peek(const lic_parser *p);
const lic_token *lic_peek_next(const lic_parser *p); /* the one behind it */
bool lic_at(const lic_parser *p, lic_token_kind kind);
bool lic_at_word(const lic_parser *p, const char *word);
bool lic_next_is_word(const lic_parser *p, const char *word);
bool lic_accept(lic_parser *p, lic_token_kind kind);
bool lic_accept_word(lic_parser *p, const char *word);
/* NULL, reported, when the token is another. `what` names what is expected, for people. */
const lic_token *lic_expect(lic_parser *p, lic_token_kind kind, const char *what);
bool lic_expect_word(lic_parser *p, const char *word);
/* The word of the list that stands here; a misspelt one is reported and taken for the nearest. NULL,
 * reported as `expected`, when it is none of them. */
const char *lic_expect_one_of(lic_parser *p, const char *const *words, size_t count,
                              const char *expected);
/* Reports that something else was expected here, and is silent for the rest of the line. */
lic_diagnostic *lic_unexpected(lic_parser *p, const char *expected);
/* Any other report at the token `at`; the line is given up. */
lic_diagnostic *lic_give_up(lic_parser *p, const char *code, lic_span at, const char *title);
/* Drops what was reported of a line from diagnostic `from` on. True when something was. */
bool lic_drop_reports(lic_parser *p, size_t from, uint32_t line);
/* How many words are reserved, and which. */
size_t lic_reserved_words(const char *const **words);
bool lic_word_is_reserved(lic_slice word);
/* Goes on by a token, never beyond the end of the line. */
void lic_advance(lic_parser *p);
/* Leaves the line. */
void lic_next_line(lic_parser *p);
bool lic_is_word(const lic_token *token, const char *word);
/* A copy with the case of its first letter changed, for helps. */
const char *lic_recased(lic_parser *p, lic_slice text, bool upper);
/* A reserved word that was declared as a name: its uses are not reported again. */
bool lic_word_is_misused(const lic_parser *p, lic_slice word);

/* -- nodes ------------------------------------------------------------------------------------------- */

lic_node *lic_begin(lic_parser *p, lic_node_kind kind);      /* at the present token */
lic_node *lic_begin_line(lic_parser *p, lic_node_kind kind); /* at the first token of the line */
void lic_close(lic_parser *p, lic_node *node); /* its span ends behind the last token */
void lic_add(lic_parser *p, lic_node *parent, lic_node *child); /* child may be NULL: ABSENT */
void lic_add_absent(lic_parser *p, lic_node *parent);
lic_node *lic_error_node(lic_parser *p);
bool lic_has_comments(const lic_lexer *lexer); /* at the present line */
lic_trivia *lic_trivia_of(lic_parser *p, lic_node *node);
/* Puts the line's node into place `index` of a parent with fixed places; reports a second one. */
void lic_place(lic_parser *p, lic_node *parent, uint32_t index, lic_node *node, const char *leader);
/* Anchor, end of the line, comments; goes to the next line. */
void lic_finish_line(lic_parser *p, lic_node *node);

/* Names: NAME_REF or WORD nodes; ERROR when it is none. */
lic_node *lic_parse_name(lic_parser *p, const char *what); /* Capital -> NAME_REF */
lic_node *lic_parse_word(lic_parser *p, const char *what); /* lower_case -> WORD, reserved or not */
lic_node *lic_parse_unit(lic_parser *p);                   /* word or code -> WORD */
/* The name that a node declares. */
void lic_take_name(lic_parser *p, lic_node *node, const char *what);  /* Capital */
void lic_take_lower(lic_parser *p, lic_node *node, const char *what); /* lower_case, not reserved */
void lic_take_count(lic_parser *p, lic_node *node,
                    const char *what); /* whole number -> node->number */
void lic_take_text(lic_parser *p, lic_node *node, const char *what); /* string -> node->text */
/* words: one or more, separated by commas; stops before a comma that `stop` (may be NULL) follows. */
void lic_parse_words(lic_parser *p, lic_node *parent, const char *what, const char *stop);
void lic_parse_names(lic_parser *p, lic_node *parent, const char *what, const char *stop);

/* -- parts ----------------------------------------------------------------------------------------------- */

lic_node *lic_parse_expression(lic_parser *p); /* E */
lic_node *lic_parse_condition(lic_parser *p);  /* C */
lic_node *lic_parse_primary(lic_parser *p);    /* prim */
lic_node *lic_parse_duration(lic_parser *p);
lic_node *lic_parse_period(lic_parser *p);
lic_node *lic_parse_within(lic_parser *p); /* `within ...` or `due ...` */
bool lic_at_within(const lic_parser *p);
lic_node *lic_parse_type(lic_parser *p);
void lic_parse_attributes(lic_parser *p, lic_node *parent);     /* { "," attribute } */
lic_node *lic_parse_for_each(lic_parser *p);                    /* behind `for` */
lic_node *lic_parse_notice(lic_parser *p);                      /* at `notice` */
lic_node *lic_parse_trigger(lic_parser *p, lic_node_kind kind); /* ON or WORD: name and flags */
bool lic_at_sentence(const lic_parser *p);                      /* X pays, X owes */
void lic_parse_sentence(lic_parser *p, lic_node *parent);
void lic_parse_share(lic_parser *p, lic_node *parent); /* Party: rate */

/* parse/hole.c: what a hole of a template stands for. */
bool lic_at_lines_hole(const lic_parser *p); /* alone on its line */
void lic_parse_lines_hole(lic_parser *p, lic_node *parent, uint32_t contexts);
lic_node *lic_parse_expression_hole(lic_parser *p);

/* parse/shape.c: lines that a block needs, or may have only once. */
void lic_check_shape(lic_compilation *compilation, lic_node *file, bool is_kernel);

/* The line parsers that parse/leaders.def names. */
#define LEADER(contexts, words, next, function, syntax) \
    void lic_line_##function(lic_parser *p, lic_node *parent);
#include "parse/leaders.def"
#undef LEADER

#endif
