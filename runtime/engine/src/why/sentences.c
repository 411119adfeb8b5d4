/* why/sentences.c - one sentence for each thing that is explained and is no account: a transaction, a duty,
 * a day on which it falls due, a payment, a result that came to nothing. */
#include "why/text.h"

#include <licet/standard.h>
#include <licet/transaction.h>

bool lic_telling_begin(lic_telling *t, const lic_why *why, lic_buffer *target)
{
    *t = (lic_telling){.why = why, .target = target};
    t->stamps = lic_allocate_zero(why->allocator, why->node_count + 1, sizeof *t->stamps);
    t->told = lic_allocate_zero(why->allocator, why->node_count + 1, 1);
    if (t->stamps != NULL && t->told != NULL) return true;
    target->failed = true;
    return false;
}

void lic_telling_end(lic_telling *t)
{
    size_t count = t->why->node_count + 1;
    if (t->stamps != NULL) lic_release(t->why->allocator, t->stamps, count * sizeof *t->stamps);
    if (t->told != NULL) lic_release(t->why->allocator, t->told, count);
}

void lic_telling_units(lic_telling *t, lic_telling_group *visit, void *context)
{
    const lic_why *why = t->why;
    for (size_t first = 0; first < why->root_count;) {
        uint32_t unit = lic_telling_unit_of(why, why->roots[first]);
        size_t last = first + 1;
        while (last < why->root_count && lic_telling_unit_of(why, why->roots[last]) == unit) last++;
        visit(t, first, last, context);
        first = last;
    }
}

/* -- where we are ---------------------------------------------------------------------------------------- */

void lic_telling_head(lic_telling *t)
{
    const lic_why *why = t->why;
    switch (why->asked) {
    case LIC_WHY_OF_PERIOD:
        lic_telling_slice(t->target, why->payee_name);
        lic_say(t, ", ");
        lic_telling_slice(t->target, why->period);
        break;
    case LIC_WHY_OF_BLOCK:
        lic_telling_slice(t->target, why->payee_name);
        lic_put_format(t->target, ", block %llu", (unsigned long long)why->block);
        break;
    case LIC_WHY_OF_DUTY: lic_put_format(t->target, "Duty %u", why->payee.duty); break;
    }
    lic_say(t, ", under ");
    lic_telling_slice(t->target, why->image->title);
    lic_say(t, why->simulated ? " (simulated clock)\n" : "\n");
}

/* The run that the transaction was for. */
static const lic_why_run *main_run(const lic_why *why, uint32_t unit)
{
    const lic_why_run *first = NULL;
    for (size_t i = 0; i < why->run_count; i++) {
        const lic_why_run *run = &why->runs[i];
        if (run->unit != unit) continue;
        if (first == NULL) first = run;
        if (run->kind <= LIC_ENTRY_ACTION || run->kind == LIC_ENTRY_CLOSE) return run;
    }
    return first;
}

static lic_date last_day(const lic_why *why, uint32_t unit)
{
    lic_date last = LIC_DATE_MIN;
    for (size_t i = 0; i < why->run_count; i++) {
        const lic_why_run *run = &why->runs[i];
        if (run->unit == unit && run->kind != LIC_ENTRY_WAKE && run->today > last)
            last = run->today;
    }
    return last;
}

static void put_subject(lic_telling *t, const char *kind, const lic_why_run *run)
{
    char period[LIC_PERIOD_TEXT];
    lic_say(t, kind);
    lic_telling_slice(t->target, lic_why_run_subject(t->why, run));
    if (lic_why_run_period(t->why, run, period)) lic_put_format(t->target, " for %s", period);
}

static void put_timer(lic_telling *t, const lic_why_run *run)
{
    switch (run->kind) {
    case LIC_ENTRY_STATEMENT: put_subject(t, "statement ", run); break;
    case LIC_ENTRY_PERIOD:
        lic_telling_slice(t->target,
                          t->why->image->terms[t->why->image->periodics[run->subject].term].label);
        put_subject(t, " ", run);
        break;
    case LIC_ENTRY_CLOSE: lic_say(t, "the end of the agreement"); break;
    default:
        if (run->state == LIC_NONE16) {
            lic_say(t, "what falls due by date");
            break;
        }
        const lic_enumeration *states =
            &t->why->image->enumerations[t->why->image->lifecycle.states];
        lic_say(t, "state ");
        lic_telling_slice(t->target, t->why->image->texts[states->first_text + run->state]);
        break;
    }
}

