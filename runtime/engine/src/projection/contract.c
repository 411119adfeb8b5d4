/* projection/contract.c - a contract's names, written once when it is deployed, and its head, written
 * whenever it changes. */
#include "projection/projection.h"

static const char *table_kind(uint8_t kind)
{
    switch ((lic_table_kind)kind) {
    case LIC_TABLE_KIND_SELF: return "agreement";
    case LIC_TABLE_KIND_PARTIES: return "parties";
    case LIC_TABLE_KIND_DUTIES: return "duties";
    case LIC_TABLE_KIND_PAYMENTS: return "payments";
    case LIC_TABLE_KIND_SCHEDULE: return "schedule";
    case LIC_TABLE_KIND_CHILD: return "child";
    case LIC_TABLE_KIND_REGISTER: return "register";
    case LIC_TABLE_KIND_GRID: return "groups";
    case LIC_TABLE_KIND_HISTORY: return "history";
    }
    return "";
}

static lic_status put_tables(lic_projection *projection, uint32_t contract, const lic_image *image)
{
    for (uint32_t t = 0; t < image->tables_count; t++) {
        const lic_table *table = &image->tables[t];
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_TABLE, &row);
        lic_projection_i64(&row, lic_projection_table(contract, (uint16_t)t));
        lic_projection_i64(&row, contract);
        lic_projection_text(&row, table->name);
        lic_projection_string(&row, table_kind(table->kind));
        if (table->kind == LIC_TABLE_KIND_CHILD) {
            lic_projection_i64(&row, lic_projection_table(contract, table->parent));
        } else {
            lic_projection_null(&row);
        }
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

static lic_status put_clauses(lic_projection *projection, uint32_t contract, const lic_image *image)
{
    for (uint32_t i = 0; i < image->clauses_count; i++) {
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_CLAUSE, &row);
        lic_projection_i64(&row, contract);
        lic_projection_i64(&row, i);
        lic_projection_text(&row, image->clauses[i].label);
        lic_projection_text(&row, image->clauses[i].name);
        lic_projection_text(&row, image->clauses[i].anchor);
        LIC_TRY(lic_projection_write(&row));
    }
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_ACCOUNT, &row);
        lic_projection_i64(&row, contract);
        lic_projection_i64(&row, i);
        lic_projection_text(&row, image->accounts[i].name);
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

static lic_status put_money(lic_projection *projection, uint32_t contract, const lic_image *image)
{
    for (uint32_t i = 0; i < image->currencies_count; i++) {
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_CURRENCY, &row);
        lic_projection_i64(&row, contract);
        lic_projection_i64(&row, i);
        lic_projection_string(&row, image->currencies[i].code);
        lic_projection_i64(&row, image->currencies[i].unit_scale);
        lic_projection_i64(&row, lic_projection_decimals(image, &image->currencies[i]));
        LIC_TRY(lic_projection_write(&row));
    }
    for (uint32_t i = 0; i < image->duties_count; i++) {
        const lic_duty *duty = &image->duties[i];
        const lic_currency *currency = &image->currencies[duty->currency];
        lic_slice none = lic_slice_of(NULL, 0);
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_DUTY_KIND, &row);
        lic_projection_i64(&row, contract);
        lic_projection_i64(&row, i);
        lic_projection_text(&row, duty->term == LIC_NONE16 ? none : image->terms[duty->term].name);
        lic_projection_i64(&row, lic_projection_table(contract, duty->creditor_table));
        lic_projection_text(&row, duty->creditor_account == LIC_NONE16
                                      ? none
                                      : image->accounts[duty->creditor_account].name);
        lic_projection_string(&row, currency->code);
        lic_projection_i64(&row, currency->unit_scale);
        lic_projection_i64(&row, lic_projection_decimals(image, currency));
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

lic_status lic_projection_deployed(lic_projection *projection, const lic_contract_effects *contract)
{
    const lic_image *image = contract->info->image;
    LIC_TRY(put_tables(projection, contract->number, image));
    LIC_TRY(put_clauses(projection, contract->number, image));
    return put_money(projection, contract->number, image);
}

static lic_status put_parties(lic_projection *projection, const lic_contract_info *info)
{
    for (uint32_t i = 0; i < info->party_count; i++) {
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_CONTRACT_PARTY, &row);
        lic_projection_i64(&row, info->number);
        lic_projection_i64(&row, i);
        lic_projection_text(&row, info->image->parties[i].name);
        lic_projection_text(&row, info->image->parties[i].roles);
        lic_projection_i64(&row, info->parties[i]);
        lic_projection_i64(&row, (int64_t)(info->signed_by >> i & 1u));
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

lic_status lic_projection_head(lic_projection *projection, const lic_contract_effects *contract)
{
    const lic_contract_info *info = contract->info;
    char id[LIC_HASH_TEXT];
    lic_hash_print(&info->id, id);
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_CONTRACT, &row);
    lic_projection_i64(&row, info->number);
    lic_projection_string(&row, id);
    lic_projection_text(&row, info->name);
    lic_projection_text(&row, info->image->title);
    lic_projection_i64(&row, info->deployer);
    lic_projection_i64(&row, (int64_t)info->deployed_height);
    lic_projection_string(&row, lic_contract_status_name(info->status));
    lic_projection_text(&row, info->state_name);
    lic_projection_i64(&row, info->since);
    if (info->is_held) lic_projection_i64(&row, info->held);
    else lic_projection_null(&row);
    LIC_TRY(lic_projection_write(&row));
    return put_parties(projection, info);
}
