/* grants_data.c - reads the workload's files. */
#include "grants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 30, FIRST_ROOM = 1024 };

static lic_status bad(const char *what, lic_error *error)
{
    return lic_fail(error, LIC_MALFORMED, "data", "make it with tests/workload/generate_grants.py",
                    "the workload's data: %s", what);
}

lic_status grants_read_file(const char *path, lic_buffer *target, lic_error *error)
{
    uint8_t part[65536];
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return lic_fail(error, LIC_MISSING, "file", "give a folder of the workload's data",
                        "cannot read %s", path);
    lic_buffer_init(target, &lic_allocator_system, FILE_MAX);
    while ((size = fread(part, 1, sizeof part, file)) > 0) lic_put_bytes(target, part, size);
    bool good = ferror(file) == 0 && !target->failed;
    (void)fclose(file);
    return good ? LIC_OK : lic_fail(error, LIC_IO, "file", "", "cannot read %s", path);
}

/* The next line's fields; false at the end. *count: how many. */
static bool next_line(lic_slice *rest, lic_slice fields[GRANTS_FIELDS], uint32_t *count)
{
    if (rest->size == 0) return false;
    const uint8_t *end = memchr(rest->data, '\n', rest->size);
    size_t length = end == NULL ? rest->size : (size_t)(end - rest->data);
    const uint8_t *at = rest->data, *stop = rest->data + length;
    for (*count = 0; *count < GRANTS_FIELDS; ++*count) {
        const uint8_t *tab = memchr(at, '\t', (size_t)(stop - at));
        const uint8_t *field_end = tab == NULL ? stop : tab;
        fields[*count] = lic_slice_of(at, (size_t)(field_end - at));
        if (tab == NULL) break;
        at = tab + 1;
    }
    ++*count;
    size_t taken = length + (end == NULL ? 0 : 1);
    *rest = lic_slice_of(rest->data + taken, rest->size - taken);
    return true;
}

static bool number_of(lic_slice text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || *number > UINT64_MAX / 16) return false;
        *number = *number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return text.size > 0;
}

static bool seed_of(lic_slice hex, uint8_t seed[LIC_SECRET_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    if (hex.size != (size_t)2 * LIC_SECRET_SIZE) return false;
    for (size_t i = 0; i < LIC_SECRET_SIZE; i++) {
        const char *high = memchr(digits, hex.data[2 * i], 16);
        const char *low = memchr(digits, hex.data[2 * i + 1], 16);
        if (high == NULL || low == NULL) return false;
        seed[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return true;
}

/* Room for one more of `size` bytes each, zeroed. */
static void *one_more(void **array, uint32_t *count, size_t size)
{
    if (*count == 0 || (*count >= FIRST_ROOM && (*count & (*count - 1)) == 0)) {
        size_t room = *count == 0 ? FIRST_ROOM : (size_t)*count * 2;
        void *grown = realloc(*array, room * size);
        if (grown == NULL) return NULL;
        *array = grown;
    }
    uint8_t *at = (uint8_t *)*array + (size_t)(*count)++ * size;
    memset(at, 0, size);
    return at;
}

static lic_status read_accounts(grants_data *data, lic_error *error)
{
    lic_slice rest = lic_slice_of(data->accounts_text.data, data->accounts_text.size);
    lic_slice fields[GRANTS_FIELDS];
    uint32_t count = 0;
    while (next_line(&rest, fields, &count)) {
        uint8_t seed[LIC_SECRET_SIZE];
        uint64_t opening = 0;
        if (count != 3 || !seed_of(fields[1], seed) || !number_of(fields[2], &opening))
            return bad("a line of accounts.tsv", error);
        grants_account *account = one_more((void **)&data->accounts, &data->account_count,
                                           sizeof *account);
        if (account == NULL) return LIC_NO_MEMORY;
        account->name = fields[0];
        account->opening = (int64_t)opening;
        lic_keypair_from_seed(seed, &account->pair);
    }
    return data->account_count > 0 ? LIC_OK : bad("no accounts", error);
}

/* "A000123" is the account of line 123, from 0. */
static bool account_of(const grants_data *data, lic_slice name, uint32_t *account)
{
    uint64_t number = 0;
    if (name.size < 2 || !number_of(lic_slice_of(name.data + 1, name.size - 1), &number) ||
        number >= data->account_count || !lic_slice_equal(data->accounts[number].name, name))
        return false;
    *account = (uint32_t)number;
    return true;
}

static lic_status read_transactions(grants_data *data, lic_error *error)
{
    lic_slice rest = lic_slice_of(data->grants_text.data, data->grants_text.size);
    lic_slice fields[GRANTS_FIELDS];
    uint32_t count = 0;
    while (next_line(&rest, fields, &count)) {
        uint64_t end = 0;
        grants_transaction *t = one_more((void **)&data->transactions, &data->transaction_count,
                                         sizeof *t);
        if (t == NULL) return LIC_NO_MEMORY;
        if (count != GRANTS_FIELDS || !account_of(data, fields[2], &t->signer) ||
            !account_of(data, fields[6], &t->other) || !number_of(fields[3], &t->sequence) ||
            !number_of(fields[4], &t->work) || !number_of(fields[9], &end))
            return bad("a line of grants.tsv", error);
        t->number = fields[0];
        t->kind = fields[1];
        t->licence = fields[5];
        t->amount = fields[7];
        t->fault = fields[10];
        t->end = (int64_t)end;
        if (t->work >= data->works) data->works = t->work + 1;
    }
    return LIC_OK;
}

lic_status grants_read(const char *folder, grants_data *data, lic_error *error)
{
    char path[4096];
    memset(data, 0, sizeof *data);
    (void)snprintf(path, sizeof path, "%s/accounts.tsv", folder);
    LIC_TRY(grants_read_file(path, &data->accounts_text, error));
    (void)snprintf(path, sizeof path, "%s/grants.tsv", folder);
    LIC_TRY(grants_read_file(path, &data->grants_text, error));
    LIC_TRY(read_accounts(data, error));
    return read_transactions(data, error);
}

void grants_free(grants_data *data)
{
    free(data->accounts);
    free(data->transactions);
    if (data->accounts_text.allocator != NULL) lic_buffer_free(&data->accounts_text);
    if (data->grants_text.allocator != NULL) lic_buffer_free(&data->grants_text);
    if (data->wires.allocator != NULL) lic_buffer_free(&data->wires);
}

uint32_t grants_licensor(const grants_data *data, uint64_t work)
{
    return (uint32_t)(work * UINT64_C(2654435761) % data->account_count);
}
