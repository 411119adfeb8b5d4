/* workload.h - what people do on a ledger that is going to be interrupted: two agreements are made, loaded and signed;
 * months go by with acts, groups of acts in one block, acts that trap beside them, payments and their acknowledgement, keys that come and go,
 * reports in small chunks over many blocks that are settled in several steps, checkpoints of the log beside the writer,
 * and ledgers that are closed and opened with another journal. A seed fixes all of it.
 *
 * A step is done once: `workload_do` on a ledger where it was interrupted goes on with it. What must come of the steps is
 * computed here from the steps alone (`workload_expected`). */
#ifndef LICET_TESTS_CRASH_WORKLOAD_H
#define LICET_TESTS_CRASH_WORKLOAD_H

#include "client_fixture.h"
#include "disk.h"

#define WORKLOAD_STEPS 160
#define WORKLOAD_IDS 8 /* transactions of one step that are told of at once */
#define WORKLOAD_LEDGER "ledger"

typedef enum step_kind {
    STEP_REGISTER,
    STEP_DEPLOY,
    STEP_LOAD,
    STEP_SIGN,
    STEP_CLOCK,
    STEP_TOP_UP, /* an act, one block */
    STEP_GROUP,  /* several acts, one block */
    STEP_REPORT,
    STEP_PAY,
    STEP_ACKNOWLEDGE,
    STEP_KEY,
    STEP_CHECKPOINT,
    STEP_REOPEN,
} step_kind;

typedef struct workload_step {
    step_kind kind;
    uint32_t n;     /* which of them: party, agreement, schedule, number of acts, payment */
    uint32_t cents; /* of an act or a payment */
    char date[12];  /* of a clock; the month of a report: "2026-01" */
    uint64_t seed;  /* of a report's lines */
} workload_step;

/* What was told to whoever did it, and when. */
typedef struct told {
    size_t moment; /* of the disk */
    uint64_t height;
    lic_hash id;
    bool is_opening; /* somebody opened it, and saw how high it is */
} told;

typedef struct workload {
    uint64_t seed;
    workload_step steps[WORKLOAD_STEPS];
    size_t step_count;
    stage stage;
    crash_disk *disk;
    unsigned
        threads; /* 2: chunks are written in one of the store's, and lines parsed in another; 1 to begin with */
    bool
        early; /* small blocks, too, are written, synced and hashed as large ones are: before the commit, by threads */
    lic_threshold_counts counts; /* of all that was opened */
    bool made;                   /* the ledger, when it was opened */
    /* Of the last act, as it was sent; and the moment at which it was. */
    lic_buffer wire;
    size_t wire_moment;
    /* Answers of the present life. */
    told *told;
    size_t told_count, told_capacity;
} workload;

void workload_init(workload *w, uint64_t seed);
void workload_free(workload *w);

/* Makes the ledger on a disk, with a rollback journal. REFUSED: it is there. */
lic_status workload_make(workload *w, crash_disk *disk, uint64_t seed);
/* The ledger on a disk: made when the engine says that it is not there, as after an interruption of its making. `stays`:
 * with a write-ahead log. */
lic_status workload_open(workload *w, crash_disk *disk, bool stays, uint64_t seed);
void workload_close(workload *w);
/* From here on somebody knows of the transaction (NULL: of the height that the ledger has now). */
void workload_tell(workload *w, const lic_hash *id);
uint64_t workload_height(const workload *w);

/* SQLite alone puts right what a failure left, as it does for a reader of the ledger. IO: it cannot. */
lic_status workload_recover(const crash_disk *d);
/* The ledger's bytes as one number, but for what says which journal it is written with and who wrote it last. */
uint64_t workload_digest(const crash_disk *d);

lic_status workload_do(workload *w, size_t index);

/* Sums that the ledger must show when the first `steps` steps are done: of what went into the fund, and of the
 * royalties, in millionths. */
typedef struct workload_sums {
    int64_t fund, fees;
} workload_sums;
workload_sums workload_expected(const workload *w, size_t steps);
/* Looks at the whole ledger: SQLite's structure, all hashes, roots of tables, postings against balances, the expected
 * sums (NULL: as they are), and a replay. False: `why` says what is wrong. */
bool workload_is_sound(workload *w, const workload_sums *sums, char *why, size_t size);

#endif
