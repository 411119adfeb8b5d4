/* head.c - HEAD and the file's name: what the file is, and whether the two agree. */
#include "reading.h"

#include <string.h>

enum { NAME_PARTS = 8 };

/* DSR_recipient_sender_service_period_territory_NofM_YYYYMMDDThhmmss.tsv */
typedef enum name_part {
    PART_DSR,
    PART_RECIPIENT,
    PART_SENDER,
    PART_SERVICE,
    PART_PERIOD,
    PART_TERRITORY,
    PART_NUMBER,
    PART_CREATED
} name_part;

/* -- the name ---------------------------------------------------------------------------------- */

static bool split_name(lic_slice name, lic_slice parts[NAME_PARTS])
{
    size_t from = 0, count = 0;
    for (size_t i = 0; i <= name.size; i++) {
        if (i < name.size && name.data[i] != '_') continue;
        if (count == NAME_PARTS) return false;
        parts[count++] = lic_slice_of(name.data + from, i - from);
        from = i + 1;
    }
    lic_slice *last = &parts[PART_CREATED];
    if (count != NAME_PARTS || last->size < 5 ||
        memcmp(last->data + last->size - 4, ".tsv", 4) != 0)
        return false;
    last->size -= 4;
    return lic_slice_equal(parts[PART_DSR], lic_slice_text("DSR"));
}

/* "1of2" */
static bool read_number(lic_slice part, int64_t *number, int64_t *of)
{
    for (size_t i = 0; i + 2 <= part.size; i++) {
        if (memcmp(part.data + i, "of", 2) != 0) continue;
        return dsr_parse_count(lic_slice_of(part.data, i), number) &&
               dsr_parse_count(lic_slice_of(part.data + i + 2, part.size - i - 2), of) &&
               *number >= 1 && *of >= *number && *of <= (int64_t)DSR_FILES_MAX;
    }
    return false;
}

void dsr_read_name(dsr *report, dsr_file *file)
{
    lic_slice parts[NAME_PARTS];
    dsr_place at = {report->file_count, 0};
    if (split_name(file->name, parts) && read_number(parts[PART_NUMBER], &file->number, &file->of))
        return;
    file->number = file->of = 0;
    (void)dsr_defect_at(report, at, (lic_slice){0}, DSR_FILE_NAME, "%.*s", DSR_SHOWN(file->name));
}

/* -- HEAD against the name --------------------------------------------------------------------- */

static bool is_either(lic_slice part, lic_slice name, lic_slice id)
{
    return (name.size == 0 && id.size == 0) || lic_slice_equal(part, name) ||
           lic_slice_equal(part, id);
}

/* 20160121T150926 and 2016-01-21T15:09:26Z. */
static bool same_time(lic_slice part, lic_slice time)
{
    char digits[16];
    size_t size = 0;
    for (size_t i = 0; i < time.size && i < 19 && size < sizeof digits; i++)
        if (time.data[i] != '-' && time.data[i] != ':') digits[size++] = (char)time.data[i];
    return time.size < 19 || lic_slice_equal(part, lic_slice_of(digits, size));
}

/* 2015, 2015-Q4, 2015-02, 2015-02-01 or 2015-02-01--2015-02-28. */
static bool read_period(lic_slice part, lic_date *first, lic_date *last)
{
    lic_period_kind kind;
    if (part.size == 22 && memcmp(part.data + 10, "--", 2) == 0) {
        return lic_date_parse(lic_slice_of(part.data, 10), first) == LIC_OK &&
               lic_date_parse(lic_slice_of(part.data + 12, 10), last) == LIC_OK;
    }
    if (lic_date_parse(part, first) == LIC_OK) {
        *last = *first;
        return true;
    }
    if (lic_period_parse(part, &kind, first) != LIC_OK) return false;
    *last = lic_period_of(kind, LIC_DATE_MIN, *first).last;
    return true;
}

static bool same_period(lic_slice part, const dsr_head *head)
{
    lic_date first, last, from, to;
    if (head->first.size == 0 || head->last.size == 0) return true;
    return read_period(part, &first, &last) && lic_date_parse(head->first, &from) == LIC_OK &&
           lic_date_parse(head->last, &to) == LIC_OK && first == from && last == to;
}

static void differs(dsr *report, const dsr_row *row, const char *what, lic_slice part)
{
    (void)dsr_defect(report, row, DSR_FILE_NAME_DIFFERS, "%s: the name says %.*s", what,
                     DSR_SHOWN(part));
}

static void compare_name(dsr *report, const dsr_row *row)
{
    lic_slice parts[NAME_PARTS];
    const dsr_head *head = &report->file->head;
    const dsr_file *file = report->file;
    if (file->of == 0 || !split_name(file->name, parts)) return;
    if (!is_either(parts[PART_RECIPIENT], head->recipient, head->recipient_id))
        differs(report, row, "recipient", parts[PART_RECIPIENT]);
    if (!is_either(parts[PART_SENDER], head->sender, head->sender_id))
        differs(report, row, "sender", parts[PART_SENDER]);
    if (!is_either(parts[PART_SERVICE], head->service, head->service))
        differs(report, row, "service", parts[PART_SERVICE]);
    if (!same_period(parts[PART_PERIOD], head)) differs(report, row, "period", parts[PART_PERIOD]);
    if ((head->number > 0 && head->number != file->number) ||
        (head->of > 0 && head->of != file->of))
        differs(report, row, "file number", parts[PART_NUMBER]);
    if (!same_time(parts[PART_CREATED], head->created))
        differs(report, row, "time of creation", parts[PART_CREATED]);
}

