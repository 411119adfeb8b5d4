/* buffer.c - the growable buffer with a maximum. Invariant: size <= capacity <= max, and `failed`
 * once set stays until clear or free, so that nothing is ever appended after a gap. */
#include <licet/bytes.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void lic_buffer_init(lic_buffer *buffer, const lic_allocator *allocator, size_t max)
{
    *buffer = (lic_buffer){.allocator = allocator, .max = max};
}

void lic_buffer_free(lic_buffer *buffer)
{
    lic_release(buffer->allocator, buffer->data, buffer->capacity);
    lic_buffer_init(buffer, buffer->allocator, buffer->max);
}

void lic_buffer_clear(lic_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

static bool grow(lic_buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : FIRST_CAPACITY;
    while (capacity < needed && capacity <= buffer->max / 2) capacity *= 2;
    if (capacity < needed || capacity > buffer->max) capacity = buffer->max;
    uint8_t *data = buffer->allocator->resize(buffer->allocator->context, buffer->data,
                                              buffer->capacity, capacity);
    if (data == NULL) return false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

bool lic_buffer_reserve(lic_buffer *buffer, size_t more)
{
    if (buffer->failed) return false;
    if (more <= buffer->capacity - buffer->size) return true;
    if (more > buffer->max - buffer->size || !grow(buffer, buffer->size + more)) {
        buffer->failed = true;
        return false;
    }
    return true;
}

uint8_t *lic_buffer_extend(lic_buffer *buffer, size_t size)
{
    static uint8_t nothing[1]; /* an empty extension of an empty buffer is no failure */
    if (!lic_buffer_reserve(buffer, size)) return NULL;
    if (buffer->data == NULL) return nothing;
    uint8_t *end = buffer->data + buffer->size;
    buffer->size += size;
    return end;
}

void lic_put_bytes(lic_buffer *buffer, const void *data, size_t size)
{
    uint8_t *end = lic_buffer_extend(buffer, size);
    if (end != NULL && size > 0) memcpy(end, data, size);
}

void lic_put_text(lic_buffer *buffer, const char *text)
{
    lic_put_bytes(buffer, text, strlen(text));
}

/* Where there is room left the first printing is the last. */
void lic_put_format(lic_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    if (buffer->failed) return;
    size_t room = buffer->capacity - buffer->size;
    char *first = room == 0 ? NULL : (char *)buffer->data + buffer->size;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(first, room, format, arguments);
    va_end(arguments);
    /* One byte more than counted: vsnprintf ends with a NUL, which the buffer drops. */
    if (size < 0) {
        buffer->failed = true;
    } else if ((size_t)size < room) {
        buffer->size += (size_t)size;
    } else if (lic_buffer_reserve(buffer, (size_t)size + 1)) {
        char *end = (char *)buffer->data + buffer->size;
        if (vsnprintf(end, (size_t)size + 1, format, again) == size) buffer->size += (size_t)size;
        else buffer->failed = true;
    }
    va_end(again);
}
