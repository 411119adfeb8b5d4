/* generate/subjects.c - what the agreement names, for the engine: header, parties, parameters, reports,
 * statements, periodic terms, facts, actions, grants, terms and accounts. */
#include "generate/generate.h"

#include <licet/reference.h>
#include <string.h>

lic_period_kind lic_period_months(const lic_node *period)
{
    if (lic_named(period, "month")) return LIC_MONTH;
    if (lic_named(period, "quarter")) return LIC_QUARTER;
    return lic_named(period, "half") ? LIC_HALF : LIC_YEAR;
}

static lic_delay delay_of(const lic_node *duration)
{
    lic_delay delay = {0};
    if (!lic_present(duration) || !duration->meaning) return delay;
    delay.months = duration->meaning->months;
    delay.days = (int32_t)duration->meaning->value;
    return delay;
}

static lic_delay deadline_of(const lic_node *within)
{
    const lic_node *delay = NULL;
    (void)lic_deadline_of(within, &delay);
    return delay_of(delay);
}

/* Of a statement or a periodic term, which without one waits for its reports. The period's last day as
 * their deadline is the day behind it: earlier nothing is settled. */
static lic_delay settled_by(const lic_node *within)
{
    lic_delay delay = deadline_of(within);
    if (within && !delay.days && !delay.months) delay.days = 1;
    return delay;
}

static uint16_t date_cell(generator *g, lic_slice name, const char *what)
{
    lic_slice field = lic_slice_text(lic_text(g->c, "%.*s.%s", LIC_S(name), what));
    return lic_field_add(g, LIC_TABLE_SELF, field, lic_type_plain(LIC_KIND_DATE), LIC_ROLE_ENGINE,
                         true);
}

/* -- header ---------------------------------------------------------------------------------------------- */

static bool has_phrase(const lic_node *payments, const char *phrase)
{
    for (uint32_t i = 0; i < payments->child_count; i++)
        if (lic_named(payments->children[i], phrase)) return true;
    return false;
}

static void header(generator *g)
{
    lic_image *image = g->image;
    const lic_node *file = g->p->file;
    image->name = file->name;
    image->title = file->text;
    image->engine_version = 1;
    image->rules.rounding = (uint8_t)g->p->mode;
    image->rules.unit = g->p->round_unit ? g->p->round_unit : 1;
    image->rules.months_roll = g->p->months_roll;
    image->rules.years_contract = g->p->years_contract;
    image->rules.excess_credited = true;
    for (uint32_t i = 0; i < file->child_count; i++) {
        const lic_node *node = file->children[i];
        if (node->kind == LIC_NODE_HEADER_TEXT && lic_named(node, "law")) image->law = node->text;
        if (node->kind == LIC_NODE_HEADER_TEXT && lic_named(node, "language"))
            image->language = node->text;
        if (node->kind == LIC_NODE_HEADER_TEXT && lic_named(node, "calendar"))
            image->calendar = node->text;
        if (node->kind == LIC_NODE_PREVAILS) image->rules.prevails_code = lic_named(node, "code");
        if (node->kind != LIC_NODE_PAYMENTS) continue;
        image->rules.payments_confirmed_by = has_phrase(node, "confirmed by payer");
        image->rules.excess_credited = !has_phrase(node, "excess refused");
    }
    image->first_advisory = image->texts_count;
    for (uint32_t i = 0; i < file->child_count; i++)
        if (file->children[i]->kind == LIC_NODE_ADVISORY)
            *LIC_PUT(g, texts) = file->children[i]->text;
    image->advisory_count = image->texts_count - image->first_advisory;
}

void lic_generate_reference(generator *g, const char *name)
{
    lic_reference *r = LIC_PUT(g, references);
    r->name = lic_slice_text(name);
    lic_slice bytes = lic_reference_bytes(name);
    g->c->hasher->sha256(&bytes, 1, &r->hash);
}

static void currencies(generator *g)
{
    for (uint32_t i = 0; i < g->p->currency_count; i++) {
        lic_currency *currency = LIC_PUT(g, currencies);
        *currency = (lic_currency){.minor = (uint8_t)g->p->currencies[i].minor,
                                   .unit_scale = g->p->unit_scale};
        if (currency->minor > currency->unit_scale) currency->minor = currency->unit_scale;
        memcpy(currency->code, g->p->currencies[i].code.data,
               g->p->currencies[i].code.size < 3 ? g->p->currencies[i].code.size : 3);
    }
}

void lic_generate_header(generator *g)
{
    currencies(g);
    header(g);
}

