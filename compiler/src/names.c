/* names.c - declares the names of a file: one namespace, filled in written order, with the columns,
 * values and states that belong to a declaration below it. A name declared twice is shown at both
 * places. References are bound while expressions get their types (types/types.c). */
#include "analyse.h"

#include <licet/reference.h>
#include <string.h>

enum { MEMBER_BUCKETS = 64 };

static unsigned bucket_of(lic_slice name, unsigned buckets)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name.size; i++) hash = (hash ^ name.data[i]) * 16777619u;
    return hash % buckets;
}

lic_symbol *lic_symbol_find(const lic_program *program, lic_slice name)
{
    for (lic_symbol *s = program->buckets[bucket_of(name, LIC_BUCKETS)]; s; s = s->next)
        if (lic_slice_equal(s->name, name)) return s;
    return NULL;
}

lic_symbol *lic_symbol_member(const lic_symbol *owner, lic_slice name)
{
    if (!owner->member_buckets) return NULL;
    lic_symbol *m = owner->member_buckets[bucket_of(name, MEMBER_BUCKETS)];
    while (m && !lic_slice_equal(m->name, name)) m = m->next_alike;
    return m;
}

lic_symbol *lic_state_find(const lic_program *program, lic_slice name)
{
    for (uint32_t i = 0; i < program->states.count; i++)
        if (lic_slice_equal(program->states.items[i]->name, name)) return program->states.items[i];
    return NULL;
}

int lic_months_of(const lic_node *period)
{
    return lic_named(period, "month")     ? 1
           : lic_named(period, "quarter") ? 3
           : lic_named(period, "half")    ? 6
                                          : 12;
}

const char *lic_symbol_kind_text(uint8_t kind)
{
    static const char *const texts[] = {
        "a party",       "a schedule",      "a register",  "a report",          "a tier table",
        "an account",    "a counter",       "a fact",      "a given parameter", "a tally",
        "a grant",       "a money term",    "a statement", "an action",         "a deliverable",
        "a library set", "a column",        "a value",     "a state",           "a local name",
        "a row",         "a built-in name",
    };
    return kind < LIC_COUNT(texts) ? texts[kind] : "a name";
}

void lic_symbol_list_add(lic_compilation *compilation, lic_symbol_list *list, lic_symbol *symbol)
{
    list->items = lic_grow(compilation, list->items, list->count, &list->capacity,
                           sizeof *list->items);
    list->items[list->count++] = symbol;
}

static lic_symbol *symbol_make(lic_compilation *compilation, lic_symbol_kind kind, lic_node *node)
{
    lic_symbol *symbol = lic_new(compilation, sizeof *symbol);
    symbol->kind = (uint8_t)kind;
    symbol->name = node->name;
    symbol->node = node;
    symbol->span = node->name_span.size ? node->name_span : node->span;
    symbol->meaning.divisor = 1;
    node->symbol = symbol;
    return symbol;
}

/* Names of a library have no place in the file but the `use` that brings them. */
static void report_twice(typer *t, const lic_symbol *first, const lic_symbol *second)
{
    if (first->from_module && second->from_module) return; /* brought twice: S12 */
    bool brought = second->from_module;
    const lic_symbol *own = brought ? first : second, *other = brought ? second : first;
    lic_diagnostic *d = lic_diag(t->c, "N02", own->span, NULL, "`%.*s` is declared twice",
                                 LIC_S(own->name));
    lic_diag_label(t->c, d, "declared %s as %s", brought ? "first" : "again",
                   lic_symbol_kind_text(own->kind));
    lic_diag_place(t->c, d, other->span,
                   other->from_module ? "brings it as %s" : "declared first as %s",
                   lic_symbol_kind_text(other->kind));
    lic_diag_help(t->c, d, "give %s another name, for instance `%.*s2`",
                  other->from_module ? "yours" : "one of them", LIC_S(own->name));
}

