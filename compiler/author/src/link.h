/* link.h - messages over the socket between host and child: a length and that many bytes.
 *
 * A message is one of lic_message; what stands in it is written with the canonical codec (bytes.h).
 *   request  kind u8, then READ: path; LIST: path; WRITE: name, bytes; CALL: extension, function, arguments;
 *            NEXT: told                                  each a slice
 *   answer   status u16, code, text, help, bytes         slices
 *   end      kind u8 = DONE, status u16, code, text, help, result */
#ifndef LICET_AUTHOR_LINK_H
#define LICET_AUTHOR_LINK_H

#include <licet/bytes.h>
#include <licet/environment.h>

typedef enum lic_message {
    LIC_MESSAGE_READ = 1,
    LIC_MESSAGE_LIST = 2,
    LIC_MESSAGE_WRITE = 3,
    LIC_MESSAGE_CALL = 4,
    LIC_MESSAGE_NEXT = 5,
    LIC_MESSAGE_DONE = 6
} lic_message;

/* What a message may hold beside the bytes that limits.message_bytes counts: names, error texts. */
#define LIC_MESSAGE_EXTRA 8192u

/* One end. The host's never waits beyond its deadline and is never ended by a child that is gone; the
 * child's waits for ever and needs no system calls but read and write. */
typedef struct lic_link {
    int descriptor;
    const lic_clock *clock; /* the host's; NULL: this is the child's end */
    uint64_t deadline;      /* in ticks of the clock; 0: none */
} lic_link;

typedef enum lic_link_result {
    LIC_LINK_OK,
    LIC_LINK_CLOSED, /* the other end is gone */
    LIC_LINK_LATE,   /* the deadline has passed */
    LIC_LINK_LARGE, /* the message is larger than the buffer's maximum, or there is no memory for it */
    LIC_LINK_BROKEN /* the system refuses */
} lic_link_result;

lic_link_result lic_link_send(const lic_link *link, lic_slice message);
/* The buffer is emptied first. */
lic_link_result lic_link_receive(const lic_link *link, lic_buffer *message);

void lic_put_error(lic_buffer *target, lic_status status, const lic_error *error);
/* The status, with *error filled in; CORRUPT when there is none of that number. */
lic_status lic_get_error(lic_cursor *cursor, lic_error *error);

#endif