static void parties(generator *g)
{
    for (size_t i = 0; i < g->p->parties.count; i++) {
        const lic_node *node = g->p->parties.items[i]->node;
        const char *roles = "";
        for (uint32_t k = 0; k < node->child_count; k++) {
            const lic_node *role = node->children[k], *of = lic_child(role, 0);
            roles = lic_text(g->c, "%s%s%.*s%s%.*s", roles, k ? ", " : "", LIC_S(role->name),
                             of ? " of " : "", of ? (int)of->name.size : 0,
                             of ? (const char *)of->name.data : "");
        }
        *LIC_PUT(g, parties) = (lic_party){.name = node->name,
                                           .roles = lic_slice_text(roles),
                                           .signs = (g->p->signers >> i & 1) != 0};
    }
    lic_static_rows(g, LIC_TABLE_PARTIES, (uint32_t)g->p->parties.count);
}

static void lifecycle(generator *g)
{
    static const char *const names[] = {"state", "since", "signed", "wake", "first", "last"};
    uint16_t fields[LIC_COUNT(names)] = {0};
    for (uint32_t i = 0; i < g->image->fields_count; i++)
        for (size_t n = 0; n < LIC_COUNT(names); n++)
            if (g->image->fields[i].table == LIC_TABLE_SELF &&
                g->image->fields[i].role != LIC_ROLE_COLUMN &&
                lic_slice_is(g->image->fields[i].name, names[n]) && fields[n] == 0)
                fields[n] = (uint16_t)i;
    lic_lifecycle *life = &g->image->lifecycle;
    life->states = 0;
    life->state_field = fields[0], life->since_field = fields[1], life->signed_field = fields[2];
    life->wake_field = fields[3], life->first_field = fields[4], life->last_field = fields[5];
    for (size_t i = g->p->final_first; i < g->p->states.count; i++)
        life->finals |= (uint64_t)1 << i;
    if (g->p->final_node) life->run_off = delay_of(g->p->final_node->children[0]);
    life->from_signature = g->p->from_signature;
    life->first = g->p->from_signature ? 0 : g->p->first;
    life->last = g->p->last;
}

/* -- parameters ------------------------------------------------------------------------------------------------ */

static void parameters(generator *g)
{
    uint16_t number = 0;
    for (size_t i = 0; i < g->p->all.count; i++) {
        lic_symbol *symbol = g->p->all.items[i];
        if (symbol->kind != LIC_SYMBOL_GIVEN) continue;
        lic_type type = lic_image_type(g, &symbol->meaning);
        symbol->image_index = number++;
        symbol->field_number = lic_field_add(g, LIC_TABLE_SELF, symbol->name, type, LIC_ROLE_COLUMN,
                                             false);
        lic_reader reader = lic_reader_of(g, symbol);
        *LIC_PUT(g, parameters) = (lic_parameter){
            .name = symbol->name, .reader = reader, .field = symbol->field_number};
    }
}

/* -- reports ------------------------------------------------------------------------------------------------------- */

static void report_columns(generator *g, const lic_symbol *symbol, lic_report *report)
{
    report->first_column = (uint16_t)g->image->columns_count;
    for (lic_symbol *c = symbol->members; c; c = c->next_member) {
        if (c->kind != LIC_SYMBOL_COLUMN) continue;
        lic_reader reader = lic_reader_of(g, c);
        lic_column *column = LIC_PUT(g, columns);
        *column = (lic_column){
            .name = c->name, .reader = reader, .field = LIC_NONE16, .unique = c->is_unique};
        c->image_index = report->column_count++;
        if (c->form == LIC_FORM_IGNORED) continue;
        column->field = report->slots;
        c->field_number = report->slots;
        report->slots = (uint16_t)(report->slots + (lic_type_wide(reader.type) ? 2 : 1));
    }
}

static void report_uniques(generator *g, const lic_symbol *symbol, const lic_node *lines,
                           lic_report *report)
{
    report->first_unique = (uint16_t)g->image->uniques_count;
    for (uint32_t i = 0; lines && i < lines->child_count; i++)
        if (lines->children[i]->symbol)
            *LIC_PUT(g, uniques) = lines->children[i]->symbol->image_index;
    for (lic_symbol *c = symbol->members; c; c = c->next_member) {
        bool listed = lines && lines->child_count;
        if (c->kind == LIC_SYMBOL_COLUMN && c->is_unique && !listed &&
            g->image->uniques_count == report->first_unique)
            *LIC_PUT(g, uniques) = c->image_index;
    }
    report->unique_count = (uint16_t)(g->image->uniques_count - report->first_unique);
}

