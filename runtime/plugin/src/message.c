/* message.c - frames out and in, and values in them. Times are counted with the monotonic clock; a
 * frame is read with two reads, its size first, so that nothing beyond it is taken. */
#include "message.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

size_t message_begin(lic_buffer *target, message_kind kind)
{
    size_t mark = target->size;
    lic_put_u32(target, 0);
    lic_put_u8(target, (uint8_t)kind);
    return mark;
}

void message_end(lic_buffer *target, size_t mark)
{
    if (target->failed) return;
    lic_store_u32(target->data + mark, (uint32_t)(target->size - mark - 4));
}

/* -- waiting ----------------------------------------------------------------------------------- */

int64_t message_now_ms(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static message_outcome wait_for(int descriptor, short events, uint32_t *patience_ms)
{
    for (;;) {
        struct pollfd one = {.fd = descriptor, .events = events};
        int64_t began = message_now_ms();
        int limit = patience_ms == NULL
                        ? -1
                        : (int)(*patience_ms > INT32_MAX ? INT32_MAX : *patience_ms);
        int ready = poll(&one, 1, limit);
        if (patience_ms != NULL) {
            int64_t waited = message_now_ms() - began;
            *patience_ms -= waited < *patience_ms ? (uint32_t)waited : *patience_ms;
        }
        if (ready > 0) return MESSAGE_GOOD;
        if (ready == 0) return MESSAGE_LATE;
        if (errno != EINTR) return MESSAGE_BROKEN;
    }
}

message_outcome message_send(int descriptor, const lic_buffer *bytes, uint32_t *patience_ms)
{
    for (size_t done = 0; done < bytes->size;) {
        ssize_t put = send(descriptor, bytes->data + done, bytes->size - done,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put >= 0) {
            done += (size_t)put;
            continue;
        }
        if (errno == EINTR) continue;
        if (errno == EPIPE || errno == ECONNRESET) return MESSAGE_CLOSED;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return MESSAGE_BROKEN;
        message_outcome ready = wait_for(descriptor, POLLOUT, patience_ms);
        if (ready != MESSAGE_GOOD) return ready;
    }
    return MESSAGE_GOOD;
}

static message_outcome read_exactly(int descriptor, uint8_t *target, size_t size,
                                    uint32_t *patience_ms)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = recv(descriptor, target + done, size - done, MSG_DONTWAIT);
        if (got > 0) {
            done += (size_t)got;
            continue;
        }
        if (got == 0) return MESSAGE_CLOSED;
        if (errno == EINTR) continue;
        if (errno == ECONNRESET) return MESSAGE_CLOSED;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return MESSAGE_BROKEN;
        message_outcome ready = wait_for(descriptor, POLLIN, patience_ms);
        if (ready != MESSAGE_GOOD) return ready;
    }
    return MESSAGE_GOOD;
}

message_outcome message_receive(int descriptor, lic_buffer *frame, uint32_t *patience_ms)
{
    uint8_t head[4];
    lic_buffer_clear(frame);
    message_outcome outcome = read_exactly(descriptor, head, sizeof head, patience_ms);
    if (outcome != MESSAGE_GOOD) return outcome;
    uint32_t size = lic_load_u32(head);
    if (size == 0 || size > LIC_PLUGIN_MESSAGE_MAX) return MESSAGE_TOO_BIG;
    uint8_t *bytes = lic_buffer_extend(frame, size);
    if (bytes == NULL) return MESSAGE_TOO_BIG;
    return read_exactly(descriptor, bytes, size, patience_ms);
}
