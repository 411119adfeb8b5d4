/* report/intake.h - the first stage of a report: the bytes of a chunk become items. It depends on image, tables'
 * constants and bytes alone, so that it runs in any thread; what depends on earlier lines (uniqueness,
 * state) is the second stage (report/report.c).
 *
 * Lines go through in groups of 64 and in passes, each of which issues the memory accesses that the
 * next one needs: split and parse, look keys up. The rows that the image's declarations name are
 * prefetched by the second stage, just before it runs over them. */
#ifndef LICET_ENGINE_INTAKE_H
#define LICET_ENGINE_INTAKE_H

#include "report/lines.h"
#include "work.h"

#define LIC_BATCH 64

typedef struct lic_intake_column {
    const lic_column *column;
    uint16_t slot;      /* first 64-bit slot of the item; LIC_NONE16: ignored */
    uint16_t words;     /* 1 or 2 */
    uint8_t form;       /* lic_form */
    bool looked_up;     /* text keys: hashed now, found in the next pass */
    uint16_t look_up;   /* number among those columns */
    uint16_t hash_room; /* HASH: number among those columns; LIC_NONE16 */
    const lic_index *index;
    uint16_t reasons[8]; /* a lic_line_code: index in lic_report_reasons */
} lic_intake_column;

typedef struct lic_intake_touch {
    uint16_t slot; /* of the item, or LIC_NONE16: by `from` */
    uint16_t from; /* touch that leads here */
    uint16_t table;
    bool cells;
    uint16_t via; /* field that leads on */
    unsigned depth;
} lic_intake_touch;

#define LIC_PARSED_LINES 2048 /* a few of them stay in the second level of a processor's cache */

/* Keys of columns that are looked up, by batches of lines, until they are found. */
typedef struct lic_keys {
    struct lic_keys *next; /* in its owner's list */
    lic_slice *keys;
    uint64_t *hashes;
    uint16_t *stopped; /* column at which parsing stopped, a line each */
} lic_keys;

/* Lines of one chunk as items. */
typedef struct lic_parsed {
    lic_slice chunk;
    bool last;                 /* of the chunk */
    uint32_t count, capacity;  /* lines */
    uint64_t *items;           /* count * slots */
    uint16_t *reasons;         /* index in lic_report_reasons; LIC_NONE16: good so far */
    uint32_t *offsets, *sizes; /* bytes from the chunk's beginning */
    uint8_t *hashes;           /* values of HASH columns: 32 bytes a line and column */
    bool too_long;             /* the line behind these is over the limit: the report is refused */
    lic_keys *keys;            /* those that it was parsed with */
    bool keys_wait;            /* they have not been found yet */
    bool told_apart;           /* lines that are not the first are marked */
} lic_parsed;

typedef struct lic_unique lic_unique;

typedef struct lic_intake {
    const lic_allocator *allocator;
    const lic_report *report;
    const lic_image *image;
    const lic_tables *tables;
    lic_intake_column *columns;
    uint16_t look_ups, hash_rooms;
    size_t slots;
    uint32_t line_max;
    lic_unique *unique; /* tells lines apart before they are run; NULL: that is not its part */
    /* prefetching, by the thread that runs */
    lic_intake_touch *touches;
    size_t touch_count;
    unsigned depth_max;
    uint32_t *touch_rows; /* LIC_BATCH * touch_count */
} lic_intake;

/* Arrays are taken from the arena. The contract's tables are in memory. */
lic_status lic_intake_init(const lic_engine *engine, const lic_contract *contract, lic_arena *arena,
                           const lic_report *report, const lic_line_reason *reasons,
                           size_t reason_count, lic_intake *intake);
/* Nothing is read that a thread other than the running one may not read beside it: no column refers to a table that
 * grows while reports run. */
bool lic_intake_is_constant(const lic_intake *intake);
/* Room for so many lines, taken from the arena. */
lic_status lic_parsed_create(const lic_intake *intake, uint32_t capacity, lic_arena *arena,
                             lic_parsed *parsed);
/* Parses the next lines of the chunk, as many as there is room for. `keys_wait`: keys are found later
 * (lic_look_ups_waiting), the chunk stays where it is until then, and `keys` has room for all lines; otherwise LIC_BATCH
 * suffice (lic_look_ups_room). */
void lic_intake_lines(const lic_intake *intake, lic_slice chunk, lic_line_scan *scan,
                      lic_keys *keys, bool keys_wait, lic_parsed *parsed);
/* Prefetches the rows that `count` items lead to, level by level. */
void lic_intake_prefetch(lic_intake *intake, const uint64_t *items, uint32_t count);

#endif