static void report(generator *g, lic_symbol *symbol)
{
    const lic_node *node = symbol->node, *by = lic_child_of(node, LIC_NODE_BY, 0),
                   *lines = lic_child_of(node, LIC_NODE_LINES, 0);
    lic_report r = {.name = symbol->name,
                    .anchor = node->anchor,
                    .by = (uint16_t)by->children[0]->symbol->index,
                    .period = (uint8_t)lic_period_months(by->children[1]),
                    .set_aside = lines && (lines->flags & LIC_FLAG_SET_ASIDE),
                    .deadline = deadline_of(lic_child(by, 2)),
                    .max_lines = symbol->max_rows,
                    .entry = LIC_NONE16};
    report_columns(g, symbol, &r);
    report_uniques(g, symbol, lines, &r);
    r.first_require = (uint16_t)g->image->reasons_count;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_node *child = node->children[i];
        if (child->kind != LIC_NODE_REQUIRE) continue;
        lic_slice text = lic_expression_text(g->c, child->children[0]);
        *LIC_PUT(g, reasons) = (lic_reason){
            .text = text, .anchor = child->anchor.size ? child->anchor : node->anchor};
        r.require_count++;
    }
    r.next_field = date_cell(g, symbol->name, "next");
    symbol->field_number = r.next_field;
    symbol->image_index = (uint16_t)g->image->reports_count;
    *LIC_PUT(g, reports) = r;
}

/* -- statements ----------------------------------------------------------------------------------------------------- */

static void statement(generator *g, lic_symbol *symbol)
{
    const lic_node *every = lic_child_of(symbol->node, LIC_NODE_EVERY, 0),
                   *to = lic_child_of(symbol->node, LIC_NODE_TO, 0);
    lic_statement s = {.name = symbol->name,
                       .anchor = symbol->node->anchor,
                       .period = (uint8_t)lic_period_months(every->children[0]),
                       .deadline = settled_by(lic_child(every, 1)),
                       .payees = LIC_TABLE_PARTIES,
                       .grid = LIC_NONE16,
                       .entry = LIC_NONE16};
    for (uint32_t i = 0; i < to->child_count; i++) {
        const lic_symbol *payee = to->children[i]->symbol;
        if (payee->kind == LIC_SYMBOL_PARTY) s.parties |= (uint64_t)1 << payee->index;
        else s.payees = payee->table_number;
    }
    s.first_group = (uint16_t)g->image->groups_count;
    s.next_field = date_cell(g, symbol->name, "next");
    symbol->image_index = (uint16_t)g->image->statements_count;
    *LIC_PUT(g, statements) = s;
}

static void group(generator *g, const lic_symbol *column, uint64_t *rows)
{
    lic_group *group = LIC_PUT(g, groups);
    *group = (lic_group){.name = column->name};
    if (column->meaning.sort == LIC_SORT_ENUM) {
        group->form = LIC_FORM_ENUM;
        group->enumeration = (uint8_t)column->meaning.values->index;
        group->cardinality = column->meaning.values->count;
    } else {
        group->form = LIC_FORM_TERRITORY;
        group->cardinality = (uint32_t)lic_territory_count();
    }
    *rows *= group->cardinality;
}

static bool is_summed(const lic_symbol *column)
{
    uint8_t sort = column->meaning.sort;
    bool number = sort == LIC_SORT_COUNT || lic_is_wide(&column->meaning);
    return column->kind == LIC_SYMBOL_COLUMN && number && column->form != LIC_FORM_DIGITS;
}

static void grid(generator *g, const lic_symbol *symbol, const lic_node *by)
{
    uint64_t rows = 1;
    uint16_t first = (uint16_t)g->image->groups_count;
    for (uint32_t i = 0; i < by->child_count; i++) group(g, by->children[i]->symbol, &rows);
    if (rows > 1000000) {
        lic_diagnostic *d = lic_diag(g->c, "T03", by->span, NULL,
                                     "`lines by` would have %llu groups", (unsigned long long)rows);
        lic_diag_help(g->c, d, "group by fewer columns: at most 1,000,000 groups");
        return;
    }
    uint16_t table = lic_table_add(
        g, LIC_TABLE_KIND_GRID, lic_slice_text(lic_text(g->c, "%.*s.lines", LIC_S(symbol->name))));
    g->image->tables[table].max_rows = (uint32_t)rows;
    const lic_symbol *report = by->children[0]->symbol->owner;
    for (const lic_symbol *c = report->members; c; c = c->next_member)
        if (is_summed(c))
            lic_field_add(g, table, c->name, lic_image_type(g, &c->meaning), LIC_ROLE_TALLY, true);
    lic_statement *s = &g->image->statements[symbol->image_index];
    s->grid = table;
    s->first_group = first;
    s->group_count = (uint16_t)by->child_count;
}

