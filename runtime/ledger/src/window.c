/* window.c - two range reads for up to 64 outputs, instead of two reads for each. */
#include "window.h"

#include <string.h>

#define WINDOW_BYTES (1u << 20) /* beyond its first output */

stored_window *window_create(const lic_allocator *allocator)
{
    stored_window *window = lic_allocate(allocator, sizeof *window);
    if (window == NULL) return NULL;
    window->count = 0;
    lic_buffer_init(&window->bytes, allocator, LIC_OUTPUT_MAX + WINDOW_BYTES);
    return window;
}

void window_destroy(const lic_allocator *allocator, stored_window *window)
{
    if (window == NULL) return;
    lic_buffer_free(&window->bytes);
    lic_release(allocator, window, sizeof *window);
}

static lic_status take_output(void *context, const lic_row_output *row)
{
    stored_window *window = context;
    stored_output *output = &window->rows[row->place - window->first];
    output->has_row = true;
    output->leaf = row->leaf;
    return LIC_OK;
}

/* With what is too much for the window the next one begins. */
static lic_status take_payload(void *context, const lic_row_payload *row)
{
    stored_window *window = context;
    uint32_t index = (uint32_t)(row->place - window->first);
    if (index > 0 && window->bytes.size + row->bytes.size > WINDOW_BYTES) {
        window->count = index;
        return LIC_TOO_LARGE;
    }
    stored_output *output = &window->rows[index];
    output->has_payload = row->salt.size == LIC_SALT_SIZE;
    if (!output->has_payload) return LIC_OK;
    memcpy(output->salt, row->salt.data, LIC_SALT_SIZE);
    output->start = window->bytes.size;
    output->size = row->bytes.size;
    lic_put_bytes(&window->bytes, row->bytes.data, row->bytes.size);
    return window->bytes.failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status fill(lic_store *store, stored_window *window, uint64_t place)
{
    uint64_t left = LIC_PLACE_ORDINALS - (place & (LIC_PLACE_ORDINALS - 1));
    uint32_t wanted = left < WINDOW_ROWS ? (uint32_t)left : WINDOW_ROWS;
    uint64_t last = place + wanted - 1;
    window->first = place;
    window->count = wanted;
    memset(window->rows, 0, sizeof window->rows);
    lic_buffer_clear(&window->bytes);
    LIC_TRY(lic_store_read_outputs(store, place, last, take_output, window));
    lic_status status = lic_store_read_payloads(store, place, last, take_payload, window);
    return status == LIC_TOO_LARGE && window->count < wanted ? LIC_OK : status;
}

lic_status window_find(lic_store *store, stored_window *window, uint64_t place,
                       const stored_output **output)
{
    if (window->count == 0 || place < window->first || place - window->first >= window->count) {
        lic_status status = fill(store, window, place);
        if (status != LIC_OK) {
            window->count = 0;
            return status;
        }
    }
    *output = &window->rows[place - window->first];
    return LIC_OK;
}

lic_slice window_bytes(const stored_window *window, const stored_output *output)
{
    return lic_slice_of(window->bytes.data + output->start, output->size);
}
