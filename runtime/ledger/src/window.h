/* window.h - stored outputs of a block as a replay meets them: in the order of their places, so that many are read at once.
 * Private to the ledger. */
#ifndef LICET_LEDGER_WINDOW_H
#define LICET_LEDGER_WINDOW_H

#include <licet/block.h>
#include <licet/ledger.h>

enum { WINDOW_ROWS = 64 };

/* Nothing is set when there is no such output; has_payload false: it was erased. */
typedef struct stored_output {
    bool has_row, has_payload;
    lic_hash leaf;
    uint8_t salt[LIC_SALT_SIZE];
    size_t start, size; /* of its bytes */
} stored_output;

/* Outputs of one class from place `first` on. */
typedef struct stored_window {
    uint64_t first;
    uint32_t count;
    stored_output rows[WINDOW_ROWS];
    lic_buffer bytes;
} stored_window;

/* NULL: no memory. */
stored_window *window_create(const lic_allocator *allocator);
void window_destroy(const lic_allocator *allocator, stored_window *window); /* NULL allowed */
/* The output at the place; valid until the next call. */
lic_status window_find(lic_store *store, stored_window *window, uint64_t place,
                       const stored_output **output);
lic_slice window_bytes(const stored_window *window, const stored_output *output);

#endif