static void put_sender(lic_telling *t, const char *before, lic_slice sender)
{
    if (sender.size == 0) return;
    lic_say(t, before);
    lic_telling_slice(t->target, sender);
}

void lic_telling_unit(lic_telling *t, uint32_t number)
{
    char day[LIC_DATE_TEXT];
    const lic_why *why = t->why;
    const lic_why_unit *unit = &why->units[number];
    const lic_why_run *run = main_run(why, number);
    lic_slice sender = unit->sender;
    if (run == NULL) return;
    lic_date_print(run->today, day);
    lic_put_format(t->target, "\n%s", day);
    if (last_day(why, number) > run->today) { /* a simulated clock moves over many days at once */
        lic_date_print(last_day(why, number), day);
        lic_put_format(t->target, " to %s", day);
    }
    lic_put_format(t->target, ", block %llu: ", (unsigned long long)unit->height);
    switch (unit->position == LIC_STORE_NONE ? LIC_TX_NONE : unit->kind) {
    case LIC_TX_SIGN: lic_say(t, "the last signature"); break;
    case LIC_TX_FACT:
    case LIC_TX_ACT:
        lic_say(t, unit->kind == LIC_TX_FACT ? "fact " : "action ");
        lic_telling_slice(t->target, unit->words);
        break;
    case LIC_TX_PAY: lic_say(t, "payment"); break;
    case LIC_TX_ACKNOWLEDGE: lic_say(t, "payment confirmed"); break;
    default: /* a report comes in pieces, and a long one is settled over several blocks */
        if (run->kind == LIC_ENTRY_REPORT) {
            put_subject(t, "report ", run);
            sender = why->image->parties[why->image->reports[run->subject].by].name;
        } else {
            put_timer(t, run);
        }
        break;
    }
    put_sender(t, ", by ", sender);
    lic_say(t, "\n");
}

void lic_telling_title(lic_telling *t, const lic_why_node *balance)
{
    uint8_t kind = t->why->image->accounts[balance->account].kind;
    lic_say(t, "\n");
    lic_telling_account(t, balance->account, balance->key);
    bool own = kind == LIC_ACCOUNT_PARTY || kind == LIC_ACCOUNT_PAYEE;
    lic_say(t, own ? ": what came to you, less what you gave\n" : "\n");
}

void lic_telling_other_period(lic_telling *t, const lic_why_node *node)
{
    const lic_why *why = t->why;
    const lic_why_run *run = &why->runs[node->run], *main = main_run(why, run->unit);
    char text[LIC_PERIOD_TEXT], other[LIC_PERIOD_TEXT];
    if (!lic_why_run_period(why, run, text)) return;
    bool named = main != NULL && lic_why_run_period(why, main, other);
    lic_slice said = named ? lic_slice_text(other) : why->period;
    if (lic_slice_equal(lic_slice_text(text), said)) return;
    lic_put_format(t->target, ", for %s", text);
}

/* -- duties ----------------------------------------------------------------------------------------------- */

static bool is_you(const lic_telling *t, uint16_t table, uint32_t row)
{
    return t->why->payee.table == table && t->why->payee.row == row;
}

static void put_creditor(lic_telling *t, const lic_why_node *node)
{
    if (node->account != LIC_NONE16) {
        lic_say(t, " into ");
        lic_telling_slice(t->target, t->why->image->accounts[node->account].name);
        return;
    }
    lic_say(t, " to ");
    lic_telling_slice(t->target, node->key);
}

static void put_debtor(lic_telling *t, const lic_why_node *node)
{
    lic_say(t, " by ");
    lic_telling_slice(t->target, node->other_key);
}

/* "To be paid to you", "To be paid by you into Shares", "Paid by Studio into Shares" */
static void put_way(lic_telling *t, const char *what, const lic_why_node *node)
{
    bool by_you = is_you(t, LIC_TABLE_PARTIES, node->other_row);
    bool to_you = !by_you && node->account == LIC_NONE16 && t->why->payee.duty == LIC_NONE32;
    lic_say(t, what);
    if (by_you) lic_say(t, " by you");
    if (to_you) lic_say(t, " to you");
    else put_creditor(t, node);
}

/* ": fee Sync [3.1], part 2, duty 1" */
static void put_duty(lic_telling *t, const lic_why_node *node, uint16_t clause, uint32_t part)
{
    lic_slice payee = t->why->payee_name;
    lic_say(t, ": ");
    if (clause != LIC_NONE16) {
        lic_telling_clause(t, clause);
        lic_say(t, ", ");
    }
    if (part != 0) lic_put_format(t->target, "part %u, ", part);
    if (node->scope_key.size > 0 && !lic_slice_equal(node->scope_key, payee)) {
        lic_say(t, "for ");
        lic_telling_slice(t->target, node->scope_key);
        lic_say(t, ", ");
    }
    lic_put_format(t->target, "duty %u", node->duty);
}

