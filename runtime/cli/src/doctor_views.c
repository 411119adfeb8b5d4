/* doctor_views.c - are the tables behind the views those of this release, and do they know of all that blocks brought?
 * That each value in them is right is for replay to say: nothing is executed here. */
#include "doctor.h"
#include "reading.h"

#include <licet/derived.h>
#include <licet/memory_disk.h>

#include <stdio.h>

/* An empty ledger in memory has the tables and views that this release makes. */
static lic_status compare_schema(lic_doctor *d, lic_store *stored, lic_store_difference *difference)
{
    lic_memory_disk *disk = NULL;
    lic_store *made = NULL;
    lic_store_options options;
    lic_error error;
    LIC_TRY(lic_memory_disk_create(d->cli->allocator, UINT64_C(64) << 20, &disk, &error));
    lic_store_options_fill(d->cli, "views", &options);
    options.vfs = lic_memory_disk_vfs(disk);
    options.mode = LIC_STORE_CREATE;
    lic_status status = lic_store_open(&options, &made, &error);
    if (status == LIC_OK) status = lic_store_compare_schema(stored, made, difference);
    lic_store_close(made);
    lic_memory_disk_destroy(disk);
    return status;
}

/* As many in a view as in blocks and state. */
static const struct {
    const char *view, *there;
} counted[] = {
    {"parties", "registered"},
    {"contracts", "instances"},
    {"reports", "transfers WHERE kind = 6 AND state = 1"},
    {"statements", "outputs WHERE (place >> 24) & 15 = 5"},
};

static lic_status count(lic_store *store, size_t which, int64_t found[2])
{
    char text[256];
    lic_sql *statement = NULL;
    bool row = false;
    (void)snprintf(text, sizeof text, "SELECT (SELECT count(*) FROM %s), (SELECT count(*) FROM %s)",
                   counted[which].view, counted[which].there);
    LIC_TRY(lic_sql_prepare(store, text, &statement));
    lic_status status = lic_sql_step(statement, &row);
    for (int i = 0; i < 2 && row; i++) found[i] = lic_sql_i64(statement, i);
    lic_sql_destroy(statement);
    return status;
}

static lic_status compare_counts(lic_store *store, char *text, size_t size)
{
    for (size_t i = 0; i < LIC_COUNT(counted) && text[0] == '\0'; i++) {
        int64_t found[2] = {0};
        LIC_TRY(count(store, i, found));
        if (found[0] != found[1])
            (void)snprintf(text, size, "the view %s has %lld rows, there are %lld", counted[i].view,
                           (long long)found[0], (long long)found[1]);
    }
    return LIC_OK;
}

void lic_doctor_views(lic_doctor *d, lic_store *store)
{
    lic_store_difference difference = {0};
    char text[1024] = "";
    lic_status status = compare_schema(d, store, &difference);
    if (status == LIC_OK && difference.differs)
        (void)snprintf(text, sizeof text, "%s: the file has %s, this release makes %s",
                       difference.place, difference.stored, difference.computed);
    if (status == LIC_OK) status = compare_counts(store, text, sizeof text);
    if (status != LIC_OK)
        (void)snprintf(text, sizeof text, "they cannot be read: %s", lic_store_error(store)->text);
    if (text[0] != '\0')
        lic_doctor_tell(d, LIC_VERDICT_BAD, "views", text,
                        "`licet doctor --rebuild` makes them again from the blocks");
    else
        lic_doctor_tell(d, LIC_VERDICT_OK, "views",
                        "they are those of this release, and know of every report and statement",
                        "`licet replay` compares each value in them");
}
