/* dev.h - what `licet dev` holds between two saves: the files of a folder, what came of them, and a session on the
 * ledger that they make. A round looks at the files, does again what the changes touch, and keeps the rest. */
#ifndef LICET_CLI_DEV_H
#define LICET_CLI_DEV_H

#include "testing.h"

#include <licet/world.h>

#define LIC_DEV_FILES 20000u /* in the folder and below: more is no project that people edit */

/* -- files (dev_files.c) -------------------------------------------------------------------------------------- */

typedef struct lic_dev_file {
    const char *path; /* beneath the folder */
    uint64_t size, inode;
    int64_t modified; /* nanoseconds since 1970 */
} lic_dev_file;

typedef struct lic_dev_files {
    lic_dev_file *items; /* in order of their paths */
    size_t count;
} lic_dev_files;

typedef struct lic_dev_paths {
    const char **items;
    size_t count, capacity;
} lic_dev_paths;

/* Regular files; hidden ones, links and what editors leave behind are passed over. TOO_LARGE; IO. */
lic_status lic_dev_scan(const char *folder, lic_arena *arena, lic_dev_files *files,
                        lic_error *error);
/* Appends the paths that are in one of them alone, or not the same. */
lic_status lic_dev_compare(const lic_dev_files *before, const lic_dev_files *now, lic_arena *arena,
                           lic_dev_paths *changed);
lic_status lic_dev_paths_add(lic_dev_paths *paths, lic_arena *arena, lic_slice path);
bool lic_dev_paths_have(const lic_dev_paths *paths, const char *path);
/* One of the changed files, or a folder that holds one, was asked for. */
bool lic_dev_touched(const lic_dev_paths *asked, const lic_dev_paths *changed);

/* -- waiting (dev_watch.c) -------------------------------------------------------------------------------------- */

/* The folder is watched by inotify where the system gives it. Since that is silent on some file systems, and at its
 * limits, a round of looking comes now and then as well. */
typedef struct lic_dev_watch {
    const char *folder;
    int inotify; /* -1: by looking alone */
} lic_dev_watch;

typedef enum lic_dev_event {
    LIC_DEV_INPUT,  /* the descriptor has something to read */
    LIC_DEV_LOOK,   /* files may have changed, and are quiet now */
    LIC_DEV_STOPPED /* SIGINT or SIGTERM */
} lic_dev_event;

void lic_dev_watch_open(lic_dev_watch *watch, const char *folder);
/* Folders that have come since are watched too. */
void lic_dev_watch_folders(lic_dev_watch *watch, const lic_dev_files *files);
void lic_dev_watch_close(lic_dev_watch *watch);
/* From lic_dev_hold to lic_dev_let the signals that end the process are answered by lic_dev_wait alone, so that
 * a terminal can be put in order; `input` -1: nothing is read. */
void lic_dev_hold(void);
void lic_dev_let(void);
lic_dev_event lic_dev_wait(const lic_dev_watch *watch, int input);

/* -- a round (dev_round.c, dev_ledger.c) ------------------------------------------------------------------------- */

typedef struct lic_dev_agreement {
    const char *path;
    size_t errors;
    lic_slice shown,
        json;   /* what the compiler says; json: objects behind one another, with commas */
    bool fresh; /* of this round */
} lic_dev_agreement;

typedef struct lic_dev_tests {
    const char *path;
    lic_dev_paths asked; /* what its last run read */
    size_t passed, failed;
    const char *waits; /* not run: the agreement that it reads has errors; otherwise NULL */
    bool fresh;
} lic_dev_tests;

typedef struct lic_dev_ledger {
    lic_world *world; /* NULL: none could be made yet */
    bool fresh;
    lic_dev_paths asked;
    lic_slice notes; /* what kept deals from it, a line each */
    size_t refused;
} lic_dev_ledger;

typedef struct lic_dev_round {
    lic_arena *arena; /* of all below */
    lic_dev_files files;
    lic_dev_paths changed;
    bool first, again; /* again: all tests run, whatever has changed */
    lic_dev_agreement *agreements;
    lic_dev_tests *tests;
    size_t agreement_count, test_count;
    lic_test_run run; /* of the tests that are fresh, in their order */
    lic_dev_ledger ledger;
} lic_dev_round;

typedef struct lic_dev {
    lic_cli *cli;
    const char *folder;
    uint64_t seed;
    uint32_t runs;
    lic_dev_round now;
    char date[LIC_DATE_TEXT]; /* of the session's ledger */
    lic_json json;            /* of the ledger's document, while its sections come */
} lic_dev;

/* Looks at the folder. *news: something that counts has changed, and dev->now is what came of it. `again`:
 * all tests are run, changed or not. */
lic_status lic_dev_look(lic_dev *dev, bool again, bool *news);
bool lic_dev_is_news(lic_dev *dev); /* such a look would bring some */
void lic_dev_round_free(lic_dev_round *round);
/* The agreement of this path, or NULL. */
const lic_dev_agreement *lic_dev_agreement_at(const lic_dev_round *round, const char *path);
/* A new ledger with the folder's deals on it, signed. */
lic_status lic_dev_ledger_make(lic_dev *dev, lic_dev_round *round);
bool lic_dev_good(const lic_dev_round *round); /* nothing failed, nothing is refused */

/* -- the session (dev_session.c) --------------------------------------------------------------------------------------- */

/* Lines on the round's ledger, and rounds when files change, until the lines end or somebody ends it. With `once`
 * how the ledger stands is told, and that is all. */
lic_status lic_dev_session(lic_dev *dev, bool once);

/* -- telling (dev_tell.c) -------------------------------------------------------------------------------------------- */

void lic_dev_tell(lic_dev *dev);

/* What the session's ledger shows: SELECTs, and where their rows go. */
typedef struct lic_dev_section {
    const char *name, *sql;
} lic_dev_section;
#define LIC_DEV_SECTIONS 5
extern const lic_dev_section lic_dev_sections[LIC_DEV_SECTIONS];
/* One section's rows; the first begins the ledger's document, the last ends it. */
void lic_dev_tell_section(lic_dev *dev, size_t section, const lic_slice *cells, size_t columns,
                          size_t rows);
void lic_dev_tell_answer(lic_dev *dev, bool failed, lic_slice text);

#endif
