/* gather.c - writes to a file that follow one another become one.
 *
 * SQLite writes the ledger page by page, and a page of its log in two calls, of 24 bytes and of a page; a block is hundreds of
 * them, and a month ten thousand. Here they wait in a buffer until it is full, or until something else happens to the
 * file: whatever reads it, syncs it, asks for its size, cuts it, unlocks it or closes it meets all that was written before. A write
 * that waited and fails is told by the call that passes it down, and SQLite gives the transaction up.
 *
 * It rests on that: nobody else looks at what was written before a sync. Who gathers syncs the log before a commit becomes visible, and
 * a ledger without a log before its journal goes (PRAGMA synchronous = FULL or more). docs/adr/0142, 0145. */
#include "internal.h"

#include <string.h>

enum { ROOM = 7 * (24 + 16384) }; /* below 0x1ffff bytes, which SQLite gives the system at once */

typedef struct gathering {
    sqlite3_file base; /* first: SQLite passes its address back */
    sqlite3_io_methods methods;
    sqlite3_file *below;
    uint8_t *bytes;
    size_t room, used;
    size_t most;        /* room that it has while no memory is shared */
    sqlite3_int64 from; /* where in the file the bytes belong */
} gathering;

static gathering *of(sqlite3_file *file)
{
    return (gathering *)file;
}

/* What cannot be written goes on waiting: SQLite learns of it as an error of another kind, and must not come to a sync that
 * knows nothing of it. */
static int pass_down(gathering *g)
{
    if (g->used == 0) return SQLITE_OK;
    int result = g->below->pMethods->xWrite(g->below, g->bytes, (int)g->used, g->from);
    if (result == SQLITE_OK) g->used = 0;
    return result;
}

/* What cannot be written is forgotten, as the transaction is that SQLite gives up. */
static int write_down(gathering *g)
{
    int result = pass_down(g);
    g->used = 0;
    return result;
}

static int write_file(sqlite3_file *file, const void *source, int amount, sqlite3_int64 offset)
{
    gathering *g = of(file);
    size_t size = (size_t)amount;
    if (offset != g->from + (sqlite3_int64)g->used || g->used + size > g->room) {
        int result = write_down(g);
        if (result != SQLITE_OK) return result;
        g->from = offset;
    }
    if (size > g->room) return g->below->pMethods->xWrite(g->below, source, amount, offset);
    memcpy(g->bytes + g->used, source, size);
    g->used += size;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *target, int amount, sqlite3_int64 offset)
{
    gathering *g = of(file);
    bool waits = offset < g->from + (sqlite3_int64)g->used && offset + amount > g->from;
    int result = waits ? pass_down(g) : SQLITE_OK;
    if (result != SQLITE_OK) return result;
    return g->below->pMethods->xRead(g->below, target, amount, offset);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    int result = write_down(of(file));
    if (result != SQLITE_OK) return result;
    return of(file)->below->pMethods->xTruncate(of(file)->below, size);
}

static int sync_file(sqlite3_file *file, int flags)
{
    int result = write_down(of(file));
    if (result != SQLITE_OK) return result;
    return of(file)->below->pMethods->xSync(of(file)->below, flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int result = pass_down(of(file));
    if (result != SQLITE_OK) return result;
    return of(file)->below->pMethods->xFileSize(of(file)->below, size);
}

/* What still waits belongs to no block that was committed. */
static int close_file(sqlite3_file *file)
{
    gathering *g = of(file);
    sqlite3_free(g->bytes);
    file->pMethods = NULL;
    return g->below->pMethods->xClose(g->below);
}

static int lock_file(sqlite3_file *file, int level)
{
    return of(file)->below->pMethods->xLock(of(file)->below, level);
}

static int unlock_file(sqlite3_file *file, int level)
{
    int result = write_down(of(file));
    int unlocked = of(file)->below->pMethods->xUnlock(of(file)->below, level);
    return result != SQLITE_OK ? result : unlocked;
}

static int check_lock(sqlite3_file *file, int *locked)
{
    return of(file)->below->pMethods->xCheckReservedLock(of(file)->below, locked);
}

static int control_file(sqlite3_file *file, int what, void *argument)
{
    return of(file)->below->pMethods->xFileControl(of(file)->below, what, argument);
}

static int sector_size(sqlite3_file *file)
{
    return of(file)->below->pMethods->xSectorSize(of(file)->below);
}

static int characteristics(sqlite3_file *file)
{
    return of(file)->below->pMethods->xDeviceCharacteristics(of(file)->below);
}

/* The ledger has a log: pages that are folded in may count as such before a sync, so that none waits. */
static int map_shared(sqlite3_file *file, int region, int size, int extend, void volatile **at)
{
    of(file)->room = 0;
    return of(file)->below->pMethods->xShmMap(of(file)->below, region, size, extend, at);
}

static int lock_shared(sqlite3_file *file, int first, int count, int flags)
{
    return of(file)->below->pMethods->xShmLock(of(file)->below, first, count, flags);
}

static void order_shared(sqlite3_file *file)
{
    of(file)->below->pMethods->xShmBarrier(of(file)->below);
}

static int unmap_shared(sqlite3_file *file, int delete)
{
    of(file)->room = of(file)->most;
    return of(file)->below->pMethods->xShmUnmap(of(file)->below, delete);
}

static const sqlite3_io_methods all_methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = order_shared,
    .xShmUnmap = unmap_shared,
};

/* The disk promises that an interrupted write spoils nothing beside it. Elsewhere nothing is gathered: SQLite fills the last sector of a
 * log up behind a commit's sync. What waits of a ledger is not known to do harm there; it waits where most ledgers are. */
static bool is_safe(const gathering *g)
{
    int result = g->below->pMethods->xDeviceCharacteristics(g->below);
    return (result & SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0;
}

bool store_gathers(const sqlite3_file *file)
{
    return file != NULL && file->pMethods != NULL && file->pMethods->xClose == close_file;
}

int store_gather_end(sqlite3_file *file, sqlite3_file **below)
{
    *below = of(file)->below;
    return write_down(of(file));
}

int store_gather_size(const sqlite3_vfs *below)
{
    return (int)sizeof(gathering) + below->szOsFile;
}

int store_gather_open(sqlite3_vfs *below, sqlite3_filename name, sqlite3_file *file, int flags,
                      int *out)
{
    gathering *g = of(file);
    *g = (gathering){.below = (sqlite3_file *)(void *)(g + 1)};
    memset(g->below, 0, (size_t)below->szOsFile);
    g->bytes = sqlite3_malloc(ROOM);
    if (g->bytes == NULL) return SQLITE_NOMEM;
    int result = below->xOpen(below, name, g->below, flags, out);
    if (result == SQLITE_OK) {
        g->room = g->most = is_safe(g) ? ROOM : 0;
        g->methods = all_methods;
        if (g->below->pMethods->iVersion < all_methods.iVersion)
            g->methods.iVersion = g->below->pMethods->iVersion; /* no memory is shared there */
        file->pMethods = &g->methods;
        return SQLITE_OK;
    }
    if (g->below->pMethods != NULL) (void)g->below->pMethods->xClose(g->below);
    sqlite3_free(g->bytes);
    return result;
}