/* Enters a name into the namespace of the file. */
static lic_symbol *declare(typer *t, lic_symbol_kind kind, lic_node *node)
{
    lic_symbol *symbol = symbol_make(t->c, kind, node);
    if (t->module) symbol->from_module = true, symbol->span = t->module->span;
    if (!symbol->name.size) return symbol; /* a broken line, already reported */
    if (lic_slice_is(symbol->name, "Parties")) {
        lic_diagnostic *d = lic_diag(t->c, "N02", symbol->span, NULL,
                                     "`Parties` names the parties themselves");
        lic_diag_help(t->c, d, "choose another name, for instance `Partners`");
        lic_diag_fix(t->c, d, symbol->span, "Partners");
        return symbol;
    }
    const lic_symbol *first = lic_symbol_find(t->s, symbol->name);
    if (first) {
        report_twice(t, first, symbol);
        return symbol;
    }
    symbol->index = t->s->kind_counts[kind]++;
    unsigned bucket = bucket_of(symbol->name, LIC_BUCKETS);
    symbol->next = t->s->buckets[bucket];
    t->s->buckets[bucket] = symbol;
    lic_symbol_list_add(t->c, &t->s->all, symbol);
    return symbol;
}

/* Of two with one name the first is found. */
static void enter_member(typer *t, lic_symbol *owner, lic_symbol *member)
{
    if (!owner->member_buckets)
        owner->member_buckets = lic_new(t->c, MEMBER_BUCKETS * sizeof *owner->member_buckets);
    lic_symbol **bucket = &owner->member_buckets[bucket_of(member->name, MEMBER_BUCKETS)];
    member->next_alike = *bucket;
    *bucket = member;
}

static void declare_member(typer *t, lic_symbol *owner, lic_symbol_kind kind, lic_node *node)
{
    lic_symbol *member = symbol_make(t->c, kind, node);
    member->owner = owner;
    const lic_symbol *first = lic_symbol_member(owner, member->name);
    if (first) report_twice(t, first, member);
    else enter_member(t, owner, member);
    if (owner->last_member) {
        member->index = owner->last_member->index + 1;
        owner->last_member->next_member = member;
    } else {
        owner->members = member;
    }
    owner->last_member = member;
    member->is_key = (node->flags & LIC_FLAG_KEY) != 0;
    if (member->is_key && !owner->key) owner->key = member;
}

static void declare_members(typer *t, lic_symbol *owner)
{
    for (uint32_t i = 0; i < owner->node->child_count; i++) {
        lic_node *child = owner->node->children[i];
        if (child->kind == LIC_NODE_COLUMN) declare_member(t, owner, LIC_SYMBOL_COLUMN, child);
        if (child->kind == LIC_NODE_VALUE) declare_member(t, owner, LIC_SYMBOL_VALUE, child);
        if (child->kind == LIC_NODE_ROW) owner->rows++;
    }
}

static void declare_party(typer *t, lic_node *node)
{
    lic_symbol *party = declare(t, LIC_SYMBOL_PARTY, node);
    party->meaning.sort = LIC_SORT_PARTY;
    party->meaning.is_constant = true;
    party->meaning.value = party->index;
    if (t->s->parties.count == LIC_PARTIES_MAX) {
        lic_diag(t->c, "T03", node->span, NULL, "an agreement has at most %d parties",
                 LIC_PARTIES_MAX);
        return;
    }
    lic_symbol_list_add(t->c, &t->s->parties, party);
    for (uint32_t i = 0; i < node->child_count; i++)
        if (node->children[i]->kind == LIC_NODE_ROLE && lic_named(node->children[i], "signs"))
            t->s->signers |= (uint64_t)1 << party->index;
}

static void declare_state(typer *t, lic_node *word)
{
    lic_symbol *state = symbol_make(t->c, LIC_SYMBOL_STATE, word);
    const lic_symbol *first = lic_state_find(t->s, state->name);
    if (first) {
        report_twice(t, first, state);
        return;
    }
    if (t->s->states.count == LIC_STATES_MAX) {
        lic_diag(t->c, "T03", word->span, NULL, "a lifecycle has at most %d states",
                 LIC_STATES_MAX);
        return;
    }
    state->index = (uint32_t)t->s->states.count;
    state->meaning.sort = LIC_SORT_STATE;
    state->meaning.is_constant = true;
    state->meaning.value = state->index;
    lic_symbol_list_add(t->c, &t->s->states, state);
}

