/* verify.h - how the verifier says no. */
#ifndef LICET_IMAGE_VERIFY_H
#define LICET_IMAGE_VERIFY_H

#include "internal.h"

/* Leaves the function with UNVERIFIED and a formatted reason unless the condition holds. */
#define DEMAND(condition, ...)                                                             \
    do {                                                                                   \
        if (!(condition))                                                                  \
            return lic_fail(error, LIC_UNVERIFIED, "image",                                \
                            "compile the agreement again with this release", __VA_ARGS__); \
    } while (0)

#endif
