/* doctor.h - what the parts of licet doctor share: a line of the examination. */
#ifndef LICET_CLI_DOCTOR_H
#define LICET_CLI_DOCTOR_H

#include <licet/cli.h>
#include <licet/engine.h>

typedef struct lic_doctor {
    lic_cli *cli;
    lic_json json;
    const char *path;   /* of the ledger */
    bool simulated;     /* its clock */
    lic_engine *engine; /* NULL: the ledger cannot be opened */
    lic_progress progress;
} lic_doctor;

typedef enum lic_verdict { LIC_VERDICT_OK, LIC_VERDICT_NOTE, LIC_VERDICT_BAD } lic_verdict;

/* One line of the examination; a bad one makes the exit code 1. `help` may be empty. */
void lic_doctor_tell(lic_doctor *d, lic_verdict how, const char *what, const char *text,
                     const char *help);

/* Libraries, cryptography, randomness, clock, processors, terminal. */
void lic_doctor_machine(lic_doctor *d);

#endif