void lic_generate_grids(generator *g)
{
    for (size_t i = 0; i < g->p->all.count; i++) {
        const lic_symbol *symbol = g->p->all.items[i];
        const lic_node *by = symbol->kind == LIC_SYMBOL_STATEMENT
                                 ? lic_child_of(symbol->node, LIC_NODE_LINES_BY, 0)
                                 : NULL;
        if (by && by->child_count) grid(g, symbol, by);
    }
}

/* -- terms and periodic terms ------------------------------------------------------------------------------------------ */

static void term(generator *g, lic_symbol *symbol)
{
    uint16_t table = !symbol->is_scoped ? LIC_TABLE_SELF
                     : symbol->scope    ? symbol->scope->table_number
                                        : LIC_TABLE_PARTIES;
    symbol->image_index = (uint16_t)g->image->terms_count;
    *LIC_PUT(g, terms) = (lic_term){.label = symbol->node->text,
                                    .name = symbol->name,
                                    .anchor = symbol->node->anchor,
                                    .table = table,
                                    .currency = symbol->meaning.currency,
                                    .exact_scale = symbol->meaning.scale,
                                    .results = 1};
    for (uint32_t i = 2; i < symbol->node->child_count; i++) {
        const lic_node *every = symbol->node->children[i];
        if (every->kind != LIC_NODE_ATTRIBUTE || !lic_named(every, "every")) continue;
        lic_periodic periodic = {.term = symbol->image_index,
                                 .period = (uint8_t)lic_period_months(every->children[0]),
                                 .deadline = settled_by(lic_child(every, 1)),
                                 .entry = LIC_NONE16};
        periodic.next_field = date_cell(g, symbol->name, "next");
        *LIC_PUT(g, periodics) = periodic;
    }
}

/* -- actions ----------------------------------------------------------------------------------------------------------- */

static void action(generator *g, lic_symbol *symbol)
{
    const lic_node *node = symbol->node;
    lic_action a = {.name = symbol->name,
                    .anchor = node->anchor,
                    .states = ~(uint64_t)0,
                    .notice_to = LIC_NONE16,
                    .notice_field = LIC_NONE16,
                    .entry = LIC_NONE16,
                    .first_argument = (uint16_t)g->image->arguments_count};
    const lic_node *in = lic_child_of(node, LIC_NODE_IN_STATES, 0),
                   *by = lic_child_of(node, LIC_NODE_BY_PARTIES, 0);
    if (in) a.states = 0;
    for (uint32_t i = 0; in && i < in->child_count; i++) {
        const lic_symbol *state = lic_state_find(g->p, in->children[i]->name);
        if (state) a.states |= (uint64_t)1 << state->index;
    }
    uint64_t parties = 0;
    for (uint32_t i = 0; by && i < by->child_count; i++) {
        const lic_node *child = by->children[i];
        if (child->kind == LIC_NODE_NAME_REF) parties |= (uint64_t)1 << child->symbol->index;
        if (child->kind != LIC_NODE_NOTICE) continue;
        a.notice = delay_of(child->children[0]);
        if (lic_child(child, 1)) a.notice_to = (uint16_t)child->children[1]->symbol->index;
        a.notice_field = date_cell(g, symbol->name, "notice");
    }
    if (by && (by->flags & LIC_FLAG_ANY_OF)) a.any_of = parties;
    else a.by = parties;
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_symbol *parameter = node->children[i]->symbol;
        if (node->children[i]->kind != LIC_NODE_PARAMETER || !parameter) continue;
        parameter->image_index = a.argument_count++;
        lic_reader reader = lic_reader_of(g, parameter);
        *LIC_PUT(g, arguments) = (lic_argument){.name = parameter->name, .reader = reader};
    }
    symbol->image_index = (uint16_t)g->image->actions_count;
    symbol->field_number = a.notice_field;
    *LIC_PUT(g, actions) = a;
}

/* -- grants --------------------------------------------------------------------------------------------------------------- */