/* -- HEAD -------------------------------------------------------------------------------------- */

static lic_slice keep_cell(dsr *report, const dsr_row *row, dsr_column column)
{
    return dsr_keep(report, dsr_cell(row, column));
}

static void read_head(dsr *report, const dsr_row *row, dsr_head *head)
{
    head->seen = true;
    head->at = row->at;
    head->sender = keep_cell(report, row, COLUMN_SENDER);
    head->sender_id = keep_cell(report, row, COLUMN_SENDER_ID);
    head->recipient = keep_cell(report, row, COLUMN_RECIPIENT);
    head->recipient_id = keep_cell(report, row, COLUMN_RECIPIENT_ID);
    head->service = keep_cell(report, row, COLUMN_SERVICE);
    head->created = keep_cell(report, row, COLUMN_MESSAGE_CREATED);
    head->first = dsr_keep(report, dsr_day(report, row, COLUMN_USAGE_START));
    head->last = dsr_keep(report, dsr_day(report, row, COLUMN_USAGE_END));
    (void)dsr_count(row, COLUMN_FILE_NUMBER, &head->number);
    (void)dsr_count(row, COLUMN_NUMBER_OF_FILES, &head->of);
}

void dsr_take_head(dsr *report, const dsr_row *row)
{
    dsr_head *head = &report->file->head;
    if (head->seen) {
        (void)dsr_defect(report, row, DSR_HEADER_AGAIN, "the first is in line %lld",
                         (long long)head->at.line);
        return;
    }
    read_head(report, row, head);
    if (head->first.size > 0 && head->last.size > 0 &&
        lic_slice_compare(head->first, head->last) > 0)
        (void)dsr_defect(report, row, DSR_PERIOD, "%.*s to %.*s", DSR_SHOWN(head->first),
                         DSR_SHOWN(head->last));
    compare_name(report, row);
}

/* -- the files of a report --------------------------------------------------------------------- */

static void compare_heads(dsr *report, const dsr_head *one, const dsr_head *other)
{
    const struct {
        const char *what;
        lic_slice one, other;
    } fields[] = {
        {"SenderName", one->sender, other->sender},
        {"SenderPartyId", one->sender_id, other->sender_id},
        {"RecipientName", one->recipient, other->recipient},
        {"RecipientPartyId", one->recipient_id, other->recipient_id},
        {"ServiceDescription", one->service, other->service},
        {"UsageStartDate", one->first, other->first},
        {"UsageEndDate", one->last, other->last},
    };
    for (size_t i = 0; i < LIC_COUNT(fields); i++) {
        if (lic_slice_equal(fields[i].one, fields[i].other)) continue;
        (void)dsr_defect_at(report, other->at, lic_slice_text("HEAD"), DSR_FILES_DIFFER,
                            "%s is %.*s, in the first file %.*s", fields[i].what,
                            DSR_SHOWN(fields[i].other), DSR_SHOWN(fields[i].one));
    }
}

/* Number and count of a file: HEAD's, otherwise its name's. */
static int64_t number_of(const dsr_file *file, bool count)
{
    int64_t stated = count ? file->head.of : file->head.number;
    return stated > 0 ? stated : count ? file->of : file->number;
}

static void find_missing(dsr *report, int64_t of, const bool *there)
{
    dsr_place nowhere = {0, 0};
    for (int64_t n = 1; n <= of; n++)
        if (!there[n])
            (void)dsr_defect_at(report, nowhere, (lic_slice){0}, DSR_FILE_MISSING, "%lld of %lld",
                                (long long)n, (long long)of);
}

void dsr_finish_files(dsr *report)
{
    bool there[DSR_FILES_MAX + 1] = {false};
    const dsr_file *first = report->files;
    int64_t of = first == NULL ? 0 : number_of(first, true);
    dsr_place at = {0, 0};
    for (const dsr_file *file = first; file != NULL; file = file->next) {
        int64_t number = number_of(file, false), count = number_of(file, true);
        at.file++;
        if (file->head.seen && first->head.seen) compare_heads(report, &first->head, &file->head);
        if (count != of)
            (void)dsr_defect_at(report, at, (lic_slice){0}, DSR_FILES_DIFFER,
                                "of %lld files, the first of %lld", (long long)count,
                                (long long)of);
        if (number < 1 || number > (int64_t)DSR_FILES_MAX) continue;
        if (there[number])
            (void)dsr_defect_at(report, at, (lic_slice){0}, DSR_FILE_AGAIN, "file %lld",
                                (long long)number);
        there[number] = true;
    }
    if (of <= (int64_t)DSR_FILES_MAX) find_missing(report, of, there);
}
