/* cli.h - what a command sees: its operands and options, where data goes, how it fails.
 *
 * Data goes to stdout through `out`, talk for people to stderr, and errors to stderr once, at the
 * end, by the frame: a command fills `error` and returns its status. One process runs one command, or a batch of them. */
#ifndef LICET_CLI_H
#define LICET_CLI_H

#include <licet/hash.h>
#include <licet/json.h>

#define LIC_MANY 65535 /* operands without an upper limit; the operating system has one */

typedef enum lic_option {
#define OPTION(id, long_name, short_name, argument, doc) LIC_OPTION_##id,
#include <licet/commands.def>
    LIC_OPTIONS
} lic_option;

typedef enum lic_cli_group {
#define GROUP(id, title) LIC_GROUP_##id,
#include <licet/commands.def>
    LIC_GROUPS
} lic_cli_group;

/* What may stand for a word of operands or options; commands.def says what each kind means. */
typedef enum lic_cli_argument_kind {
    LIC_ARGUMENT_TEXT, /* whatever is not in the table */
    LIC_ARGUMENT_FILE,
    LIC_ARGUMENT_FOLDER,
    LIC_ARGUMENT_PAIR,
    LIC_ARGUMENT_WORDS,
    LIC_ARGUMENT_LIST,
    LIC_ARGUMENT_OPEN,
    LIC_ARGUMENT_ASK,
    LIC_ARGUMENT_ROWS,
    LIC_ARGUMENT_DECLARED
} lic_cli_argument_kind;

typedef struct lic_cli_argument {
    const char *word; /* "FORMAT", "NAME=FILE" */
    lic_cli_argument_kind kind;
    const char *values; /* "" where the kind has none */
    const char *doc;    /* "" where the word says enough */
} lic_cli_argument;

/* -- output that waits ----------------------------------------------------------------------------- */

typedef enum lic_stream {
    LIC_STREAM_DATA = 1,
    LIC_STREAM_TALK = 2
} lic_stream; /* stdout, stderr */

/* What commands that write have to say before the blocks that it speaks of are written (held.c). */
typedef struct lic_held {
    lic_buffer pieces;
    uint64_t
        calls; /* that had been made when a piece is put: it goes out when so many are written */
} lic_held;

void lic_held_init(lic_held *held, const lic_allocator *allocator);
void lic_held_free(lic_held *held);
void lic_held_put(lic_held *held, lic_stream stream, lic_slice bytes);
/* Sends what no longer waits, in order. IO: stdout does not take it; NO_MEMORY: a piece was lost. */
lic_status lic_held_tell(lic_held *held, uint64_t written, lic_error *error);
/* Drops what speaks of calls beyond the first `written`: they are lost. */
void lic_held_drop(lic_held *held, uint64_t written);

typedef struct lic_example {
    const char *command, *line, *doc;
} lic_example;

typedef struct lic_variable {
    const char *name, *doc;
} lic_variable;

typedef struct lic_cli lic_cli;

typedef struct lic_command {
    const char *name;
    const char *operands; /* one form a line */
    const char *summary, *details;
    lic_cli_group group;
    int min, max; /* operands */
    lic_status (*run)(lic_cli *cli);
} lic_command;

typedef struct lic_option_info {
    const char *name;     /* without dashes */
    int short_name;       /* a letter, or 0 */
    const char *argument; /* NULL: a switch */
    const char *doc;
} lic_option_info;

#define LIC_OPTION_USES 256 /* options on one command line */

struct lic_cli {
    const char *program;         /* "licet" */
    const lic_command *commands; /* ends with a NULL name */
    const lic_command *command;
    const lic_allocator *allocator;
    bool json, quiet, colour; /* colour: on stdout and stderr alike */
    bool wrote;               /* something is on stdout */
    struct {
        lic_option option;
        const char *value;   /* "" for a switch */
    } uses[LIC_OPTION_USES]; /* in the order given */
    size_t use_count;
    const char *const *operands;
    size_t operand_count;
    bool finding;  /* exit 1 although nothing failed: differences, diagnostics */
    int exit_code; /* of a command within this one (batch); otherwise 0 */
    struct lic_kept
        *kept;      /* within a batch: what stays open from command to command; otherwise NULL */
    lic_held *held; /* where output goes while its block is not written; NULL: it goes out */
    struct lic_output *file; /* where data goes in place of stdout; NULL: it goes there */
    lic_buffer out;          /* data not yet on stdout */
    lic_error error;
};

/* Runs a command line within another one (a batch), whose program and commands it has, and whose output waits in
 * `held`; returns the exit code. It must be a command that writes, and no call for help. */
int lic_cli_within(const lic_cli *batch, struct lic_kept *kept, lic_held *held, int argc,
                   char **argv);
/* Runs the command line; returns the exit code. `commands` ends with a NULL name. */
int lic_cli_main(const char *program, const lic_command *commands, int argc, char **argv);

