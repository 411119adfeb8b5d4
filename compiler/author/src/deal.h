/* deal.h - a deal on its way from the child that evaluates a sheet to the host that checks it.
 *
 * However a deal was written, it is one Lua value in the child (deal_lua.c); from there it goes to the host
 * with the canonical codec, deal by deal:
 *   place     style u8, source slice, number u32, name slice
 *   agreement is_text u8, file or text slice
 *   parties   count varint, each: name, registered name, line u32
 *   set       count varint, each: name, kind u8, text, line u32
 *   schedules count varint, each: name, line u32, form u8, then a slice (FILE: its path; TEXT: the file's bytes)
 *             or ROWS: count varint, each: named u8, cells varint, each: [column name,] kind u8, text */
#ifndef LICET_AUTHOR_DEAL_H
#define LICET_AUTHOR_DEAL_H

#include "exact.h"

#include <licet/memory.h>

#define LIC_DEALS_MAX 10000u       /* of one sheet */
#define LIC_DEAL_NAME_MAX 100u     /* bytes: it becomes a file's name */
#define LIC_DEAL_TEXTS_MAX 4096u   /* parties, parameters or schedules of a deal */
#define LIC_DEAL_ROWS_MAX 1000000u /* rows of a schedule that stand in the sheet */
#define LIC_DEAL_CELLS_MAX 1000u   /* cells of a row */

/* Where a deal was written. */
typedef enum lic_place_style {
    LIC_PLACE_LINE = 0, /* SOURCE:LINE: deal NAME */
    LIC_PLACE_ITEM = 1, /* SOURCE: deal NUMBER (NAME) */
    LIC_PLACE_ROW = 2   /* SOURCE: row NUMBER; members are columns */
} lic_place_style;

typedef struct lic_deal_place {
    uint8_t style; /* lic_place_style */
    lic_slice source;
    uint32_t number;
    lic_slice name; /* of the deal; may be empty */
} lic_deal_place;

/* Appends the place of a member such as "set.FirstRate" (empty: of the deal); `line` is the member's own, 0
 * when it is not known. */
void lic_deal_place_print(const lic_deal_place *place, lic_slice member, uint32_t line,
                          lic_buffer *target);

/* How a value was written; from LIC_BOUND_EXACT on, + lic_exact_kind. */
enum { LIC_BOUND_TEXT = 0, LIC_BOUND_INTEGER = 1, LIC_BOUND_BOOLEAN = 2, LIC_BOUND_EXACT = 16 };

typedef struct lic_written_text {
    lic_slice name, text;
    uint8_t kind;
    uint32_t line;
} lic_written_text;

typedef enum lic_rows_form {
    LIC_ROWS_FILE = 0,
    LIC_ROWS_LIST = 1,
    LIC_ROWS_TEXT = 2
} lic_rows_form;

typedef struct lic_written_schedule {
    lic_slice name;
    uint32_t line;
    uint8_t form;      /* lic_rows_form */
    lic_slice content; /* path or text; of a list: encoded, see above, from the number of rows on */
} lic_written_schedule;

/* As the host decodes it; slices borrow from the message. */
typedef struct lic_written_deal {
    lic_deal_place place;
    bool is_text;
    lic_slice agreement;
    lic_written_text *parties, *set;
    lic_written_schedule *schedules;
    size_t party_count, set_count, schedule_count;
} lic_written_deal;

/* False when it is malformed or the arena is full. */
bool lic_deal_decode(lic_cursor *cursor, lic_arena *arena, lic_written_deal *deal);
/* Skips the rows of a schedule: true when they are well formed. */
bool lic_deal_skip_rows(lic_cursor *cursor);

#endif
