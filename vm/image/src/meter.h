/* meter.h - gas, shared by what fills it in and what checks it. */
#ifndef LICET_IMAGE_METER_H
#define LICET_IMAGE_METER_H

#include "internal.h"

/* The dearest path through a phase, from the gas in its terminators. False when a jump finds no
 * LABEL ahead in the phase or more than LIC_PENDING_MAX targets are open at once. The sum fits 32
 * bits: a block costs at most 65,535 and an image has fewer than 32,768 instructions. */
bool lic_phase_worst(const lic_image *image, const lic_phase *phase, uint64_t *worst);

/* The parts of an entry's bound that its phases fix. */
void lic_entry_gas(const lic_image *image, const lic_entry *entry, uint64_t *once,
                   uint64_t *per_line);

#endif
