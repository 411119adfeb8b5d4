/* verify_subjects.c - what the agreement's names mean to engine and interpreter: lifecycle,
 * accounts, terms, reports, statements, actions, duties, tiers, splits, grants. */
#include "verify.h"

static bool period_valid(uint8_t period)
{
    return period == LIC_MONTH || period == LIC_QUARTER || period == LIC_HALF || period == LIC_YEAR;
}

static bool delay_valid(lic_delay delay)
{
    return delay.months >= -12000 && delay.months <= 12000 && delay.days >= -366000 &&
           delay.days <= 366000;
}

/* A cell of table 0 that the engine keeps. */
static bool engine_field(const lic_image *image, uint16_t index, lic_kind kind, lic_role role)
{
    const lic_field *field = &image->fields[index];
    return field->table == LIC_TABLE_SELF && field->is_mutable && field->role == role &&
           lic_type_equal(field->type, lic_type_plain(kind));
}

static bool engine_date(const lic_image *image, uint16_t index)
{
    return engine_field(image, index, LIC_KIND_DATE, LIC_ROLE_ENGINE);
}

static lic_status check_lifecycle(const lic_image *image, lic_error *error)
{
    const lic_lifecycle *life = &image->lifecycle;
    uint32_t states = image->enumerations[life->states].count;
    DEMAND(states >= 1 && states <= 64 && (states == 64 || life->finals >> states == 0),
           "the lifecycle has no states, more than 64, or a final one that does not exist");
    DEMAND(engine_field(image, life->state_field, LIC_KIND_COUNT, LIC_ROLE_ENGINE) &&
               engine_date(image, life->since_field) &&
               engine_field(image, life->signed_field, LIC_KIND_COUNT, LIC_ROLE_ENGINE) &&
               engine_field(image, life->wake_field, LIC_KIND_DATE, LIC_ROLE_TALLY) &&
               engine_date(image, life->first_field) && engine_date(image, life->last_field),
           "a field of the lifecycle is not the engine's");
    DEMAND(lic_date_valid(life->last) && (life->from_signature || lic_date_valid(life->first)) &&
               (life->from_signature || life->first <= life->last) && delay_valid(life->run_off),
           "the term has wrong dates");
    DEMAND(image->rules.unit > 0 && image->rules.unit <= INT64_MAX &&
               image->rules.payments_confirmed_by <= 1,
           "the header's rules are out of range");
    return LIC_OK;
}

static lic_status check_bounds(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->bounds_count; i++) {
        const lic_bound *bound = &image->bounds[i];
        DEMAND(bound->min <= bound->max && bound->rule <= 2, "bounds %u are empty", i);
        DEMAND(bound->flag == LIC_NONE16 || engine_date(image, bound->flag),
               "bounds %u: the flag is not the engine's", i);
    }
    return LIC_OK;
}

/* Each account has a balance of its own: a field in which only POST can leave anything. */
static lic_status check_accounts(const lic_image *image, lic_error *error)
{
    uint64_t taken[LIC_FIELDS_MAX / 64] = {0};
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        const lic_account *account = &image->accounts[i];
        const lic_field *field = &image->fields[account->field];
        DEMAND(field->role == LIC_ROLE_ACCOUNT && field->type.currency == account->currency,
               "account %u: its field is no balance of its currency", i);
        uint64_t bit = (uint64_t)1 << account->field % 64;
        DEMAND((taken[account->field / 64] & bit) == 0, "account %u shares its balance", i);
        taken[account->field / 64] |= bit;
    }
    return LIC_OK;
}

static lic_status check_terms(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->terms_count; i++)
        DEMAND(image->terms[i].exact_scale <= LIC_SCALE_MAX && image->terms[i].results <= 1,
               "term %u has a wrong scale", i);
    return LIC_OK;
}

static lic_status check_reports(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->reports_count; i++) {
        const lic_report *report = &image->reports[i];
        DEMAND(period_valid(report->period) && delay_valid(report->deadline) &&
                   report->max_lines > 0,
               "report %u has a wrong period, deadline or limit", i);
        DEMAND(engine_date(image, report->next_field),
               "report %u: its next date is not the engine's", i);
    }
    return LIC_OK;
}

static lic_status check_groups(const lic_image *image, const lic_statement *statement,
                               uint32_t index, lic_error *error)
{
    uint64_t rows = 1;
    for (uint32_t g = 0; g < statement->group_count; g++) {
        const lic_group *group = &image->groups[statement->first_group + g];
        bool enumerated = group->form == LIC_FORM_ENUM;
        DEMAND(enumerated ? group->enumeration < image->enumerations_count &&
                                group->cardinality == image->enumerations[group->enumeration].count
                          : group->form == LIC_FORM_TERRITORY && group->enumeration == 0 &&
                                group->cardinality <= 256,
               "group %u of statement %u does not fit its column", g, index);
        DEMAND(group->cardinality > 0, "group %u of statement %u is empty", g, index);
        rows *= group->cardinality;
        DEMAND(rows <= UINT32_MAX, "statement %u has too many groups", index);
    }
    DEMAND((statement->grid == LIC_NONE16) == (statement->group_count == 0),
           "statement %u lacks its grid", index);
    if (statement->grid == LIC_NONE16) return LIC_OK;
    const lic_table *grid = &image->tables[statement->grid];
    DEMAND(grid->kind == LIC_TABLE_KIND_GRID && grid->max_rows == rows,
           "statement %u: its grid does not fit", index);
    return LIC_OK;
}

