/* listing.h - an image as text: the disassembly for people, and the small assembler that tests and
 * kernel K use. Format: docs/spec/bytecode.md, "listing". */
#ifndef LICET_LISTING_H
#define LICET_LISTING_H

#include <licet/image.h>

/* Appends the whole listing: tables, entries, phases, code with clauses. */
void lic_image_list(const lic_image *image, lic_buffer *target);
/* One instruction, without newline. */
void lic_instruction_list(const lic_image *image, uint32_t pc, lic_buffer *target);

/* Assembles a listing's text into `image` (arrays in `arena`). MALFORMED with the line in `error`. */
lic_status lic_assemble(lic_slice text, lic_arena *arena, lic_image **image, lic_error *error);

#endif
