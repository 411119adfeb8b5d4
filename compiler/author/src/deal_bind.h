/* deal_bind.h - what a sheet says about a deal, against the agreement that it names. */
#ifndef LICET_AUTHOR_DEAL_BIND_H
#define LICET_AUTHOR_DEAL_BIND_H

#include "deal.h"
#include "sheet_agreements.h"

/* A schedule's file that was looked at: deals share them. */
typedef struct lic_file_hash {
    struct lic_file_hash *next;
    lic_slice path;
    lic_hash hash;
} lic_file_hash;

/* One deal being bound. Errors: MALFORMED, code "deal", with their place. */
typedef struct lic_deal_work {
    lic_sheet_agreements *agreements; /* to find the deal's in */
    const lic_sheet_agreement *agreement;
    const lic_written_deal *written;
    lic_deal *deal;
    lic_error *error;
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    lic_project *project;  /* for schedules' files */
    lic_file_hash **files; /* those of the deals before */
    lic_arena *arena;      /* what the deal is made of */
} lic_deal_work;

/* Fills in the whole deal. */
lic_status lic_deal_bind(lic_deal_work *work);

/* deal_rows.c: the deal's schedules, in the order in which they load. */
lic_status lic_deal_bind_schedules(lic_deal_work *work);
/* Its parts: names are the agreement's; the tables of those that are written, in their order (`order` has room for
 * all tables); the rows of a list as a file. They need agreement, written, error, allocator and arena alone. */
lic_status lic_deal_check_schedules(const lic_deal_work *work);
size_t lic_deal_order(const lic_deal_work *work, uint16_t *order);
lic_status lic_deal_put_rows(const lic_deal_work *work, const lic_written_schedule *written,
                             uint16_t table, lic_buffer *target);
const lic_written_schedule *lic_deal_find_schedule(const lic_deal_work *work, lic_slice name);

/* "PLACE, member: what". The member is "" (the deal), "set.Name", ... */
lic_status lic_deal_refuse(const lic_deal_work *work, const char *table, lic_slice name,
                           uint32_t line, const char *help, const char *format, ...)
    LIC_PRINTF(6, 7);
/* Refuses a name that the agreement does not have; `names` are those that it has. */
lic_status lic_deal_unknown(const lic_deal_work *work, const char *table, lic_slice name,
                            uint32_t line, const char *what, const char *const *names,
                            size_t count);
/* The error that stands in work->error, with the place in front. */
lic_status lic_deal_placed(const lic_deal_work *work, const char *table, lic_slice name,
                           uint32_t line);
/* What a type is called, and how its values are written. */
typedef struct lic_kind_words {
    const char *what, *remedy;
} lic_kind_words;
/* False when a value of this kind does not fit the type; the words say what would. */
bool lic_deal_kind_fits(uint8_t bound_kind, lic_slice text, const lic_image *image, lic_type type,
                        lic_kind_words *words);

#endif