/* -- the tables, for help, completions and tests ---------------------------------------------- */
const lic_option_info *lic_option_describe(lic_option option);
bool lic_option_leads(lic_option option); /* may stand before the command too */
bool lic_option_every(lic_option option); /* all commands take it */
bool lic_command_takes(const char *command, lic_option option);
const char *lic_group_title(lic_cli_group group);
/* The row of `word`; of kind TEXT when the table has none. */
lic_cli_argument lic_cli_argument_describe(lic_slice word);
/* The n-th word of a usage line, from 0, that the table describes, each once, in written order; false when there
 * are fewer. */
bool lic_operand_at(const char *operands, size_t n, lic_cli_argument *argument);
/* The n-th of a table, from 0, in written order; NULL beyond its end. */
const lic_example *lic_example_at(size_t n);
const lic_variable *lic_variable_at(size_t n);
/* "Exit codes: 0 ok, 1 finding or failed check, ... 78 configuration." */
void lic_put_exit_codes(lic_buffer *target);
void lic_cli_help(const lic_cli *cli, lic_buffer *target); /* the overview */

/* -- options and operands ----------------------------------------------------------------------- */
/* The last value given, or NULL. A switch gives "". */
const char *lic_cli_value(const lic_cli *cli, lic_option option);
bool lic_cli_has(const lic_cli *cli, lic_option option);
/* The n-th value given of an option, from 0; NULL when there are fewer. */
const char *lic_cli_nth(const lic_cli *cli, lic_option option, size_t n);
/* Value of a numeric option; *value keeps its default when absent. Usage error when out of bounds. */
lic_status lic_cli_number(lic_cli *cli, lic_option option, uint64_t min, uint64_t max,
                          uint64_t *value);
/* Splits "NAME=VALUE"; usage error without '=' or with an empty name. Slices borrow from `text`. */
lic_status lic_cli_pair(lic_cli *cli, const char *text, lic_slice *name, const char **value);

/* -- failing ------------------------------------------------------------------------------------- */
/* Wrong use of the command line: exit 64. */
lic_status lic_cli_usage(lic_cli *cli, const char *format, ...) LIC_PRINTF(2, 3);

/* -- data and talk ------------------------------------------------------------------------------- */
/* Sends what is in `out` to stdout, or to where it waits, when it has grown large, or in any case with `all`. */
lic_status lic_cli_flush(lic_cli *cli, bool all);
/* Data is for people's eyes: stdout is a terminal, and --json was not given. */
bool lic_cli_for_eyes(const lic_cli *cli);
/* A line for people on stderr, silent with --quiet. */
void lic_cli_say(const lic_cli *cli, const char *format, ...) LIC_PRINTF(2, 3);
/* Text for people as it is, with --quiet too: diagnostics, errors. */
void lic_cli_talk(const lic_cli *cli, lic_slice text);
/* Tells cli->error at once, as the frame does at the end: for the first of several. */
void lic_cli_tell_error(const lic_cli *cli, lic_status status);

/* Progress on a terminal, from the second half second on; silent elsewhere. */
typedef struct lic_progress {
    const char *what;
    int64_t started_ms, shown_ms; /* of the process's monotonic clock */
    bool wanted;                  /* somebody may watch */
    bool shown;
} lic_progress;
void lic_progress_begin(lic_progress *progress, const lic_cli *cli, const char *what);
void lic_progress_show(lic_progress *progress, uint64_t done, uint64_t total);
void lic_progress_end(lic_progress *progress);
/* "settling: 3 of 13 (23 %)"; without a total "rows: 3", without either "writing". */
#define LIC_PROGRESS_TEXT 128
void lic_progress_print(const char *what, uint64_t done, uint64_t total,
                        char text[LIC_PROGRESS_TEXT]);

/* -- files ---------------------------------------------------------------------------------------- */
/* Appends the whole file. MISSING, IO, or TOO_LARGE beyond the buffer's maximum. "-" is stdin. */
lic_status lic_file_read(lic_cli *cli, const char *path, lic_buffer *target);
/* Writes beside `path` and renames, so that a reader sees the old or the new file. "-" is stdout. */
lic_status lic_file_write(lic_cli *cli, const char *path, lic_slice bytes);
/* The same for one of many files that can be made again: it is not waited for until the disk has it. */
lic_status lic_file_write_many(lic_cli *cli, const char *path, lic_slice bytes);
/* From here on data goes to a file beside `path`, in place of stdout. "-": to stdout all the same. IO, NO_MEMORY. */
lic_status lic_output_begin(lic_cli *cli, const char *path);
/* After a begin that answered OK: the data takes the place of `path`, synced, or nothing is changed when `status` is not OK.
 * Answers `status`, or IO of what went wrong here. */
lic_status lic_output_end(lic_cli *cli, lic_status status);
/* lic_cli_flush's, where the data goes to a file. IO. */
lic_status lic_output_put(lic_cli *cli, lic_slice bytes);

#endif
