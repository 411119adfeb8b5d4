/* draw_text.h - texts for reports, facts and arguments, drawn from a number: mostly such as the reader takes, now
 * and then one that it should refuse. */
#ifndef LICET_AUTHOR_DRAW_TEXT_H
#define LICET_AUTHOR_DRAW_TEXT_H

#include <licet/world.h>

typedef struct lic_drawn {
    lic_world *world;
    uint32_t contract;
    const lic_image *image;
    uint64_t number; /* draws are its remainders, one after the other */
    uint64_t line;   /* of a report: what is unique is made from it */
    bool wrong;
} lic_drawn;

/* Appends a text for the reader. The same for the same number, wherever it is drawn. */
lic_status lic_draw_text(lic_drawn *drawn, const lic_reader *reader, lic_buffer *target,
                         lic_error *error);

#endif
