/* derived.h - what in a ledger file follows from its blocks: the state that an engine opens with, superseded
 * pages, and the tables and views of modules. The rest is input: genesis, blocks, transactions, outputs, their
 * payloads, chunks, and what is noted of erasures. */
#ifndef LICET_DERIVED_H
#define LICET_DERIVED_H

#include <licet/hash.h>
#include <licet/store.h>

/* Removes all state, inside the caller's transaction, to be written again. Modules have
 * lic_store_reset_module. */
lic_status lic_store_forget_state(lic_store *store);

#define LIC_DIFFERENCE_TEXT 128

/* NUL-terminated texts for people; long values are cut. */
typedef struct lic_store_difference {
    bool differs;
    char place[256]; /* "p_duties, row 3 (number 3), column amount" */
    char stored[LIC_DIFFERENCE_TEXT], computed[LIC_DIFFERENCE_TEXT];
} lic_store_difference;

/* Their schemas alone: tables, views and indexes, those of erasures left out. */
lic_status lic_store_compare_schema(lic_store *stored, lic_store *computed,
                                    lic_store_difference *difference);

/* The first difference between the derived tables of two stores, of their schemas first. OK also when they
 * differ; otherwise the status of the read that failed, described in the store that it failed in. Order of
 * names, then of keys. threads 1: one; otherwise a second one reads `stored` beside `computed`. */
lic_status lic_store_compare(lic_store *stored, lic_store *computed, const lic_hasher *hasher,
                             unsigned threads, lic_store_difference *difference);

#endif