static lic_status check_statements(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->statements_count; i++) {
        const lic_statement *statement = &image->statements[i];
        uint8_t kind = image->tables[statement->payees].kind;
        DEMAND(kind == LIC_TABLE_KIND_PARTIES || kind == LIC_TABLE_KIND_SCHEDULE,
               "statement %u has no payees", i);
        DEMAND(kind == LIC_TABLE_KIND_PARTIES
                   ? image->parties_count == 64 || statement->parties >> image->parties_count == 0
                   : statement->parties == 0,
               "statement %u names parties that do not exist", i);
        DEMAND(period_valid(statement->period) && delay_valid(statement->deadline) &&
                   engine_date(image, statement->next_field),
               "statement %u has a wrong period, deadline or date", i);
        LIC_TRY(check_groups(image, statement, i, error));
    }
    for (uint32_t i = 0; i < image->periodics_count; i++)
        DEMAND(period_valid(image->periodics[i].period) &&
                   delay_valid(image->periodics[i].deadline) &&
                   engine_date(image, image->periodics[i].next_field),
               "periodic term %u has a wrong period, deadline or date", i);
    return LIC_OK;
}

static bool party_set_valid(const lic_image *image, uint64_t set)
{
    return image->parties_count == 64 || set >> image->parties_count == 0;
}

static lic_status check_actions(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->actions_count; i++) {
        const lic_action *action = &image->actions[i];
        DEMAND(party_set_valid(image, action->by) && party_set_valid(image, action->any_of) &&
                   (action->by == 0 || action->any_of == 0),
               "action %u is signed by parties that do not exist, or in two ways", i);
        DEMAND(delay_valid(action->notice) &&
                   (action->notice_field == LIC_NONE16 || engine_date(image, action->notice_field)),
               "action %u has a wrong notice", i);
    }
    for (uint32_t i = 0; i < image->grants_count; i++)
        DEMAND(engine_date(image, image->grants[i].closes_field),
               "grant %u: its last day is not the engine's", i);
    return LIC_OK;
}

static lic_status check_duties(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->duties_count; i++) {
        const lic_duty *duty = &image->duties[i];
        uint8_t kind = image->tables[duty->creditor_table].kind;
        DEMAND(kind == LIC_TABLE_KIND_PARTIES || kind == LIC_TABLE_KIND_SCHEDULE ||
                   (kind == LIC_TABLE_KIND_SELF && duty->creditor_account != LIC_NONE16),
               "duty %u has no creditor", i);
        DEMAND(duty->creditor_account == LIC_NONE16 ||
                   (kind == LIC_TABLE_KIND_SELF &&
                    image->accounts[duty->creditor_account].currency == duty->currency),
               "duty %u is paid into an account of another kind", i);
        DEMAND(duty->debtor == LIC_NONE16 || duty->debtor_register == 0, "duty %u has two debtors",
               i);
    }
    for (uint32_t i = 0; i < image->events_count; i++)
        DEMAND(image->events[i].argument_count <= 64, "event %u has too many arguments", i);
    return LIC_OK;
}

/* A constant column of a child table. */
static bool child_column(const lic_image *image, uint16_t field, uint16_t table)
{
    return image->fields[field].table == table && !image->fields[field].is_mutable;
}

static lic_status check_tiers(const lic_image *image, const lic_places *places, lic_error *error)
{
    for (uint32_t i = 0; i < image->tiers_count; i++) {
        const lic_tiers *tiers = &image->tiers[i];
        const lic_field *value = &image->fields[tiers->value];
        DEMAND(image->tables[tiers->table].kind == LIC_TABLE_KIND_CHILD &&
                   child_column(image, tiers->edge, tiers->table) &&
                   child_column(image, tiers->value, tiers->table),
               "tiers %u are not a child table", i);
        DEMAND(tiers->columns >= 1 && tiers->columns <= 255, "tiers %u have no columns", i);
        uint32_t size = lic_type_size(value->type);
        for (uint32_t c = 1; c < tiers->columns; c++) {
            uint16_t next = lic_places_find(image, places, lic_field_operand(value) + c * size);
            DEMAND(next != LIC_NONE16 && lic_type_equal(image->fields[next].type, value->type),
                   "tiers %u: the value columns are not adjacent", i);
        }
        DEMAND(tiers->refuse == LIC_NONE16 ||
                   (child_column(image, tiers->refuse, tiers->table) &&
                    image->fields[tiers->refuse].type.kind == LIC_KIND_BOOL),
               "tiers %u: the column that refuses is no truth value", i);
    }
    return LIC_OK;
}

static lic_status check_splits(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->splits_count; i++) {
        const lic_split_info *split = &image->splits[i];
        uint8_t share = image->fields[split->share].type.kind;
        DEMAND(image->tables[split->table].kind == LIC_TABLE_KIND_CHILD &&
                   child_column(image, split->share, split->table) &&
                   (share == LIC_KIND_RATE || share == LIC_KIND_COUNT),
               "split %u is not a child table of shares", i);
        DEMAND(split->max >= 1 && split->max <= LIC_SPLIT_MAX && split->total > 0 &&
                   split->unit > 0,
               "split %u has a wrong number of shares, total or unit", i);
    }
    return LIC_OK;
}

lic_status lic_verify_subjects(const lic_image *image, const lic_places *places, lic_error *error)
{
    LIC_TRY(check_lifecycle(image, error));
    LIC_TRY(check_bounds(image, error));
    LIC_TRY(check_accounts(image, error));
    LIC_TRY(check_terms(image, error));
    LIC_TRY(check_reports(image, error));
    LIC_TRY(check_statements(image, error));
    LIC_TRY(check_actions(image, error));
    LIC_TRY(check_duties(image, error));
    LIC_TRY(check_tiers(image, places, error));
    return check_splits(image, error);
}
