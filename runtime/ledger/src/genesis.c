/* The genesis record: what the operators fix once. Encoding (canonical codec): version u16 = 1, engine
 * version u16, name, clock u8, time i64, unit scale u8, currencies u8 then {code 3, scale u8} each,
 * limits in the order of LIC_GENESIS_LIMITS as u64, quorum u8, operators u8 then keys. */
#include <licet/ledger.h>

#include <string.h>

#define SECONDS_PER_DAY 86400
#define UNIT_SCALE 6
#define UNIT_SCALE_MAX 18

static lic_status refused(lic_error *error, const char *what)
{
    return lic_fail(error, LIC_MALFORMED, "genesis", "correct the value and initialise again",
                    "the genesis record is not good: %s", what);
}

void lic_genesis_init(lic_genesis *genesis)
{
    memset(genesis, 0, sizeof *genesis);
    genesis->unit_scale = UNIT_SCALE;
    genesis->quorum = 1;
#define X(type, name, value, most, reason) genesis->limits.name = (value);
    LIC_GENESIS_LIMITS(X)
#undef X
}

uint8_t lic_genesis_unit_scale(const lic_genesis *genesis, const char *currency)
{
    for (uint32_t i = 0; i < genesis->currency_count; i++)
        if (strcmp(genesis->currencies[i].code, currency) == 0) return genesis->currencies[i].scale;
    return genesis->unit_scale;
}

static bool currency_good(const lic_currency_unit *unit)
{
    for (int i = 0; i < 3; i++)
        if (unit->code[i] < 'A' || unit->code[i] > 'Z') return false;
    return unit->code[3] == '\0' && unit->scale <= UNIT_SCALE_MAX;
}

/* Midnights, so that a simulated date is a time in one way only. */
static bool time_good(const lic_genesis *genesis)
{
    if (genesis->time < (int64_t)LIC_DATE_MIN * SECONDS_PER_DAY) return false;
    if (genesis->time >= (int64_t)LIC_DATE_MAX * SECONDS_PER_DAY) return false;
    return genesis->clock == LIC_CLOCK_REAL || genesis->time % SECONDS_PER_DAY == 0;
}

static const char *operators_rule(const lic_genesis *genesis)
{
    if (genesis->operator_count == 0 || genesis->operator_count > LIC_OPERATORS_MAX)
        return "operators";
    if (genesis->quorum == 0 || genesis->quorum > genesis->operator_count) return "quorum";
    for (uint32_t i = 0; i < genesis->operator_count; i++) {
        if (!lic_key_valid(&genesis->operators[i])) return "an operator's key";
        if (i > 0 &&
            memcmp(genesis->operators[i - 1].bytes, genesis->operators[i].bytes, LIC_KEY_SIZE) >= 0)
            return "order of operators";
    }
    return NULL;
}

static const char *genesis_rule(const lic_genesis *genesis)
{
    if (genesis->name.size == 0 || genesis->name.size > LIC_NAME_MAX ||
        !lic_utf8_valid(genesis->name))
        return "name";
    if (genesis->engine_version == 0) return "engine version";
    if (genesis->clock > LIC_CLOCK_SIMULATED) return "clock";
    if (!time_good(genesis)) return "time";
    if (genesis->unit_scale > UNIT_SCALE_MAX) return "unit scale";
    if (genesis->currency_count > LIC_CURRENCIES_MAX) return "currencies";
    for (uint32_t i = 0; i < genesis->currency_count; i++) {
        if (!currency_good(&genesis->currencies[i])) return "a currency";
        if (i > 0 && strcmp(genesis->currencies[i - 1].code, genesis->currencies[i].code) >= 0)
            return "order of currencies";
    }
#define X(type, name, value, most, reason) \
    if (genesis->limits.name == 0 || genesis->limits.name > (most)) return "limit " #name;
    LIC_GENESIS_LIMITS(X)
#undef X
    return operators_rule(genesis);
}

