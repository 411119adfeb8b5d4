/* intake.h - the first stage of a report: bytes of a chunk become items, 64 lines at a time. It depends
 * on image, tables and bytes alone, so that it could run in any thread and in any order; what
 * depends on earlier lines (uniqueness, state) is the second stage (report.c).
 *
 * A batch goes through in passes, each of which issues the memory accesses that the next one needs:
 * split and parse, look keys up, touch the rows that the image's declarations name. */
#ifndef LICET_ENGINE_INTAKE_H
#define LICET_ENGINE_INTAKE_H

#include "lines.h"
#include "work.h"

#define LIC_BATCH 64

typedef struct lic_intake_column {
    const lic_column *column;
    uint16_t slot;               /* first 64-bit slot of the item; LIC_NONE16: ignored */
    uint16_t words;              /* 1 or 2 */
    uint8_t form;                /* lic_form */
    bool looked_up;              /* text keys: hashed now, found in the next pass */
    uint16_t look_up;            /* number among those columns */
    uint16_t hash_room;          /* HASH: number among those columns; LIC_NONE16 */
    const lic_index *index;
    uint16_t reasons[8];         /* a lic_line_code: index in lic_report_reasons */
} lic_intake_column;

typedef struct lic_intake_touch {
    uint16_t slot;               /* of the item, or LIC_NONE16: by `from` */
    uint16_t from;               /* touch that leads here */
    uint16_t table;
    bool cells;
    uint16_t via;                /* field that leads on */
    unsigned depth;
} lic_intake_touch;

typedef struct lic_intake {
    lic_work *work;
    const lic_report *report;
    const lic_image *image;
    lic_intake_column *columns;
    lic_intake_touch *touches;
    size_t touch_count;
    unsigned depth_max;
    uint16_t look_ups, hash_rooms;
    uint64_t first_hash_handle;
    uint8_t *hash_bytes;         /* LIC_BATCH * hash_rooms * 32 */
    size_t slots;
    /* the batch */
    uint32_t count;
    uint64_t *items;             /* LIC_BATCH * slots */
    uint16_t reason[LIC_BATCH];  /* index in lic_report_reasons; LIC_NONE16: good so far */
    uint64_t lines[LIC_BATCH], offsets[LIC_BATCH];
    uint32_t sizes[LIC_BATCH];
    lic_slice *keys;             /* LIC_BATCH * look_ups */
    uint64_t *hashes;
    uint16_t stopped[LIC_BATCH]; /* column at which parsing stopped */
    uint32_t *touch_rows;        /* LIC_BATCH * touch_count */
    /* the file so far */
    uint64_t line, offset;
    bool too_long;               /* a line over the limit: the report is refused */
} lic_intake;

/* Arrays are taken from the work's arena. */
lic_status lic_intake_init(lic_work *work, const lic_report *report, const lic_line_reason *reasons,
                           size_t reason_count, lic_intake *intake);
/* The next lines of the chunk that `cursor` is in; count 0 at its end, or when too_long is set. */
void lic_intake_batch(lic_intake *intake, lic_line_cursor *cursor);
/* Prefetches the rows that item `i` of the present items leads to, level by level. */
void lic_intake_prefetch(lic_intake *intake);

#endif
