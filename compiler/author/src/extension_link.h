/* extension_link.h - what a confined script and its host say to each other about extensions, as
 * lic_host_call carries it. Values are in the codec of lic_value_put.
 *
 *   function ""      arguments: nothing. Answer: the interface, canonical text.
 *   function NAME    arguments: the function's, without outs. Answer: events.
 *   function "="     of the call under way. Arguments: reply u8, and for ANSWER the value. Answer:
 *                    events.
 *
 * Events are a batch: CALLBACK (parameter u16, values) as often as they come, then how it goes on:
 * DONE (result and outs: the call is over), ASK (the last callback waits for ANSWER), or MORE (go
 * on with GO). A failure of the call is the failure of the request; the call is over then. */
#ifndef LICET_AUTHOR_EXTENSION_LINK_H
#define LICET_AUTHOR_EXTENSION_LINK_H

typedef enum lic_extension_event {
    LIC_EVENT_CALLBACK = 1,
    LIC_EVENT_DONE = 2,
    LIC_EVENT_ASK = 3,
    LIC_EVENT_MORE = 4
} lic_extension_event;

typedef enum lic_extension_reply {
    LIC_REPLY_GO = 0,
    LIC_REPLY_ANSWER = 1,
    LIC_REPLY_ABANDON = 2
} lic_extension_reply;

#define LIC_EVENTS_BATCH (1u << 20) /* bytes after which a batch ends; one event may go beyond it */

#endif