/* The fact whose day makes a contingent part due; NULL: something else does. */
static const lic_fact *waits_for(const lic_image *image, uint16_t term, uint32_t part)
{
    for (uint32_t f = 0; f < image->facts_count; f++) {
        if (image->facts[f].entry == LIC_NONE16) continue;
        const lic_entry *entry = &image->entries[image->facts[f].entry];
        for (uint32_t p = entry->first_phase; p < (uint32_t)entry->first_phase + entry->phase_count;
             p++) {
            const lic_phase *phase = &image->phases[p];
            for (uint32_t pc = phase->first; pc < phase->first + phase->count; pc++) {
                const lic_instruction *i = &image->code[pc];
                lic_i128 number = 0;
                if (i->op == LIC_OP_CALL && (i->imm & 0xFFFF) == LIC_NATIVE_DUE_PART &&
                    i->imm >> 16 == term && lic_why_constant(image, p, pc, i->b, &number) &&
                    number == (lic_i128)part)
                    return &image->facts[f];
            }
        }
    }
    return NULL;
}

static void put_due(lic_telling *t, const lic_why_node *node, uint16_t part)
{
    const lic_fact *fact = NULL;
    if (part == 0) {
        lic_say(t, ", due ");
        lic_telling_amount(t, lic_telling_child(t->why, node, 1), 1);
        return;
    }
    fact = waits_for(t->why->image, node->term, part);
    lic_say(t, ", not due before ");
    if (fact != NULL) lic_telling_slice(t->target, fact->name);
    else lic_say(t, "its part is");
}

/* How a duty's amount came about, where no account tells it. */
static void put_reason(lic_telling *t, uint32_t root)
{
    const lic_why_node *node = &t->why->nodes[root];
    if (node->account != LIC_NONE16 || t->why->payee.duty != LIC_NONE32)
        lic_behind_amount(t, root, lic_telling_child(t->why, node, 0), node->term, "; it is ");
}

static void tell_duty(lic_telling *t, uint32_t root)
{
    const lic_why_node *node = &t->why->nodes[root];
    uint16_t part = t->why->image->duties[node->index].part;
    put_way(t, "To be paid", node);
    lic_say(t, ": ");
    lic_telling_amount(t, node, 1);
    if (!is_you(t, LIC_TABLE_PARTIES, node->other_row)) put_debtor(t, node);
    put_due(t, node, part);
    put_duty(t, node, node->clause, part);
    lic_telling_other_period(t, node);
    put_reason(t, root);
    bool shared = node->account != LIC_NONE16 && t->why->payee.duty == LIC_NONE32 &&
                  t->why->concern.shares[node->index];
    lic_say(t, shared ? "; your share comes when it is paid\n" : "\n");
}

static void tell_due(lic_telling *t, const lic_why_node *node)
{
    const uint32_t *made = lic_cell_map_find(&t->why->made, node->duty);
    put_way(t, "To be paid", node);
    if (made != NULL && *made != 0) {
        lic_say(t, ": ");
        lic_telling_amount(t, &t->why->nodes[*made - 1], 1);
    }
    lic_say(t, ", due ");
    lic_telling_amount(t, node, 1);
    lic_say(t, " from now on");
    put_duty(t, node, t->why->image->duties[node->index].clause,
             t->why->image->duties[node->index].part);
    lic_say(t, "\n");
}

static void tell_cancelled(lic_telling *t, const lic_why_node *node)
{
    put_way(t, "Owed no more, what was to be paid", node);
    lic_say(t, ": ");
    lic_telling_amount(t, node, 1);
    put_duty(t, node, t->why->image->duties[node->index].clause,
             t->why->image->duties[node->index].part);
    if (node->clause != LIC_NONE16) {
        lic_say(t, ", by ");
        lic_telling_clause(t, node->clause);
    }
    lic_say(t, "\n");
}

/* -- payments ------------------------------------------------------------------------------------------------ */

