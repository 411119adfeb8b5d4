/* kernel_k.h - kernel K in the VM: its listing assembled, encoded, decoded, verified and run over the
 * yardstick's own data (tests/workload/kernel/k.h). */
#ifndef LICET_TESTS_KERNEL_K_H
#define LICET_TESTS_KERNEL_K_H

#include <licet/image.h>

typedef struct kernel_run {
    int64_t checksum;
    uint64_t gas; /* of all passes */
    uint64_t postings;
    uint32_t instructions; /* in the phase of one line, all of which run */
} kernel_run;

/* Sets the data up and runs `passes` passes of 100,000 lines. `listing` is the text of kernel_k.lst. */
lic_status kernel_k(lic_slice listing, const lic_hasher *hasher, uint64_t passes, kernel_run *run,
                    lic_error *error);

#endif
