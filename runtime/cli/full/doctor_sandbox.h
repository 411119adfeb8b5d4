/* doctor_sandbox.h - what `licet doctor` examines where scripts can run. */
#ifndef LICET_CLI_DOCTOR_SANDBOX_H
#define LICET_CLI_DOCTOR_SANDBOX_H

#include "doctor.h"

/* Whether this machine can confine scripts, and the limits of this user. */
void lic_doctor_sandbox(lic_doctor *d);

#endif
