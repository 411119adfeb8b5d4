/* loading.h - files into ledgers: what load, deploy and report share. */
#ifndef LICET_CLI_LOADING_H
#define LICET_CLI_LOADING_H

#include "read_ahead.h"
#include "writer.h"

/* Loads NAME=FILE into the contract. NAME is a schedule, or Schedule.column for a child table. */
lic_status lic_load_pair(lic_writer *writer, lic_slice contract, const char *pair);

/* The same of a name and a file. `hash`: SHA-256 of the bytes that the file must hold; NULL: any. */
lic_status lic_load_file(lic_writer *writer, lic_slice contract, lic_slice name, const char *file,
                         const lic_hash *hash);

/* A file that is to be uploaded: as many bytes as the ledger takes, and what a batch has worked out of them already. To be
 * freed in any case. */
lic_status lic_upload_read(lic_writer *writer, const char *path, lic_read_file *file);

#endif
