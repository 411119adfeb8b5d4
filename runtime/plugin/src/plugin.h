/* plugin.h (private) - a plugin, shared by opening and calling. */
#ifndef LICET_PLUGIN_PRIVATE_H
#define LICET_PLUGIN_PRIVATE_H

#include "message.h"
#include "process.h"

struct lic_plugin {
    const lic_allocator *allocator;
    lic_interface *face;
    process process;
    lic_plugin_options options;
    lic_buffer sending;  /* the frame that goes out */
    lic_buffer incoming; /* the frame that came in; results borrow from it */
    bool dead;
    const lic_signature *calling; /* the function under way, NULL: none */
    uint32_t patience;            /* milliseconds that it still has */
    lic_value_type waiting;       /* what a callback of it waits for; NOTHING: none does */
    lic_value values[LIC_INTERFACE_PARAMETERS + 1]; /* of the last step */
};

/* The process is of no more use: ends it and says why. `doing` is what was asked of it ("open" or a
 * function's name), `outcome` what came instead of an answer. */
lic_status plugin_lost(lic_plugin *plugin, lic_slice doing, message_outcome outcome,
                       lic_error *error);
/* The error that a FAILED frame holds. */
lic_status plugin_take_refusal(lic_plugin *plugin, lic_slice doing, lic_cursor *from,
                               lic_error *error);

#endif
