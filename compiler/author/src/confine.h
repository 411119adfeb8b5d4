/* confine.h (private) - what the two sides of a confined run share. */
#ifndef LICET_AUTHOR_CONFINE_H
#define LICET_AUTHOR_CONFINE_H

#include "link.h"

#include <licet/confine.h>
#include <sys/types.h>

struct lic_confined {
    lic_link link;
    lic_confine_limits limits;
    const lic_allocator *allocator;
    lic_buffer message; /* the request or answer under way */
    uint64_t talk_left;
    bool quiet;
};

/* The child from the fork to its end; `parent` is who forked it. */
LIC_NORETURN void lic_confined_main(int descriptor, pid_t parent,
                                    const lic_confine_options *options, lic_confined_run *run,
                                    void *context);

/* Takes away from this process, for ever, everything but computing and the open descriptors 1, 2 and
 * `descriptor`. CONFIGURATION when the machine does not have the means. */
lic_status lic_confine_self(int descriptor, const lic_confine_limits *limits, lic_error *error);

/* Answers one request of the child: reads it off `cursor` behind its kind and writes the answer, without
 * its length, to `answer`. False when it is no request. */
bool lic_host_answer(const lic_confine_options *options, lic_message kind, lic_cursor *cursor,
                     lic_buffer *answer);

size_t lic_message_max(const lic_confine_limits *limits);

#endif
