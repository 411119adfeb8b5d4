/* why/find.c - which transactions and timers are watched: those that had outputs for the period or in the
 * block, and those that could make or change duties without any. */
#include "outputs.h"
#include "state.h"
#include "why/why.h"

#include <licet/standard.h>

#include <string.h>

enum { UNITS_MAX = 65536, SECONDS_A_DAY = 86400 };

typedef struct search {
    lic_why *why;
    lic_contract *contract;
    lic_store *store;
    bool by_date; /* otherwise everything that is visited counts */
    lic_period period;
    lic_run_head head;
    bool readable, there; /* the output looked at */
    lic_error *error;
} search;

/* -- the list --------------------------------------------------------------------------------------------- */

/* In a block timers run before the transactions; where the clock is simulated, after its own. */
static uint64_t order_of(const lic_why *why, uint64_t height, uint32_t position)
{
    uint64_t place = position == LIC_STORE_NONE ? (why->simulated ? UINT32_MAX : 0)
                                                : (uint64_t)position + 1;
    return height << 32 | place;
}

static bool grow(lic_why *why)
{
    if (why->unit_count < why->unit_capacity) return true;
    size_t wanted = why->unit_capacity == 0 ? 64 : why->unit_capacity * 2;
    lic_why_unit *grown = why->allocator->resize(why->allocator->context, why->units,
                                                 why->unit_capacity * sizeof *grown,
                                                 wanted * sizeof *grown);
    if (grown == NULL) return false;
    why->units = grown;
    why->unit_capacity = wanted;
    return true;
}

lic_status lic_why_add_unit(lic_why *why, uint64_t height, uint32_t position)
{
    uint64_t order = order_of(why, height, position);
    size_t at = why->unit_count;
    while (at > 0 && order_of(why, why->units[at - 1].height, why->units[at - 1].position) > order)
        at--;
    if (at > 0 && order_of(why, why->units[at - 1].height, why->units[at - 1].position) == order)
        return LIC_OK;
    if (why->unit_count == UNITS_MAX) return LIC_TOO_LARGE;
    if (!grow(why)) return LIC_NO_MEMORY;
    memmove(&why->units[at + 1], &why->units[at], (why->unit_count - at) * sizeof *why->units);
    why->units[at] = (lic_why_unit){.height = height, .position = position};
    why->unit_count++;
    return LIC_OK;
}

/* -- by outputs ------------------------------------------------------------------------------------------- */

static lic_status take_head(void *context, const lic_row_payload *row)
{
    search *s = context;
    lic_cursor cursor;
    s->there = true;
    s->readable = lic_output_head(row->bytes, &s->head, &cursor);
    return LIC_OK;
}

/* A run with a period of its own belongs where that lies, whenever it came; others where their day lies. */
static bool belongs(const search *s)
{
    lic_date first = s->head.today, last = s->head.today;
    uint8_t kind = lic_run_period_kind(s->why->image, s->head.kind, s->head.subject);
    if (!s->by_date) return true;
    if (kind != 0) {
        lic_period own = lic_settle_period(s->contract, kind, s->head.first);
        first = own.first, last = own.last;
    }
    return first >= s->period.first && last <= s->period.last;
}

static void note_erased(search *s, uint64_t height)
{
    if (s->why->erased_in == 0 || height < s->why->erased_in) s->why->erased_in = height;
}

static lic_status visit_output(void *context, const lic_row_output *row)
{
    search *s = context;
    s->readable = s->there = false;
    LIC_TRY(lic_store_read_payload(s->store, row->place, take_head, s));
    if (!s->there) note_erased(s, row->place >> 28);
    if (!s->readable || !belongs(s)) return LIC_OK;
    return lic_why_add_unit(s->why, row->place >> 28,
                            row->cause == 0 ? LIC_STORE_NONE
                                            : (uint32_t)(row->cause & (LIC_PLACE_ORDINALS - 1)));
}

/* -- by code: duties to accounts are made without a posting or result ---------------------------------------- */

static bool changes_duties(const lic_image *image, uint16_t number)
{
    if (number == LIC_NONE16) return false;
    const lic_entry *entry = &image->entries[number];
    const lic_phase *first = &image->phases[entry->first_phase];
    const lic_phase *last = &image->phases[entry->first_phase + entry->phase_count - 1];
    for (uint32_t pc = first->first; pc < last->first + last->count; pc++) {
        const lic_instruction *i = &image->code[pc];
        uint32_t native = i->op == LIC_OP_CALL ? i->imm & 0xFFFF : 0;
        if (i->op == LIC_OP_OBLIGE || native == LIC_NATIVE_CANCEL_TERM ||
            native == LIC_NATIVE_DUE_NOW || native == LIC_NATIVE_DUE_PART)
            return true;
    }
    return false;
}

