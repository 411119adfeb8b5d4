/* lanes.h - the last sequence of every (key, lane), and the tree over them. Private to the ledger. */
#ifndef LICET_LEDGER_LANES_H
#define LICET_LEDGER_LANES_H

#include <licet/index.h>
#include <licet/ledger.h>

typedef struct lanes lanes;

lanes *lanes_create(const lic_allocator *allocator, const lic_hasher *hasher,
                    uint64_t secret); /* NULL = out */
void lanes_destroy(lanes *lanes);     /* NULL allowed */

/* Adds a stored lane at opening, in order of number; then all their sequences, in order of the rows. CORRUPT when out of
 * order, doubled or none. */
lic_status lanes_load(lanes *lanes, const lic_row_lane *row);
lic_status lanes_load_sequences(lanes *lanes, const lic_row_sequences *row);
bool lanes_loaded(const lanes *lanes); /* every lane has its sequence */

uint64_t lanes_sequence(lanes *lanes, const lic_key *key, uint32_t lane); /* 0: never used */
/* Goes one further, and remembers it for undoing. */
lic_status lanes_advance(lanes *lanes, const lic_key *key, uint32_t lane);
void lanes_root(lanes *lanes, lic_hash *root);

/* Advances since the last lanes_settle. */
uint64_t lanes_changes(const lanes *lanes);
/* Undoes the newest until `changes` are left. */
void lanes_undo(lanes *lanes, uint64_t changes);
/* Writes the new lanes, and the sequences that changed. */
lic_status lanes_write(lanes *lanes, lic_store *store);
lic_status lanes_write_all(lanes *lanes, lic_store *store);
void lanes_put(const lanes *lanes, lic_buffer *target);
/* Into lanes without any. CORRUPT. */
lic_status lanes_get(lanes *lanes, lic_cursor *cursor);
/* Forgets what could be undone: the block is committed. */
void lanes_settle(lanes *lanes);

#endif
