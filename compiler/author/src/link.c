/* link.c - sending and receiving whole messages, in pieces and until a deadline. */
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Waits until the socket can be read or written. The child has no deadline, and no poll. */
static lic_link_result ready(const lic_link *link, short events)
{
    int wait_ms = -1;
    if (link->clock == NULL) return LIC_LINK_OK;
    if (link->deadline != 0) {
        uint64_t now = link->clock->ticks(link->clock->context);
        if (now >= link->deadline) return LIC_LINK_LATE;
        uint64_t left_ms = (link->deadline - now) / 1000000 + 1;
        wait_ms = left_ms > 60000 ? 60000 : (int)left_ms;
    }
    struct pollfd socket = {.fd = link->descriptor, .events = events};
    return poll(&socket, 1, wait_ms) < 0 && errno != EINTR ? LIC_LINK_BROKEN : LIC_LINK_OK;
}

static ssize_t send_some(const lic_link *link, const uint8_t *data, size_t size)
{
    if (link->clock == NULL) return write(link->descriptor, data, size);
    return send(link->descriptor, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t receive_some(const lic_link *link, uint8_t *data, size_t size)
{
    if (link->clock == NULL) return read(link->descriptor, data, size);
    return recv(link->descriptor, data, size, MSG_DONTWAIT);
}

static bool is_passing(void)
{
    return errno == EINTR || errno == EAGAIN;
}

static lic_link_result send_all(const lic_link *link, const uint8_t *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        lic_link_result result = ready(link, POLLOUT);
        if (result != LIC_LINK_OK) return result;
        ssize_t sent = send_some(link, data + done, size - done);
        if (sent > 0) done += (size_t)sent;
        else if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return LIC_LINK_CLOSED;
        else if (sent < 0 && !is_passing()) return LIC_LINK_BROKEN;
    }
    return LIC_LINK_OK;
}

static lic_link_result receive_all(const lic_link *link, uint8_t *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        lic_link_result result = ready(link, POLLIN);
        if (result != LIC_LINK_OK) return result;
        ssize_t got = receive_some(link, data + done, size - done);
        if (got > 0) done += (size_t)got;
        else if (got == 0 || errno == ECONNRESET) return LIC_LINK_CLOSED;
        else if (!is_passing()) return LIC_LINK_BROKEN;
    }
    return LIC_LINK_OK;
}

lic_link_result lic_link_send(const lic_link *link, lic_slice message)
{
    uint8_t length[4];
    if (message.size > UINT32_MAX) return LIC_LINK_LARGE;
    lic_store_u32(length, (uint32_t)message.size);
    lic_link_result result = send_all(link, length, sizeof length);
    return result == LIC_LINK_OK ? send_all(link, message.data, message.size) : result;
}

lic_link_result lic_link_receive(const lic_link *link, lic_buffer *message)
{
    uint8_t length[4];
    lic_buffer_clear(message);
    lic_link_result result = receive_all(link, length, sizeof length);
    if (result != LIC_LINK_OK) return result;
    size_t size = lic_load_u32(length);
    if (size == 0) return LIC_LINK_OK;
    uint8_t *room = size > message->max ? NULL : lic_buffer_extend(message, size);
    return room == NULL ? LIC_LINK_LARGE : receive_all(link, room, size);
}

void lic_put_error(lic_buffer *target, lic_status status, const lic_error *error)
{
    lic_put_u16(target, (uint16_t)status);
    lic_put_slice(target, lic_slice_text(error->code));
    lic_put_slice(target, lic_slice_text(error->text));
    lic_put_slice(target, lic_slice_text(error->help));
}

static void take_text(lic_cursor *cursor, char *target, size_t room)
{
    lic_slice text = lic_get_slice(cursor, room - 1);
    if (text.size > 0) memcpy(target, text.data, text.size);
    target[text.size] = '\0';
}

lic_status lic_get_error(lic_cursor *cursor, lic_error *error)
{
    lic_error found = {.status = (lic_status)lic_get_u16(cursor)};
    take_text(cursor, found.code, sizeof found.code);
    take_text(cursor, found.text, sizeof found.text);
    take_text(cursor, found.help, sizeof found.help);
    if (cursor->failed || strcmp(lic_status_id(found.status), "unknown") == 0) return LIC_CORRUPT;
    if (error != NULL && found.status != LIC_OK) *error = found;
    return found.status;
}
