/* report/look_ups.h - keys in lines become rows of the tables that they name. */
#ifndef LICET_ENGINE_LOOK_UPS_H
#define LICET_ENGINE_LOOK_UPS_H

#include "report/intake.h"

/* Keys of so many lines, taken from the arena. */
lic_status lic_look_ups_room(const lic_intake *intake, uint32_t lines, lic_arena *arena,
                             lic_keys *keys);
/* Keeps and hashes the key of a column that is looked up: its text as it stands. */
void lic_look_ups_begin(const lic_intake *intake, const lic_intake_column *column,
                        lic_parsed *parsed, uint32_t line, lic_slice text);
/* Where the number of the first column is kept whose key the line does not have. */
uint16_t *lic_look_ups_end(const lic_parsed *parsed, uint32_t line);
/* Finds the keys of lines first .. end - 1, LIC_BATCH at most unless they wait. */
void lic_look_ups_find(const lic_intake *intake, lic_parsed *parsed, uint32_t first, uint32_t end);
/* Finds those that wait, if they do. */
void lic_look_ups_waiting(const lic_intake *intake, lic_parsed *parsed);

#endif
