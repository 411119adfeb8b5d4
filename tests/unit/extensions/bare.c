/* bare.c - an object that holds no text of its interface. */
#include <licet/extension.h>

LICET_EXPORT int64_t bare_next(int64_t n);

int64_t bare_next(int64_t n)
{
    return n + 1;
}
