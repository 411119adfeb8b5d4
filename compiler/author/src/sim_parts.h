/* sim_parts.h - what the two ways of playing a story share. */
#ifndef LICET_AUTHOR_SIM_PARTS_H
#define LICET_AUTHOR_SIM_PARTS_H

#include <licet/world.h>

#include <licet/sim.h>

/* Files a report behind the story: on the day after its period, or today when that is later. */
lic_status lic_sim_file(lic_world *world, uint32_t contract, const lic_sim_filing *filing,
                        lic_error *error);

#endif
