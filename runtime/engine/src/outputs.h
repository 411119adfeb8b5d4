/* outputs.h - the bytes of outputs: what stands in blocks, digested, for everyone to read.
 *
 * All begin with {form u8, contract 32, run}, run = {kind u8, subject u16, today i32, first i32,
 * last i32}; statements have a form of their own (engine.h). Numbers are frozen.
 *
 *   class EVENT     form 1 event       event u16, count u8, then the arguments by the image's types
 *                   form 2 report      report u16, upload 32, bytes, lines, accepted, rejected u64,
 *                                      count u16 and u64 each reason, count u16 and {column u16, i128} each sum
 *                   form 3 rejected    count u32, then {line varint (less the line before), offset varint
 *                                      (less the offset before), reason varint}
 *                   form 4 state       from u16, to u16
 *                   form 5 failure     a timer that trapped: trap u8, clause u16, item u64
 *                   form 6 allotment   count u32, then {payment u32, duty u32, i128}
 *   class RESULTS   form 1 results     groups {term u16, table u16, count varint, rows {row varint (less the
 *                                      row before), five zigzags}}; the last segment ends with
 *                                      term 65535, count u16, {term u16, rows u32, five i128} totals
 *   class POSTINGS  form 1 postings    count u32, then {clause, from, to varint, from row, to row zigzag
 *                                      (less the one before), amount zigzag}
 * Segments are cut when they reach the rules' segment size. */
#ifndef LICET_ENGINE_OUTPUTS_H
#define LICET_ENGINE_OUTPUTS_H

#include "effects.h"

enum {
    LIC_FORM_EVENT = 1,
    LIC_FORM_REPORT = 2,
    LIC_FORM_REJECTED = 3,
    LIC_FORM_STATE = 4,
    LIC_FORM_FAILURE = 5,
    LIC_FORM_ALLOTMENT = 6
};
enum { LIC_FORM_SEGMENT = 1 };

typedef struct lic_run_head {
    uint8_t form;
    lic_hash contract;
    uint8_t kind;
    uint16_t subject;
    lic_date today, first, last;
} lic_run_head;

/* Reads the common beginning; `cursor` then stands at what the form says. False: malformed. */
bool lic_output_head(lic_slice bytes, lic_run_head *head, lic_cursor *cursor);
/* "opening", "report", ... of the common beginning's kind. */
const char *lic_run_kind_name(uint8_t kind);
/* Name of the report, statement, fact, term or action that ran; empty: the kind says it all. */
lic_slice lic_run_subject_name(const lic_image *image, const lic_run_head *head);

/* A date as the file's table `days` has it. */
static inline uint64_t lic_day_key(lic_date day)
{
    return day < 0 ? 0 : (uint64_t)day;
}
/* Kind of the period of which a run is; 0: it has none of its own. */
uint8_t lic_run_period_kind(const lic_image *image, uint8_t kind, uint16_t subject);

/* Postings of a segment: *count is read by lic_postings_begin. False when malformed. */
typedef struct lic_postings_reader {
    lic_cursor cursor;
    uint32_t left;
    int64_t from_row, to_row;
} lic_postings_reader;
bool lic_postings_begin(lic_slice bytes, lic_run_head *head, lic_postings_reader *reader);
bool lic_postings_next(lic_postings_reader *reader, lic_posting *posting); /* false at the end */

typedef struct lic_results_reader {
    lic_cursor cursor;
    uint16_t term, table;
    uint64_t left; /* rows of the group */
    uint32_t row;
    uint32_t totals_left;
    bool in_totals;
} lic_results_reader;
bool lic_results_begin(lic_slice bytes, lic_run_head *head, lic_results_reader *reader);
bool lic_results_next(lic_results_reader *reader,
                      lic_result_effect *result);                        /* false: no more rows */
bool lic_totals_next(lic_results_reader *reader, lic_term_total *total); /* after the rows */

/* Form 2; arrays are taken from `arena`. */
bool lic_report_output_read(lic_slice bytes, lic_arena *arena, lic_run_head *head,
                            lic_report_outcome *outcome);
/* Form 3. */
typedef struct lic_rejected_reader {
    lic_cursor cursor;
    uint32_t left;
    uint64_t line, offset;
} lic_rejected_reader;
bool lic_rejected_begin(lic_slice bytes, lic_run_head *head, lic_rejected_reader *reader);
bool lic_rejected_next(lic_rejected_reader *reader, lic_rejected_line *line);

#endif
