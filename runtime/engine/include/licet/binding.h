/* binding.h - what is bound to an agreement when it is deployed, checked without a ledger by the code that
 * deploys: values of parameters, shares that take them, and cells of schedules. */
#ifndef LICET_BINDING_H
#define LICET_BINDING_H

#include <licet/image.h>

/* Values for one image at a time; they can be bound again and again. Image, hasher and allocator are
 * borrowed while it lives. */
typedef struct lic_binding lic_binding;

lic_status lic_binding_create(const lic_image *image, const lic_hasher *hasher,
                              const lic_allocator *allocator, lic_binding **binding,
                              lic_error *error);
void lic_binding_destroy(lic_binding *binding); /* NULL allowed */

/* Binds parameter `number` to what `text` says. Appends to `words` (may be NULL) the value in one form,
 * however it was written: "GBP 250,000.00", "52%", "2026-01-05"; deploying with these words binds the same
 * value. MALFORMED, code "parameter": the text is none of the parameter's values; the help says which are. */
lic_status lic_binding_set(lic_binding *binding, uint32_t number, lic_slice text, lic_buffer *words,
                           lic_error *error);

/* When every parameter is bound: what the agreement makes of them holds together (shares total 100 %, tiers
 * ascend). REFUSED names the rows. */
lic_status lic_binding_check(lic_binding *binding, lic_error *error);

/* Appends the text that a schedule's file has for `text` in column `column` (0 is the first of the
 * declared ones): people write "52%" or "GBP 12.50" where the file counts basis points or micro-units.
 * References to rows are left as they are, and looked up when the file is loaded. MALFORMED, code "cell". */
lic_status lic_binding_cell(const lic_binding *binding, uint16_t table, uint16_t column,
                            lic_slice text, lic_buffer *target, lic_error *error);

/* The hash of a deployment's parameters, which parties sign: over their texts in the agreement's order, each
 * written with lic_put_slice. */
void lic_parameters_hash(const lic_hasher *hasher, lic_slice encoded, lic_hash *hash);

#endif
