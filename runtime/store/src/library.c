/* library.c - which SQLite this is. */
#include "internal.h"

/* STRICT tables came with 3.37. */
enum { OLDEST = 3037000 };

const char *lic_store_library(void)
{
    return sqlite3_libversion();
}

bool lic_store_library_fits(void)
{
    return sqlite3_libversion_number() >= OLDEST;
}
