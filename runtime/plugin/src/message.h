/* message.h - what the caller and licet-extension say to each other: frames over a socket pair.
 *
 * A frame is a size (u32, of what follows), a kind (u8) and a body in the canonical codec. The
 * caller begins with OPEN, answered by READY or FAILED; then, as often as it likes, CALL. Between a
 * CALL and its RETURN the extension may send CALLBACKs; one whose kind returns a value is answered
 * with ANSWER. FAILED instead of RETURN says what of the extension's could not be passed on.
 * Neither side believes the other: sizes are bounded, types are those of the interface. */
#ifndef LICET_PLUGIN_MESSAGE_H
#define LICET_PLUGIN_MESSAGE_H

#include <licet/plugin.h>

typedef enum message_kind {
    MESSAGE_OPEN = 1,     /* interface text, object path, memory u64, processor seconds u32 */
    MESSAGE_READY = 2,    /* nothing */
    MESSAGE_FAILED = 3,   /* status u32, code, text, help */
    MESSAGE_CALL = 4,     /* function u16, arguments (a callback is nothing) */
    MESSAGE_RETURN = 5,   /* result, outs; a status is a u32 */
    MESSAGE_CALLBACK = 6, /* parameter u16, arguments */
    MESSAGE_ANSWER = 7    /* failed u8, result */
} message_kind;

#define MESSAGE_DESCRIPTOR 3 /* the helper's end of the socket pair */

typedef enum message_outcome {
    MESSAGE_GOOD,
    MESSAGE_CLOSED,  /* the other side is gone */
    MESSAGE_LATE,    /* *patience_ms is used up */
    MESSAGE_TOO_BIG, /* a size beyond the limit, or memory is out */
    MESSAGE_BROKEN   /* the descriptor failed */
} message_outcome;

/* Begins a frame at the end of `target`; message_end sets its size. The mark is for message_end. */
size_t message_begin(lic_buffer *target, message_kind kind);
void message_end(lic_buffer *target, size_t mark);

int64_t message_now_ms(void); /* of the monotonic clock */

/* Sends all of `bytes`; waits at most *patience_ms, from which the time waited is taken off; NULL:
 * for ever. */
message_outcome message_send(int descriptor, const lic_buffer *bytes, uint32_t *patience_ms);
/* Reads one frame into `frame` (kind and body), likewise. */
message_outcome message_receive(int descriptor, lic_buffer *frame, uint32_t *patience_ms);

#endif