static void tell_allotted(lic_telling *t, const lic_why_node *node)
{
    char day[LIC_DATE_TEXT];
    const lic_why_node *open = lic_telling_child(t->why, node, 1);
    lic_date_print(node->as_of, day);
    put_way(t, "Paid", node);
    lic_say(t, ": ");
    lic_telling_amount(t, node, 1);
    if (!is_you(t, LIC_TABLE_PARTIES, node->other_row)) put_debtor(t, node);
    lic_put_format(t->target, ", of payment %u on %s", node->index + 1, day);
    put_duty(t, node, node->clause, 0);
    if (open->value > node->value) {
        lic_say(t, "; ");
        lic_telling_value(t, open, open->value - node->value);
        lic_say(t, " of it is still open");
    }
    lic_say(t, "\n");
}

static void tell_open(lic_telling *t, const lic_why_node *node)
{
    lic_say(t, "Open now: ");
    lic_telling_amount(t, node, 1);
    lic_say(t, "\n");
}

/* -- results that came to nothing ---------------------------------------------------------------------------------- */

/* Some phase of the report looks at lines for the term. */
static bool reads_lines(const lic_image *image, const lic_why_run *run, uint16_t term)
{
    const lic_entry *entry = &image->entries[image->reports[run->subject].entry];
    for (uint16_t p = 0; p < entry->phase_count; p++) {
        const lic_phase *phase = &image->phases[entry->first_phase + p];
        if (phase->kind != LIC_PHASE_LINES) continue;
        for (uint32_t pc = phase->first; pc < phase->first + phase->count; pc++) {
            uint16_t clause = lic_image_clause_at(image, pc);
            if (clause != LIC_NONE16 && image->clauses[clause].term == term) return true;
        }
    }
    return false;
}

/* "none of the 3 lines of the report Sales counts for it" */
static void put_idle_lines(lic_telling *t, uint32_t root)
{
    const lic_why_node *node = &t->why->nodes[root];
    const lic_why_run *run = &t->why->runs[node->run];
    if (run->kind != LIC_ENTRY_REPORT || !reads_lines(t->why->image, run, node->term) ||
        lic_behind_count(t, root) > 0)
        return;
    if (run->accepted == 0) lic_say(t, "; the report ");
    else
        lic_put_format(t->target, "; none of the %llu accepted line%s of the report ",
                       (unsigned long long)run->accepted, run->accepted == 1 ? "" : "s");
    lic_telling_slice(t->target, t->why->image->reports[run->subject].name);
    lic_say(t, run->accepted == 0 ? " has no line that was accepted" : " counts for it");
}

/* Kept back by `below`: what was earned, and the threshold that it does not reach. */
static bool put_below(lic_telling *t, const lic_why_node *node)
{
    if (node->child_count < 6) return false;
    const lic_why_node *condition = lic_telling_child(t->why, node, 5);
    if (condition->rule != LIC_WHY_AT_MOST || condition->child_count != 2) return false;
    lic_telling_term(t, node->term);
    lic_say(t, " pays nothing yet: ");
    lic_telling_amount(t, lic_telling_child(t->why, condition, 1), 1);
    lic_say(t, " is below ");
    lic_telling_amount(t, lic_telling_child(t->why, condition, 0), 1);
    lic_say(t, ", so it stays and is carried forward");
    if (condition->clause != LIC_NONE16)
        lic_telling_anchor(t, t->why->image->clauses[condition->clause].anchor);
    return true;
}

static void tell_result(lic_telling *t, uint32_t root)
{
    const lic_why_node *node = &t->why->nodes[root];
    if (!put_below(t, node)) {
        lic_telling_term(t, node->term);
        lic_say(t, " comes to ");
        lic_telling_amount(t, node, 1);
        if (lic_telling_child(t->why, node, 1)->value != 0) {
            lic_behind_reason(t, root, node->term);
        } else if (lic_behind_formula(t, lic_telling_child(t->why, node, 1), ": ") ==
                   LIC_FORMULA_NONE) {
            lic_say(t, ": nothing was earned");
            lic_behind_lines(t, root);
        }
        put_idle_lines(t, root);
    }
    lic_telling_other_period(t, node);
    lic_say(t, "\n");
}

void lic_telling_root(lic_telling *t, uint32_t root)
{
    const lic_why_node *node = &t->why->nodes[root];
    switch (node->rule) {
    case LIC_WHY_DUTY: tell_duty(t, root); break;
    case LIC_WHY_DUE: tell_due(t, node); break;
    case LIC_WHY_CANCELLED: tell_cancelled(t, node); break;
    case LIC_WHY_ALLOTTED: tell_allotted(t, node); break;
    case LIC_WHY_OPEN: tell_open(t, node); break;
    case LIC_WHY_RESULT: tell_result(t, root); break;
    default: break;
    }
}
