/* report/unique.c - tuples of lines, in a set that grows with them. Of numbers that rise from line to line only those that do not are in
 * the set, until they are many. */
#include "report/unique.h"

#include <string.h>

enum { TUPLE_MAX = 8, DIGEST_WORDS = LIC_HASH_SIZE / 8 };

static const lic_intake_column *column_of(const lic_unique *unique, uint16_t i)
{
    const lic_intake *intake = unique->intake;
    return &intake->columns[intake->image->uniques[intake->report->first_unique + i]];
}

static bool is_bytes(const lic_intake_column *c)
{
    uint8_t kind = c->column->reader.type.kind;
    return kind == LIC_KIND_TEXT || kind == LIC_KIND_HASH;
}

lic_status lic_unique_init(lic_unique *unique, const lic_engine *engine, const lic_intake *intake,
                           const lic_line_reason *reasons, size_t reason_count, uint64_t lines)
{
    *unique = (lic_unique){.intake = intake, .hasher = engine->hasher, .duplicate = LIC_NONE16};
    if (intake->report->unique_count == 0) return LIC_OK;
    for (uint16_t i = 0; i < intake->report->unique_count; i++) {
        unique->width += column_of(unique, i)->words;
        unique->digest |= is_bytes(column_of(unique, i));
    }
    unique->digest |= unique->width > TUPLE_MAX;
    if (unique->digest) unique->width = DIGEST_WORDS;
    for (size_t i = reason_count; i > 0; i--)
        if (reasons[i - 1].code == LIC_LINE_DUPLICATE) unique->duplicate = (uint16_t)(i - 1);
    unique->rises = unique->width == 1;
    if (unique->rises) LIC_TRY(lic_rising_init(&unique->rising, engine->allocator, lines));
    unique->seen = lic_tuple_set_create(engine->allocator, engine->secret, unique->width,
                                        unique->rises ? 0 : (size_t)lines);
    return unique->seen == NULL ? LIC_NO_MEMORY : LIC_OK;
}

void lic_unique_free(lic_unique *unique)
{
    lic_tuple_set_destroy(unique->seen);
    lic_rising_free(&unique->rising);
    unique->seen = NULL;
}

bool lic_unique_by_parsing(const lic_image *image, const lic_report *report)
{
    const lic_entry *entry = &image->entries[report->entry];
    for (uint16_t i = 0; i < entry->phase_count; i++)
        if (image->phases[entry->first_phase + i].kind == LIC_PHASE_JUDGE) return false;
    return true;
}

static lic_slice bytes_of(const lic_parsed *parsed, const lic_intake_column *c,
                          const uint64_t *item, uint8_t number[16])
{
    if (is_bytes(c)) return lic_batch_value(parsed->chunk.data, parsed->hashes, item[c->slot]);
    lic_store_u64(number, item[c->slot]);
    if (c->words == 2) lic_store_u64(number + 8, item[c->slot + 1]);
    return lic_slice_of(number, (size_t)c->words * 8);
}

/* Texts, and tuples that are too wide, stand by their SHA-256. */
static void digest_tuple(const lic_unique *unique, const lic_parsed *parsed, const uint64_t *item,
                         uint64_t tuple[TUPLE_MAX])
{
    uint8_t number[16];
    lic_hash hash, part;
    memset(&hash, 0, sizeof hash);
    for (uint16_t i = 0; i < unique->intake->report->unique_count; i++) {
        lic_slice value = bytes_of(parsed, column_of(unique, i), item, number);
        unique->hasher->sha256(&value, 1, &part);
        const lic_slice both[2] = {lic_slice_of(hash.bytes, LIC_HASH_SIZE),
                                   lic_slice_of(part.bytes, LIC_HASH_SIZE)};
        lic_hash next;
        unique->hasher->sha256(both, 2, &next);
        hash = next;
    }
    for (size_t i = 0; i < DIGEST_WORDS; i++) tuple[i] = lic_load_u64(hash.bytes + 8 * i);
}

static void make_tuple(const lic_unique *unique, const lic_parsed *parsed, const uint64_t *item,
                       uint64_t tuple[TUPLE_MAX])
{
    unsigned at = 0;
    if (unique->digest) {
        digest_tuple(unique, parsed, item, tuple);
        return;
    }
    for (uint16_t i = 0; i < unique->intake->report->unique_count; i++) {
        const lic_intake_column *c = column_of(unique, i);
        tuple[at++] = item[c->slot];
        if (c->words == 2) tuple[at++] = item[c->slot + 1];
    }
}

static lic_status add(lic_unique *unique, uint64_t number, bool *added)
{
    return lic_tuple_set_add(unique->seen, &number, lic_tuple_set_hash(unique->seen, &number),
                             added);
}

/* All numbers go into the set. */
static lic_status give_up_rising(lic_unique *unique)
{
    bool added = false;
    for (size_t i = 0; i < unique->rising.count; i++)
        LIC_TRY(add(unique, unique->rising.numbers[i], &added));
    lic_rising_free(&unique->rising);
    unique->rises = false;
    return LIC_OK;
}

static lic_status add_rising(lic_unique *unique, uint64_t number, bool *added)
{
    LIC_TRY(lic_rising_add(&unique->rising, number, added));
    if (*added || lic_rising_has(&unique->rising, number)) return LIC_OK;
    return add(unique, number, added);
}

static lic_status mark_rising(lic_unique *unique, const lic_parsed *parsed, uint32_t first,
                              uint32_t count)
{
    uint64_t tuple[TUPLE_MAX];
    for (uint32_t i = first; i < first + count; i++) {
        bool added = false;
        if (parsed->reasons[i] != LIC_NONE16) continue;
        make_tuple(unique, parsed, parsed->items + (size_t)i * unique->intake->slots, tuple);
        LIC_TRY(add_rising(unique, tuple[0], &added));
        if (!added) parsed->reasons[i] = unique->duplicate;
    }
    return lic_rising_fails(&unique->rising) ? give_up_rising(unique) : LIC_OK;
}

lic_status lic_unique_mark(lic_unique *unique, const lic_parsed *parsed, uint32_t first,
                           uint32_t count)
{
    if (unique->rises) return mark_rising(unique, parsed, first, count);
    uint64_t tuples[LIC_BATCH][TUPLE_MAX], hashes[LIC_BATCH];
    const uint64_t *items = parsed->items + (size_t)first * unique->intake->slots;
    uint16_t *reasons = parsed->reasons + first;
    if (unique->seen == NULL) return LIC_OK;
    for (uint32_t i = 0; i < count; i++) {
        if (reasons[i] != LIC_NONE16) continue;
        make_tuple(unique, parsed, items + (size_t)i * unique->intake->slots, tuples[i]);
        hashes[i] = lic_tuple_set_hash(unique->seen, tuples[i]);
        lic_tuple_set_prefetch(unique->seen, hashes[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        bool added = false;
        if (reasons[i] != LIC_NONE16) continue;
        LIC_TRY(lic_tuple_set_add(unique->seen, tuples[i], hashes[i], &added));
        if (!added) reasons[i] = unique->duplicate;
    }
    return LIC_OK;
}

lic_status lic_unique_mark_all(lic_unique *unique, const lic_parsed *parsed)
{
    for (uint32_t first = 0; unique != NULL && first < parsed->count; first += LIC_BATCH) {
        uint32_t left = parsed->count - first;
        LIC_TRY(lic_unique_mark(unique, parsed, first, left < LIC_BATCH ? left : LIC_BATCH));
    }
    return LIC_OK;
}