static void declare_states(typer *t, lic_node *lifecycle)
{
    if (t->s->lifecycle) {
        lic_diagnostic *d = lic_diag(t->c, "N02", lifecycle->span, NULL, "a second lifecycle");
        lic_diag_place(t->c, d, t->s->lifecycle->span, "the first one");
        return;
    }
    t->s->lifecycle = lifecycle;
    lic_node *initial = lic_child_of(lifecycle, LIC_NODE_INITIAL, 0);
    lic_node *states = lic_child_of(lifecycle, LIC_NODE_STATES, 0);
    lic_node *finals = lic_child_of(lifecycle, LIC_NODE_FINALS, 0);
    if (initial) declare_state(t, initial);
    for (uint32_t i = 0; states && i < states->child_count; i++)
        declare_state(t, states->children[i]);
    t->s->final_first = (uint32_t)t->s->states.count;
    t->s->final_node = finals;
    for (uint32_t i = 1; finals && i < finals->child_count; i++)
        declare_state(t, finals->children[i]);
}

static void help_module(typer *t, lic_diagnostic *d, const lic_node *use)
{
    const char *names[16], *list = "";
    size_t count = 0;
    for (; count < LIC_COUNT(names) && lic_stdlib_module_name(count); count++) {
        names[count] = lic_stdlib_module_name(count);
        list = lic_text(t->c, "%s%s`%s`", list, count ? ", " : "", names[count]);
    }
    const char *near = lic_nearest(use->name, names, count);
    if (near) {
        lic_diag_help(t->c, d, "did you mean `use %s`?", near);
    } else {
        lic_diag_help(t->c, d, "the library has %s", list);
    }
}

static void declare_module(typer *t, lic_node *use)
{
    lic_slice text;
    if (!t->c->options.modules(t->c->options.modules_context, use->name, &text)) {
        lic_diagnostic *d = lic_diag(t->c, "N05", use->span, NULL,
                                     "there is no library module `%.*s`", LIC_S(use->name));
        help_module(t, d, use);
        return;
    }
    lic_node *file = lic_parse_module(t->c, text, use->span);
    t->module = use;
    for (uint32_t i = 0; i < file->child_count; i++)
        if (file->children[i]->kind == LIC_NODE_TERRITORY_SET)
            declare(t, LIC_SYMBOL_SET, file->children[i]);
    t->module = NULL;
}

static void declare_one(typer *t, lic_node *node)
{
    static const struct {
        uint16_t node;
        uint8_t symbol;
    } kinds[] = {
        {LIC_NODE_ACCOUNT, LIC_SYMBOL_ACCOUNT},
        {LIC_NODE_COUNTER, LIC_SYMBOL_COUNTER},
        {LIC_NODE_FACT, LIC_SYMBOL_FACT},
        {LIC_NODE_GIVEN, LIC_SYMBOL_GIVEN},
        {LIC_NODE_TALLY, LIC_SYMBOL_TALLY},
        {LIC_NODE_SCHEDULE, LIC_SYMBOL_SCHEDULE},
        {LIC_NODE_REGISTER, LIC_SYMBOL_REGISTER},
        {LIC_NODE_REPORT, LIC_SYMBOL_REPORT},
        {LIC_NODE_TIERS, LIC_SYMBOL_TIERS},
        {LIC_NODE_GRANT, LIC_SYMBOL_GRANT},
        {LIC_NODE_MONEY_TERM, LIC_SYMBOL_TERM},
        {LIC_NODE_RECORD, LIC_SYMBOL_TERM},
        {LIC_NODE_STATEMENT, LIC_SYMBOL_STATEMENT},
        {LIC_NODE_ACTION, LIC_SYMBOL_ACTION},
        {LIC_NODE_DELIVERABLE, LIC_SYMBOL_DELIVERABLE},
    };
    if (node->kind == LIC_NODE_PARTY) declare_party(t, node);
    if (node->kind == LIC_NODE_LIFECYCLE) declare_states(t, node);
    if (node->kind == LIC_NODE_USE) declare_module(t, node);
    for (size_t i = 0; i < LIC_COUNT(kinds); i++)
        if (kinds[i].node == node->kind) declare_members(t, declare(t, kinds[i].symbol, node));
}

/* -- header ------------------------------------------------------------------------------------ */

