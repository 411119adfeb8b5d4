/* Quotas: counts by number, filled only when they can matter. */
#include "quotas.h"

#include <string.h>

void quotas_init(quotas *all, const lic_allocator *allocator)
{
    *all = (quotas){.allocator = allocator, .date = LIC_DATE_MIN, .exact = true};
}

void quotas_free(quotas *all)
{
    lic_release(all->allocator, all->parties.of, all->parties.capacity * sizeof(uint32_t));
    lic_release(all->allocator, all->contracts.of, all->contracts.capacity * sizeof(uint32_t));
}

void quotas_date(quotas *all, lic_date date, uint64_t height)
{
    if (date == all->date) return;
    all->date = date;
    all->first = height;
    all->transactions = 0;
    all->exact = true;
    if (all->parties.capacity > 0)
        memset(all->parties.of, 0, all->parties.capacity * sizeof(uint32_t));
    if (all->contracts.capacity > 0)
        memset(all->contracts.of, 0, all->contracts.capacity * sizeof(uint32_t));
}

static uint32_t count_of(const numbered *by, uint32_t number)
{
    return number < by->capacity ? by->of[number] : 0;
}

static lic_status reserve(quotas *all, numbered *by, uint32_t number)
{
    if (number == LIC_STORE_NONE || number < by->capacity) return LIC_OK;
    size_t capacity = by->capacity == 0 ? 64 : by->capacity;
    while (capacity <= number) capacity *= 2;
    uint32_t *of = all->allocator->resize(all->allocator->context, by->of,
                                          by->capacity * sizeof *of, capacity * sizeof *of);
    if (of == NULL) return LIC_NO_MEMORY;
    memset(of + by->capacity, 0, (capacity - by->capacity) * sizeof *of);
    by->of = of;
    by->capacity = (uint32_t)capacity;
    return LIC_OK;
}

static lic_status count(quotas *all, uint32_t party, uint32_t contract)
{
    LIC_TRY(reserve(all, &all->parties, party));
    LIC_TRY(reserve(all, &all->contracts, contract));
    if (party != LIC_STORE_NONE) all->parties.of[party]++;
    if (contract != LIC_STORE_NONE) all->contracts.of[contract]++;
    return LIC_OK;
}

lic_status quotas_add(quotas *all, uint32_t party, uint32_t contract)
{
    if (all->exact) LIC_TRY(count(all, party, contract));
    all->transactions++;
    return LIC_OK;
}

void quotas_remove(quotas *all, uint32_t party, uint32_t contract)
{
    all->transactions--;
    if (!all->exact) return;
    if (party != LIC_STORE_NONE) all->parties.of[party]--;
    if (contract != LIC_STORE_NONE) all->contracts.of[contract]--;
}

static lic_status count_row(void *context, const lic_row_transaction *row)
{
    return count(context, row->party, row->contract);
}

/* Transactions of an open block lie in the file already: they are counted with the others. */
static lic_status make_exact(quotas *all, lic_store *store)
{
    LIC_TRY(
        lic_store_read_transactions(store, LIC_PLACE(all->first, 0, 0), INT64_MAX, count_row, all));
    all->exact = true;
    return LIC_OK;
}

bool quotas_count(const quotas *all, const lic_limits *limits)
{
    return !all->exact && (all->transactions >= limits->party_transactions ||
                           all->transactions >= limits->contract_transactions);
}

lic_status quotas_check(quotas *all, lic_store *store, const lic_limits *limits, uint32_t party,
                        uint32_t contract, const char **code)
{
    *code = NULL;
    if (all->transactions < limits->party_transactions &&
        all->transactions < limits->contract_transactions)
        return LIC_OK;
    if (!all->exact) LIC_TRY(make_exact(all, store));
    if (party != LIC_STORE_NONE && count_of(&all->parties, party) >= limits->party_transactions)
        *code = "quota_party";
    else if (contract != LIC_STORE_NONE &&
             count_of(&all->contracts, contract) >= limits->contract_transactions)
        *code = "quota_contract";
    return LIC_OK;
}
