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
/* What lies beside the ledger, room on the disk, who may write: before it is opened. */
void lic_doctor_files(lic_doctor *d);
/* The tables behind the views. */
void lic_doctor_views(lic_doctor *d, lic_store *store);

/* What this executable has to examine of the machine beyond that: set before lic_cli_main. */
typedef void lic_doctor_examination(lic_doctor *d);
extern lic_doctor_examination *lic_doctor_beyond; /* NULL: nothing */

#endif