uint8_t lic_currency_index(typer *t, const lic_node *at, lic_slice code)
{
    for (uint32_t i = 0; i < t->s->currency_count; i++)
        if (lic_slice_equal(t->s->currencies[i].code, code)) return (uint8_t)i;
    unsigned minor = 0;
    if (!lic_currency_find(code, &minor)) {
        lic_diagnostic *d = lic_diag(t->c, "S1", at->span, NULL, "`%.*s` is not a currency",
                                     LIC_S(code));
        lic_diag_label(t->c, d, "not in the table of ISO 4217 currencies");
        if (t->s->currency_count)
            lic_diag_help(t->c, d, "the header says `money %.*s`", LIC_S(t->s->currencies[0].code));
        return 0;
    }
    if (t->s->currency_count == LIC_CURRENCIES_MAX) {
        lic_diag(t->c, "T03", at->span, NULL, "an agreement has at most %d currencies",
                 LIC_CURRENCIES_MAX);
        return 0;
    }
    t->s->currencies[t->s->currency_count].code = code;
    t->s->currencies[t->s->currency_count].minor = minor;
    return (uint8_t)t->s->currency_count++;
}

static void header_rounding(typer *t, lic_node *node)
{
    static const char *const modes[] = {"half_even", "half_up", "floor", "ceiling"};
    t->s->rounding = node;
    for (unsigned i = 0; i < LIC_COUNT(modes); i++)
        if (lic_named(node, modes[i])) t->s->mode = (lic_rounding)i;
    if (node->scale > t->s->unit_scale || node->number <= 0) {
        lic_diagnostic *d = lic_diag(t->c, "S6", node->span, NULL,
                                     "the rounding unit is not a whole number of ledger units");
        lic_diag_help(
            t->c, d,
            "a ledger counts in %u decimals; write `rounding half_even to 0.01, each amount`",
            t->s->unit_scale);
        return;
    }
    lic_i128 unit = node->number;
    for (unsigned i = node->scale; i < t->s->unit_scale; i++)
        unit = unit > LIC_I128_MAX / 10 ? unit : unit * 10;
    if (unit > (lic_i128)1000000000000) {
        lic_diag(t->c, "S6", node->span, NULL, "the rounding unit is too large");
        unit = 1;
    }
    t->s->round_unit = unit;
}

static void header_line(typer *t, lic_node *node)
{
    if (node->kind == LIC_NODE_MONEY) {
        t->s->money = node;
        lic_currency_index(t, node, node->name);
    }
    if (node->kind == LIC_NODE_ROUNDING) header_rounding(t, node);
    if (node->kind == LIC_NODE_MONTHS) t->s->months_roll = lic_named(node, "roll");
    if (node->kind == LIC_NODE_YEARS) t->s->years_contract = lic_named(node, "contract");
    if (node->kind == LIC_NODE_TERM_DATES) t->s->term = node;
}

/* More than people can have read. Work on them grows faster than their number. */
static bool too_many(typer *t, const lic_node *block, uint32_t most, const char *what)
{
    if (block->child_count <= most) return false;
    lic_diag(t->c, "T03", block->name_span.size ? block->name_span : block->span, NULL,
             "%s has at most %u lines", what, most);
    return true;
}

bool lic_declare(typer *t)
{
    lic_node *file = t->s->file;
    if (too_many(t, file, 20000, "an agreement")) return false;
    for (uint32_t i = 0; i < file->child_count; i++) {
        const lic_node *block = file->children[i];
        /* What the terms of a whole agreement become stands in one handler. */
        bool handler = block->kind == LIC_NODE_HANDLER;
        if (block->kind != LIC_NODE_SCHEDULE &&
            too_many(t, block, handler ? 100000 : 4000, handler ? "a handler" : "a block"))
            return false;
    }
    for (uint32_t i = 0; i < file->child_count; i++) header_line(t, file->children[i]);
    for (uint32_t i = 0; i < file->child_count; i++) declare_one(t, file->children[i]);
    if (!t->s->money) {
        lic_diagnostic *d = lic_diag(t->c, "S1", file->name_span, NULL,
                                     "the header names no currency");
        lic_diag_help(t->c, d, "add a line to the header, for instance `money GBP`");
    }
    if (!t->s->parties.count)
        lic_diag(t->c, "N01", file->name_span, NULL, "the agreement has no parties");
    return true;
}
