/* early.c - an object that crashes while it is loaded. */
#include <licet/extension.h>

#include <stdlib.h>

LICET_EXPORT int64_t early_next(int64_t n);

int64_t early_next(int64_t n)
{
    return n + 1;
}

__attribute__((constructor)) static void begin(void)
{
    abort();
}
