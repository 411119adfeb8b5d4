/* loading.h - files into ledgers: what load, deploy and report share. */
#ifndef LICET_CLI_LOADING_H
#define LICET_CLI_LOADING_H

#include "writer.h"

/* Loads NAME=FILE into the contract. NAME is a schedule, or Schedule.column for a child table. */
lic_status lic_load_pair(lic_writer *writer, lic_slice contract, const char *pair);

/* The bytes of a file that is to be uploaded: as many as the ledger takes. To be freed in any case. */
lic_status lic_upload_read(lic_writer *writer, const char *file, lic_buffer *bytes);

#endif
