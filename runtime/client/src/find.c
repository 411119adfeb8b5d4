/* find.c - what a name means on a ledger and in an agreement. Who is not found is told what there is. */
#include "client.h"

#include <string.h>

lic_status lic_client_contract(lic_client *client, lic_slice contract, lic_contract_info *info,
                               lic_error *error)
{
    uint32_t number = 0;
    LIC_TRY(lic_engine_restore(client->engine, error));
    LIC_TRY(lic_engine_find_contract(client->engine, contract, &number, error));
    return lic_engine_contract(client->engine, number, info, error);
}

lic_status lic_client_party_of(lic_client *client, const lic_key *key, lic_party_info *info,
                               lic_error *error)
{
    uint32_t number = 0;
    if (lic_engine_party_of_key(client->engine, key, &number) &&
        lic_engine_party(client->engine, number, info))
        return LIC_OK;
    return lic_fail(error, LIC_REFUSED, "key", "register it first: licet register NAME",
                    "the key belongs to no registered party");
}

/* The image's tables name child tables "Schedule.column", which is what people write. */
lic_status lic_find_schedule(const lic_image *image, lic_slice name, uint16_t *table,
                             lic_error *error)
{
    char list[200] = "";
    for (uint32_t t = 0; t < image->tables_count; t++) {
        uint8_t kind = image->tables[t].kind;
        if (kind != LIC_TABLE_KIND_SCHEDULE && kind != LIC_TABLE_KIND_CHILD) continue;
        if (lic_slice_equal(image->tables[t].name, name)) {
            *table = (uint16_t)t;
            return LIC_OK;
        }
        size_t used = strlen(list), size = image->tables[t].name.size;
        if (used + size + 3 < sizeof list) {
            if (used > 0) memcpy(list + used, ", ", 3), used += 2;
            memcpy(list + used, image->tables[t].name.data, size);
            list[used + size] = '\0';
        }
    }
    return lic_fail(error, LIC_MISSING, "schedule", "use one of the agreement's schedules",
                    "the agreement has no schedule %.*s; it has: %s", (int)name.size,
                    (const char *)name.data, list);
}

lic_status lic_find_report(const lic_image *image, lic_slice name, uint16_t *report,
                           lic_error *error)
{
    for (uint32_t i = 0; i < image->reports_count; i++) {
        if (!lic_slice_equal(image->reports[i].name, name)) continue;
        *report = (uint16_t)i;
        return LIC_OK;
    }
    return lic_fail(error, LIC_MISSING, "report", "licet show contract lists its reports",
                    "the agreement has no report %.*s", (int)name.size, (const char *)name.data);
}

lic_status lic_find_fact(const lic_image *image, lic_slice name, uint16_t *fact, lic_error *error)
{
    for (uint32_t i = 0; i < image->facts_count; i++) {
        if (!lic_slice_equal(image->facts[i].name, name)) continue;
        *fact = (uint16_t)i;
        return LIC_OK;
    }
    return lic_fail(error, LIC_MISSING, "fact", "licet show contract lists its facts",
                    "the agreement has no fact %.*s", (int)name.size, (const char *)name.data);
}

/* A creditor that is a party, or else a row of any schedule that the agreement owes to, or else an account
 * that is paid into. */
lic_status lic_find_creditor(lic_client *client, const lic_contract_info *contract, lic_slice name,
                             uint16_t *table, uint32_t *row, lic_error *error)
{
    const lic_image *image = contract->image;
    for (uint32_t i = 0; i < image->parties_count; i++) {
        if (!lic_slice_equal(image->parties[i].name, name)) continue;
        *table = LIC_TABLE_PARTIES;
        *row = i;
        return LIC_OK;
    }
    for (uint32_t i = 0; i < image->duties_count; i++) {
        uint16_t candidate = image->duties[i].creditor_table;
        if (candidate == LIC_TABLE_SELF || candidate == LIC_TABLE_PARTIES) continue;
        LIC_TRY(lic_engine_find_row(client->engine, contract->number, candidate, name, row, error));
        if (*row == LIC_NONE32) continue;
        *table = candidate;
        return LIC_OK;
    }
    for (uint32_t i = 0; i < image->duties_count; i++) {
        uint16_t account = image->duties[i].creditor_account;
        if (account == LIC_NONE16 || !lic_slice_equal(image->accounts[account].name, name))
            continue;
        *table = LIC_TABLE_SELF;
        *row = account;
        return LIC_OK;
    }
    return lic_fail(error, LIC_MISSING, "creditor",
                    "name a party of the agreement or the key of a payee",
                    "the agreement owes nothing to %.*s", (int)name.size, (const char *)name.data);
}
