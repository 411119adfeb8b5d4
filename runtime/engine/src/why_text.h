/* why_text.h - what the two forms of an explanation share: the steps (why_text.c) and the short account
 * (why_account.c). */
#ifndef LICET_ENGINE_WHY_TEXT_H
#define LICET_ENGINE_WHY_TEXT_H

#include "why.h"

typedef struct lic_telling {
    const lic_why *why;
    lic_buffer *target;
    unsigned depth; /* levels below a movement; 0: all */
    bool cut;       /* something was left out */
    uint8_t *told;  /* a node: 1 when its children were shown already */
} lic_telling;

/* Text that came from outside: control characters replaced, long ones cut. */
void lic_telling_slice(lic_buffer *target, lic_slice text);
/* Currency and amount in groups of three, date, or name. */
void lic_telling_amount(lic_telling *telling, const lic_why_node *node, int sign);
/* The node behind changes of type alone. */
const lic_why_node *lic_telling_behind(const lic_why *why, const lic_why_node *node);

#endif