lic_status lic_genesis_encode(const lic_genesis *genesis, lic_buffer *target, lic_error *error)
{
    const char *bad = genesis_rule(genesis);
    if (bad != NULL) return refused(error, bad);
    lic_put_u16(target, LIC_GENESIS_VERSION);
    lic_put_u16(target, genesis->engine_version);
    lic_put_slice(target, genesis->name);
    lic_put_u8(target, genesis->clock);
    lic_put_i64(target, genesis->time);
    lic_put_u8(target, genesis->unit_scale);
    lic_put_u8(target, (uint8_t)genesis->currency_count);
    for (uint32_t i = 0; i < genesis->currency_count; i++) {
        lic_put_bytes(target, genesis->currencies[i].code, 3);
        lic_put_u8(target, genesis->currencies[i].scale);
    }
#define X(type, name, value, most, reason) lic_put_u64(target, genesis->limits.name);
    LIC_GENESIS_LIMITS(X)
#undef X
    lic_put_u8(target, genesis->quorum);
    lic_put_u8(target, (uint8_t)genesis->operator_count);
    lic_put_bytes(target, genesis->operators,
                  genesis->operator_count * sizeof genesis->operators[0]);
    if (!target->failed) return LIC_OK;
    return lic_fail(error, LIC_NO_MEMORY, "genesis", "free memory",
                    "no memory for the genesis record");
}

static void read_currencies(lic_cursor *cursor, lic_genesis *genesis)
{
    genesis->currency_count = lic_get_u8(cursor);
    if (genesis->currency_count > LIC_CURRENCIES_MAX) cursor->failed = true;
    for (uint32_t i = 0; i < genesis->currency_count && !cursor->failed; i++) {
        lic_slice code = lic_get_bytes(cursor, 3);
        if (code.size == 3) memcpy(genesis->currencies[i].code, code.data, 3);
        genesis->currencies[i].scale = lic_get_u8(cursor);
    }
}

static uint64_t read_limit(lic_cursor *cursor, uint64_t most)
{
    uint64_t value = lic_get_u64(cursor);
    if (value > most) cursor->failed = true;
    return cursor->failed ? 0 : value;
}

static void read_operators(lic_cursor *cursor, lic_genesis *genesis)
{
    genesis->quorum = lic_get_u8(cursor);
    genesis->operator_count = lic_get_u8(cursor);
    if (genesis->operator_count > LIC_OPERATORS_MAX) cursor->failed = true;
    if (cursor->failed) return;
    lic_slice keys = lic_get_bytes(cursor, genesis->operator_count * sizeof genesis->operators[0]);
    if (keys.size > 0) memcpy(genesis->operators, keys.data, keys.size);
}

lic_status lic_genesis_decode(lic_slice bytes, lic_genesis *genesis, lic_error *error)
{
    memset(genesis, 0, sizeof *genesis);
    lic_cursor cursor = lic_cursor_of(bytes);
    uint16_t version = lic_get_u16(&cursor);
    if (!cursor.failed && version != LIC_GENESIS_VERSION)
        return lic_fail(error, LIC_VERSION, "genesis_version", "use the release that wrote it",
                        "the genesis record has version %u; this release reads %d", version,
                        LIC_GENESIS_VERSION);
    genesis->engine_version = lic_get_u16(&cursor);
    genesis->name = lic_get_slice(&cursor, LIC_NAME_MAX);
    genesis->clock = lic_get_u8(&cursor);
    genesis->time = lic_get_i64(&cursor);
    genesis->unit_scale = lic_get_u8(&cursor);
    read_currencies(&cursor, genesis);
#define X(type, name, value, most, reason) \
    genesis->limits.name = (lic_column_##type)read_limit(&cursor, (most));
    LIC_GENESIS_LIMITS(X)
#undef X
    read_operators(&cursor, genesis);
    if (!lic_cursor_done(&cursor)) return refused(error, "encoding");
    const char *bad = genesis_rule(genesis);
    return bad == NULL ? LIC_OK : refused(error, bad);
}