static uint16_t entry_of(const lic_image *image, const lic_transaction *t)
{
    switch (t->kind) {
    case LIC_TX_SIGN: return lic_image_entry(image, LIC_ENTRY_OPEN, LIC_NONE16);
    case LIC_TX_ACT:
        return t->body.act.action < image->actions_count ? image->actions[t->body.act.action].entry
                                                         : LIC_NONE16;
    case LIC_TX_FACT:
        return t->body.fact.fact < image->facts_count ? image->facts[t->body.fact.fact].entry
                                                      : LIC_NONE16;
    default: return LIC_NONE16;
    }
}

static lic_status visit_transaction(void *context, uint32_t position,
                                    const lic_row_transaction *row, bool erased,
                                    const lic_transaction *t)
{
    search *s = context;
    if (row->contract != s->contract->number) return LIC_OK;
    if (erased) note_erased(s, row->place >> 28);
    if (erased || !changes_duties(s->why->image, entry_of(s->why->image, t))) return LIC_OK;
    return lic_why_add_unit(s->why, row->place >> 28, position);
}

static lic_status note_kind(void *context, const lic_row_transaction *row)
{
    search *s = context;
    bool can = row->kind == LIC_TX_SIGN || row->kind == LIC_TX_ACT || row->kind == LIC_TX_FACT;
    s->readable = s->readable || (can && row->contract == s->contract->number);
    return LIC_OK;
}

static lic_status search_transactions(search *s, uint64_t height, lic_error *error)
{
    s->readable = false;
    LIC_TRY(lic_store_read_transactions(s->store, LIC_PLACE(height, 0, 0),
                                        LIC_PLACE(height, 0, LIC_PLACE_ORDINALS - 1), note_kind,
                                        s));
    if (!s->readable) return LIC_OK;
    return lic_ledger_transactions(lic_engine_ledger(s->why->engine), height, visit_transaction, s,
                                   error);
}

/* -- blocks ------------------------------------------------------------------------------------------------------ */

static lic_status take_date(void *context, const lic_row_block *row)
{
    *(lic_date *)context = (lic_date)(row->time / SECONDS_A_DAY -
                                      (row->time % SECONDS_A_DAY < 0 ? 1 : 0));
    return LIC_OK;
}

lic_status lic_why_block_date(lic_why *why, uint64_t height, lic_date *date)
{
    lic_why_dated *dated = &why->dated[height % LIC_WHY_DATED];
    if (height == 0 || dated->height != height) {
        LIC_TRY(lic_store_read_block(lic_ledger_store(lic_engine_ledger(why->engine)), height,
                                     take_date, &dated->date));
        dated->height = height;
    }
    *date = dated->date;
    return LIC_OK;
}

/* The calendar's name means the period that bears it: with years of the contract it begins later. */
static lic_status period_named(search *s)
{
    lic_period_kind kind = LIC_MONTH;
    lic_date first = 0;
    char text[LIC_PERIOD_TEXT];
    LIC_TRY(lic_period_parse(s->why->period, &kind, &first));
    s->period = lic_settle_period(s->contract, (uint8_t)kind, first);
    lic_period_print(kind, s->period, text);
    if (!lic_slice_equal(lic_slice_text(text), s->why->period))
        s->period = lic_settle_following(s->contract, (uint8_t)kind, s->period);
    return LIC_OK;
}

static lic_status search_block(search *s, uint64_t height)
{
    lic_date date = 0;
    LIC_TRY(lic_store_read_block_outputs(
        s->store, s->contract->number, LIC_PLACE(height, LIC_OUTPUT_EVENT, 0),
        LIC_PLACE(height, LIC_OUTPUT_POSTINGS, LIC_PLACE_ORDINALS - 1), visit_output, s));
    if (s->by_date) LIC_TRY(lic_why_block_date(s->why, height, &date));
    if (s->by_date && (date < s->period.first || date > s->period.last)) return LIC_OK;
    return search_transactions(s, height, s->error);
}

static lic_status visit_day(void *context, const lic_row_day *row)
{
    return search_block(context, row->height);
}

static lic_status search_period(search *s)
{
    s->by_date = true;
    LIC_TRY(period_named(s));
    return lic_store_read_days(s->store, s->contract->number, lic_day_key(s->period.first),
                               lic_day_key(s->period.last), visit_day, s);
}

/* -- one duty ----------------------------------------------------------------------------------------------------- */

typedef struct duty_walk {
    search *search;
    uint8_t before[LIC_DUTY_SIZE];
} duty_walk;

static lic_status visit_duty(void *context, uint64_t height, const uint8_t *cells)
{
    duty_walk *walk = context;
    if (cells == NULL || memcmp(walk->before, cells, sizeof walk->before) == 0) return LIC_OK;
    memcpy(walk->before, cells, sizeof walk->before);
    return search_block(walk->search, height);
}