static void grant(generator *g, lic_symbol *symbol)
{
    lic_grant r = {.name = symbol->name, .anchor = symbol->node->anchor};
    const char *text = "";
    for (uint32_t i = 0; i < symbol->node->child_count; i++) {
        const lic_node *clause = symbol->node->children[i];
        if (lic_named(clause, "from")) {
            if (clause->children[0]->symbol) r.from = (uint16_t)clause->children[0]->symbol->index;
            if (clause->children[1]->symbol) r.to = (uint16_t)clause->children[1]->symbol->index;
        }
        lic_slice rest = lic_clause_text(g->c, clause);
        text = lic_text(g->c, "%s%s%.*s", text, i ? "\n" : "", LIC_S(rest));
    }
    r.text = lic_slice_text(text);
    r.closes_field = date_cell(g, symbol->name, "closes");
    symbol->image_index = (uint16_t)g->image->grants_count;
    *LIC_PUT(g, grants) = r;
}

void lic_generate_subjects(generator *g)
{
    lic_symbol_list *all = &g->p->all;
    parties(g);
    lifecycle(g);
    parameters(g);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) report(g, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_STATEMENT) statement(g, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_TERM) term(g, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_ACTION) action(g, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_GRANT) grant(g, all->items[i]);
}

/* -- accounts --------------------------------------------------------------------------------------------------------------- */

static uint16_t account_add(generator *g, lic_slice name, lic_account_kind kind, uint16_t table,
                            uint8_t currency, uint16_t field)
{
    if (field == LIC_NONE16)
        field = lic_field_add(g, table, name, lic_type_money(currency, g->p->unit_scale),
                              LIC_ROLE_ACCOUNT, true);
    *LIC_PUT(g, accounts) = (lic_account){.name = name,
                                          .kind = (uint8_t)kind,
                                          .currency = currency,
                                          .field = field,
                                          .debtor = LIC_NONE16,
                                          .anchor = LIC_NONE16};
    return (uint16_t)(g->image->accounts_count - 1);
}

uint16_t lic_account_implicit(generator *g, uint16_t *slot, lic_account_kind kind, const char *name,
                              uint16_t table, uint8_t currency)
{
    if (*slot != LIC_NONE16) return *slot;
    lic_slice full = lic_slice_text(
        currency ? lic_text(g->c, "%s %.*s", name, LIC_S(g->p->currencies[currency].code)) : name);
    *slot = account_add(g, full, kind, table, currency, LIC_NONE16);
    return *slot;
}

uint16_t lic_payee_account_of(generator *g, const lic_symbol *schedule, uint8_t currency)
{
    for (size_t i = 0; i < g->payee_count; i++)
        if (g->payees[i].table == schedule->table_number && g->payees[i].currency == currency)
            return g->payees[i].account;
    lic_slice name = lic_slice_text(
        lic_text(g->c, "%.*s paid%s%.*s", LIC_S(schedule->name), currency ? " " : "",
                 currency ? (int)g->p->currencies[currency].code.size : 0,
                 (const char *)g->p->currencies[currency].code.data));
    uint16_t account = account_add(g, name, LIC_ACCOUNT_PAYEE, schedule->table_number, currency,
                                   LIC_NONE16);
    g->payees = lic_grow(g->c, g->payees, g->payee_count, &g->payee_capacity, sizeof *g->payees);
    g->payees[g->payee_count++] = (struct lic_payee_account){schedule->table_number, account,
                                                             currency};
    return account;
}

/* Declared accounts, in order, before the implicit ones. */
void lic_generate_accounts(generator *g)
{
    for (size_t i = 0; i < g->p->all.count; i++) {
        lic_symbol *symbol = g->p->all.items[i];
        if (symbol->kind != LIC_SYMBOL_ACCOUNT) continue;
        size_t dot = symbol->name.size;
        bool credit = dot > 7 && memcmp(symbol->name.data + dot - 7, ".credit", 7) == 0;
        symbol->image_index = account_add(g, symbol->name,
                                          credit ? LIC_ACCOUNT_CREDIT : LIC_ACCOUNT_DECLARED, 0,
                                          symbol->meaning.currency, symbol->field_number);
        uint16_t anchor = lic_text_number(g, symbol->node->anchor);
        g->image->accounts[symbol->image_index].anchor = anchor;
    }
}

void lic_generate_facts(generator *g)
{
    for (size_t i = 0; i < g->p->all.count; i++) {
        lic_symbol *symbol = g->p->all.items[i];
        if (symbol->kind != LIC_SYMBOL_FACT) continue;
        symbol->image_index = (uint16_t)g->image->facts_count;
        lic_reader reader = lic_reader_of(g, symbol);
        *LIC_PUT(g, facts) = (lic_fact){.name = symbol->name,
                                        .anchor = symbol->node->anchor,
                                        .reader = reader,
                                        .field = symbol->field_number,
                                        .bound = g->image->fields[symbol->field_number].bound,
                                        .entry = LIC_NONE16};
    }
}
