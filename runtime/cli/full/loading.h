/* loading.h - files into schedules: shared by load and deploy. */
#ifndef LICET_CLI_LOADING_H
#define LICET_CLI_LOADING_H

#include "writer.h"

/* Loads NAME=FILE. NAME is a schedule, or Schedule.column for a child table. */
lic_status lic_load_pair(lic_writer *writer, const lic_contract_info *contract, const char *pair);

/* Sends a file's bytes under a LOAD or REPORT header; `what` is shown as progress. */
lic_status lic_upload_file(lic_writer *writer, lic_transaction *header, const char *file,
                           const char *what);

#endif