static lic_status search_duty(search *s)
{
    uint32_t row = s->why->payee.duty;
    duty_walk walk = {.search = s};
    if (row >= s->contract->tables->views[LIC_TABLE_DUTIES].row_count)
        return lic_fail(s->error, LIC_MISSING, "duty",
                        "licet query 'SELECT number, creditor, duty_amount FROM duties' lists them",
                        "there is no duty %u", row);
    memset(walk.before, 0, sizeof walk.before);
    return lic_why_row_versions(s->why, s->contract->number, LIC_TABLE_DUTIES, row, visit_duty,
                                &walk);
}

/* -- who did what ------------------------------------------------------------------------------------------------- */

typedef struct telling { /* what the transaction of a unit said */
    search *search;
    lic_why_unit *unit;
} telling;

/* "Grant(number = 7, holder = ALPHA)" */
static void put_action(const lic_image *image, const lic_body_act *act, lic_buffer *text)
{
    if (act->action >= image->actions_count) return;
    const lic_action *action = &image->actions[act->action];
    const char *between = "(";
    lic_put_bytes(text, action->name.data, action->name.size);
    for (uint32_t i = 0; i < act->arguments.count && i < action->argument_count; i++) {
        lic_slice name = image->arguments[action->first_argument + i].name, value;
        if (!lic_texts_at(&act->arguments, i, &value)) return;
        lic_put_text(text, between);
        lic_put_bytes(text, name.data, name.size);
        lic_put_text(text, " = ");
        lic_put_bytes(text, value.data, value.size);
        between = ", ";
    }
    if (act->arguments.count > 0) lic_put_text(text, ")");
    if (act->notice) lic_put_text(text, ", notice");
}

static lic_status take_words(void *context, uint32_t position, const lic_row_transaction *row,
                             bool erased, const lic_transaction *t)
{
    telling *told = context;
    const lic_image *image = told->search->why->image;
    lic_buffer text;
    (void)row;
    if (erased || position != told->unit->position) return LIC_OK;
    lic_buffer_init(&text, told->search->why->allocator, (size_t)1 << 20);
    if (t->kind == LIC_TX_ACT) put_action(image, &t->body.act, &text);
    if (t->kind == LIC_TX_FACT && t->body.fact.fact < image->facts_count) {
        lic_slice name = image->facts[t->body.fact.fact].name;
        lic_put_bytes(&text, name.data, name.size);
        lic_put_text(&text, " = ");
        lic_put_bytes(&text, t->body.fact.value.data, t->body.fact.value.size);
    }
    void *kept = text.size == 0 ? NULL
                                : lic_arena_copy(told->search->why->arena, text.data, text.size);
    bool failed = text.failed || (kept == NULL && text.size > 0);
    told->unit->words = lic_slice_of(kept, text.size);
    lic_buffer_free(&text);
    return failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status take_sender(void *context, const lic_row_transaction *row)
{
    *(lic_row_transaction *)context = *row;
    return LIC_OK;
}

lic_status lic_why_describe_unit(lic_why *why, lic_contract *contract, uint32_t number,
                                 lic_error *error)
{
    search s = {.why = why,
                .contract = contract,
                .store = lic_ledger_store(lic_engine_ledger(why->engine))};
    lic_why_unit *unit = &why->units[number];
    lic_row_transaction row = {.party = LIC_NONE32};
    lic_party_info party;
    telling told = {&s, unit};
    if (unit->position == LIC_STORE_NONE) return LIC_OK;
    LIC_TRY(lic_store_read_transaction_at(s.store, LIC_PLACE(unit->height, 0, unit->position),
                                          take_sender, &row));
    unit->kind = (uint16_t)row.kind;
    if (lic_engine_party(why->engine, row.party, &party)) unit->sender = party.name;
    if (row.kind != LIC_TX_ACT && row.kind != LIC_TX_FACT) return LIC_OK;
    return lic_ledger_transactions(lic_engine_ledger(why->engine), unit->height, take_words, &told,
                                   error);
}

lic_status lic_why_find_units(lic_why *why, lic_contract *contract, lic_error *error)
{
    search s = {.why = why,
                .contract = contract,
                .store = lic_ledger_store(lic_engine_ledger(why->engine)),
                .error = error};
    lic_status status = LIC_OK;
    switch (why->asked) {
    case LIC_WHY_OF_PERIOD: status = search_period(&s); break;
    case LIC_WHY_OF_BLOCK: status = search_block(&s, why->block); break;
    case LIC_WHY_OF_DUTY: status = search_duty(&s); break;
    }
    if (status == LIC_TOO_LARGE)
        return lic_fail(error, status, "units", "name a shorter period",
                        "more than %d transactions and timers are to be looked at", UNITS_MAX);
    return status;
}
