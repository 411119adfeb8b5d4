/* sources.h - what the sources of queries share: the engine behind them, and a walk over the outputs of
 * one class, block by block. Cursors only read, and copy what they read, so that several may walk
 * side by side. */
#ifndef LICET_ENGINE_SOURCES_PRIVATE_H
#define LICET_ENGINE_SOURCES_PRIVATE_H

#include "outputs.h"
#include "state.h"

#include <licet/sources.h>

struct lic_sources {
    lic_engine_options options;
    lic_engine *engine; /* NULL until a table is read */
    lic_query_source postings, lines;
};

void lic_postings_source(lic_sources *sources, lic_query_source *source);
void lic_usage_source(lic_sources *sources, lic_query_source *source);

/* The columns that both tables begin with. */
enum {
    LIC_SOURCE_CONTRACT = 0,
    LIC_SOURCE_CONTRACT_NUMBER = 1,
    LIC_SOURCE_HEIGHT = 2,
    LIC_SOURCE_PERIOD = 3,
    LIC_SOURCE_OWN = 4 /* the first one of a table's own */
};

/* Text that a query compares with, kept beyond `open`. */
typedef struct lic_source_text {
    bool given;
    lic_slice text; /* owned */
} lic_source_text;
lic_status lic_source_text_keep(const lic_allocator *allocator, lic_slice text,
                                lic_source_text *kept);
void lic_source_text_free(const lic_allocator *allocator, lic_source_text *kept);
/* Not given, or equal. */
bool lic_source_text_fits(const lic_source_text *kept, lic_slice text);

/* -- the walk ---------------------------------------------------------------------------------------- */

typedef struct lic_source_walk {
    lic_engine *engine;
    lic_output_class class;
    uint64_t height, last; /* the block under way, the last one to be shown */
    uint64_t ordinal;      /* of the next output */
    uint32_t only;         /* this contract; LIC_NONE32: all */
    lic_source_text period;
    /* the output under way */
    uint64_t place;
    lic_contract *contract;
    lic_run_head head;
    char period_text[LIC_PERIOD_TEXT]; /* empty: it has none */
    lic_buffer bytes;
    lic_buffer text; /* scratch of values */
} lic_source_walk;

/* Opens the engine if need be and takes contract, height and period from the hints. */
lic_status lic_source_walk_init(lic_source_walk *walk, lic_sources *sources, lic_output_class class,
                                uint64_t height, const lic_source_equal *equals, size_t count,
                                lic_error *error);
void lic_source_walk_free(lic_source_walk *walk);
/* ROW: at an output that fits the hints. */
lic_status lic_source_walk_next(lic_source_walk *walk, lic_source_step *step, lic_error *error);
/* Reads the output at a place into `bytes`, checked against its digest. *found = false: there is none;
 * *contract: the number that it is filed under. */
lic_status lic_source_output(lic_engine *engine, uint64_t place, uint32_t only, lic_buffer *bytes,
                             bool *found, uint32_t *contract, lic_error *error);
/* Values of the common columns. */
void lic_source_walk_value(lic_source_walk *walk, unsigned column, lic_query_value *value);
lic_status lic_source_corrupt(const lic_source_walk *walk, const char *what, lic_error *error);

static inline void lic_value_set_integer(lic_query_value *value, int64_t integer)
{
    value->kind = LIC_VALUE_INTEGER;
    value->integer = integer;
}
static inline void lic_value_set_text(lic_query_value *value, lic_slice text)
{
    value->kind = LIC_VALUE_TEXT;
    value->bytes = text;
}
static inline void lic_value_set_string(lic_query_value *value, const char *text)
{
    lic_value_set_text(value, lic_slice_text(text));
}

#endif
