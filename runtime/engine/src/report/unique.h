/* report/unique.h - lines told apart: the columns that a report declares unique have no tuple twice among the lines that are
 * accepted. Lines are marked in the order of the file, by one thread at a time: whole pieces at once, by whoever has time for
 * it, when parsing alone decides which lines are accepted and all of them are read in one go; batches of lines that
 * have been judged otherwise. */
#ifndef LICET_ENGINE_UNIQUE_H
#define LICET_ENGINE_UNIQUE_H

#include "report/intake.h"
#include "report/rising.h"

struct lic_unique {
    const lic_intake *intake;
    const lic_hasher *hasher;
    lic_tuple_set *seen; /* NULL: nothing is unique */
    lic_rising rising;   /* tuples of a word, as long as they rise: they are not in `seen` */
    bool rises;
    unsigned width;     /* words of a tuple */
    bool digest;        /* its tuples stand by their SHA-256 */
    uint16_t duplicate; /* the lines' reason */
};

/* The intake stays where it is. About `lines` lines are to come. NO_MEMORY. */
lic_status lic_unique_init(lic_unique *unique, const lic_engine *engine, const lic_intake *intake,
                           const lic_line_reason *reasons, size_t reason_count, uint64_t lines);
void lic_unique_free(lic_unique *unique); /* zero allowed */
/* Parsing alone decides which lines of the report are accepted, but for those that are not the first. */
bool lic_unique_by_parsing(const lic_image *image, const lic_report *report);
/* Marks those of lines first .. first + count - 1, LIC_BATCH at most, that are good and whose tuple an earlier good line
 * had. NO_MEMORY. */
lic_status lic_unique_mark(lic_unique *unique, const lic_parsed *parsed, uint32_t first,
                           uint32_t count);
/* All lines of a piece whose keys are found; `unique` NULL: nothing to do. */
lic_status lic_unique_mark_all(lic_unique *unique, const lic_parsed *parsed);

#endif
