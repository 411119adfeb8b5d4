/* sale.c - SU and SR records: sales and uses, with what their block and their summary say of them;
 * LI records: shares of the sale before. Every one is counted where a total is stated of it. */
#include "reading.h"

#include <string.h>

/* -- counting ---------------------------------------------------------------------------------- */

enum { KEY_MAX = 512 };

/* Two names as one key; longer ones are cut, which joins their totals and nothing else. */
static lic_slice pair_key(uint8_t key[KEY_MAX], lic_slice one, lic_slice other)
{
    size_t first = one.size < KEY_MAX / 2 - 1 ? one.size : KEY_MAX / 2 - 1;
    size_t second = other.size < KEY_MAX / 2 ? other.size : KEY_MAX / 2;
    if (first > 0) memcpy(key, one.data, first);
    key[first] = '\t'; /* no cell holds one */
    if (second > 0) memcpy(key + first + 1, other.data, second);
    return lic_slice_of(key, first + 1 + second);
}

const dsr_tally *dsr_tally_find(const dsr *report, lic_slice summary, lic_slice controller)
{
    uint8_t key[KEY_MAX];
    const dsr_tally_entry *found = dsr_map_find(&report->tallies,
                                                pair_key(key, summary, controller));
    return found == NULL ? NULL : &found->tally;
}

void dsr_add_tally(dsr *report, dsr_tally *to, const dsr_tally *more)
{
    to->has_revenue = to->has_revenue || more->has_revenue;
    to->has_returns = to->has_returns || more->has_returns;
    to->has_share_usages = to->has_share_usages || more->has_share_usages;
    to->has_amount = to->has_amount || more->has_amount;
    to->has_net = to->has_net || more->has_net;
    dsr_add_count(report, &to->rows, more->rows);
    dsr_add_count(report, &to->usages, more->usages);
    dsr_add_count(report, &to->returns, more->returns);
    dsr_add_count(report, &to->share_usages, more->share_usages);
    dsr_add(report, &to->revenue, more->revenue);
    dsr_add(report, &to->amount, more->amount);
    dsr_add(report, &to->net, more->net);
}

static void count_sale(dsr *report, dsr_tally *tally, const dsr_block *sale)
{
    if (tally == NULL || (tally->rows > 0 && tally->last.file == sale->sale.file &&
                          tally->last.line == sale->sale.line))
        return;
    tally->last = sale->sale;
    tally->rows++;
    tally->has_revenue = tally->has_revenue || sale->sale_has_revenue;
    tally->has_returns = tally->has_returns || sale->sale_has_returns;
    dsr_add_count(report, &tally->usages, sale->sale_count);
    dsr_add_count(report, &tally->returns, sale->sale_returns);
    dsr_add(report, &tally->revenue, sale->sale_revenue);
}

typedef struct share_amounts {
    bool has_usages, has_amount, has_net;
    int64_t usages;
    lic_i128 amount, net;
} share_amounts;

static void count_share(dsr *report, dsr_tally *tally, const share_amounts *share)
{
    if (tally == NULL) return;
    tally->has_share_usages = tally->has_share_usages || share->has_usages;
    tally->has_amount = tally->has_amount || share->has_amount;
    tally->has_net = tally->has_net || share->has_net;
    dsr_add_count(report, &tally->share_usages, share->usages);
    dsr_add(report, &tally->amount, share->amount);
    dsr_add(report, &tally->net, share->net);
}

static dsr_tally *tally_of(dsr *report, lic_slice controller)
{
    uint8_t key[KEY_MAX];
    bool fresh;
    dsr_tally_entry *entry = dsr_map_entry(
        report, &report->tallies, pair_key(key, report->block.sale_summary, controller), &fresh);
    if (entry != NULL && fresh) entry->whole = controller.size == 0;
    return entry == NULL ? NULL : &entry->tally;
}

static dsr_tally *sum_of(dsr *report, lic_slice controller, lic_slice currency)
{
    uint8_t key[KEY_MAX];
    bool fresh;
    dsr_sum_entry *entry = dsr_map_entry(report, &report->sums, pair_key(key, controller, currency),
                                         &fresh);
    if (entry != NULL && fresh) {
        entry->controller = dsr_keep(report, controller);
        entry->currency = dsr_keep(report, currency);
    }
    return entry == NULL ? NULL : &entry->tally;
}

/* -- sales ------------------------------------------------------------------------------------- */

static const dsr_summary *summary_of(dsr *report, const dsr_row *row)
{
    lic_slice id = dsr_cell(row, COLUMN_SUMMARY);
    dsr_summary *const *found = dsr_map_find(&report->summary_ids, id);
    if (found == NULL) (void)dsr_defect(report, row, DSR_UNKNOWN_SUMMARY, "%.*s", DSR_SHOWN(id));
    return found == NULL ? NULL : *found;
}

static void describe_summary(const dsr_summary *summary, dsr_sale *sale)
{
    if (summary == NULL) return;
    sale->territory = summary->territory;
    sale->model = summary->model;
    sale->use = summary->use;
    sale->service = summary->service;
    sale->currency = summary->currency;
}

/* The days on which it was used: the row's, otherwise the report's. */
static void describe_window(dsr *report, const dsr_row *row, dsr_sale *sale)
{
    const dsr_head *head = &report->file->head;
    bool dated = row->layout->place[COLUMN_SALE_DATE] != 0;
    sale->first = dsr_day(report, row, dated ? COLUMN_SALE_DATE : COLUMN_VALID_FROM);
    sale->last = dsr_day(report, row, dated ? COLUMN_SALE_DATE : COLUMN_VALID_TO);
    if (sale->first.size == 0) sale->first = head->first;
    if (sale->last.size == 0) sale->last = head->last;
    if (sale->first.size == 0 || sale->last.size == 0) return;
    if (lic_slice_compare(sale->first, sale->last) > 0)
        (void)dsr_defect(report, row, DSR_PERIOD, "%.*s to %.*s", DSR_SHOWN(sale->first),
                         DSR_SHOWN(sale->last));
    else if ((head->first.size > 0 && lic_slice_compare(sale->first, head->first) < 0) ||
             (head->last.size > 0 && lic_slice_compare(sale->last, head->last) > 0))
        (void)dsr_defect(report, row, DSR_OUTSIDE_PERIOD, "%.*s to %.*s", DSR_SHOWN(sale->first),
                         DSR_SHOWN(sale->last));
}

static void check_sale_id(dsr *report, const dsr_row *row)
{
    lic_slice id = dsr_cell(row, COLUMN_SALE);
    bool fresh;
    if (id.size == 0) return;
    dsr_place *first = dsr_map_entry(report, &report->sale_ids, id, &fresh);
    if (first == NULL) return;
    if (fresh) *first = row->at;
    else
        (void)dsr_defect(report, row, DSR_DUPLICATE_SALE, "%.*s, first in file %d, line %lld",
                         DSR_SHOWN(id), (int)first->file, (long long)first->line);
}

static void read_counts(dsr *report, const dsr_row *row, dsr_sale *sale)
{
    static const dsr_column counted[] = {COLUMN_USAGES, COLUMN_STREAMS, COLUMN_DOWNLOADS,
                                         COLUMN_GROSS_USAGES};
    dsr_block *block = &report->block;
    int64_t net;
    for (size_t i = 0; i < LIC_COUNT(counted); i++)
        if (row->layout->place[counted[i]] != 0) (void)dsr_count(row, counted[i], &sale->usages);
    block->sale_has_returns = dsr_count(row, COLUMN_RETURNS, &sale->returns);
    block->sale_has_revenue = dsr_amount(row, COLUMN_NET_REVENUE, &block->sale_revenue);
    sale->revenue = dsr_amount_text(row, COLUMN_NET_REVENUE);
    block->sale_count = sale->usages;
    block->sale_returns = sale->returns;
    if (dsr_count(row, COLUMN_NET_USAGE, &net) && (lic_i128)sale->usages - sale->returns != net)
        (void)dsr_defect(report, row, DSR_NET_DIFFERS, "%lld less %lld is not %lld",
                         (long long)sale->usages, (long long)sale->returns, (long long)net);
}

static void hand_on(dsr *report, const dsr_row *row, dsr_sale *sale)
{
    dsr_block *block = &report->block;
    sale->place = row->at;
    sale->record = row->record;
    sale->block = block->id;
    sale->sale = dsr_cell(row, COLUMN_SALE);
    sale->summary = dsr_cell(row, COLUMN_SUMMARY);
    check_sale_id(report, row);
    describe_summary(summary_of(report, row), sale);
    describe_window(report, row, sale);
    read_counts(report, row, sale);
    block->has_sale = true;
    block->sale = row->at;
    block->sale_summary = dsr_keep_in_block(report, sale->summary);
    dsr_add_count(report, &block->sale_usages, sale->usages);
    count_sale(report, tally_of(report, (lic_slice){0}), block);
    count_sale(report, sum_of(report, (lic_slice){0}, sale->currency), block);
    if (report->status == LIC_OK) report->sink->sale(report->sink->context, sale);
}

/* -- SU ---------------------------------------------------------------------------------------- */

static const dsr_resource *find_resource(const dsr *report, lic_slice reference, bool by_id)
{
    for (uint32_t i = 0; i < report->block.resource_count; i++) {
        const dsr_resource *one = &report->resources[i];
        if (lic_slice_equal(by_id ? one->id : one->reference, reference)) return one;
    }
    return NULL;
}

/* Which resource of the block a sale is of. The UGC profile's DspReleaseId names the resource in
 * some files and a release in others: in a block of one resource both mean that one. */
static const dsr_resource *resource_of(dsr *report, const dsr_row *row)
{
    bool transacted = row->layout->place[COLUMN_TRANSACTED_RESOURCE] != 0;
    bool released = row->layout->place[COLUMN_DSP_RELEASE] != 0;
    lic_slice reference = dsr_cell(row, transacted ? COLUMN_TRANSACTED_RESOURCE
                                        : released ? COLUMN_DSP_RELEASE
                                                   : COLUMN_DSP_RESOURCE);
    if (transacted && reference.size == 0) return NULL; /* the release as a whole */
    const dsr_resource *found = find_resource(report, reference, !transacted);
    if (found != NULL) return found;
    if (released && report->block.resource_count == 1) return &report->resources[0];
    (void)dsr_defect(report, row, DSR_NO_RESOURCE, "%.*s", DSR_SHOWN(reference));
    return NULL;
}

void dsr_take_sale(dsr *report, const dsr_row *row)
{
    const dsr_resource *resource = resource_of(report, row);
    dsr_sale sale = {.release = report->block.release_id, .icpn = report->block.release_icpn};
    if (resource != NULL) {
        sale.resource = resource->id;
        sale.isrc = resource->isrc;
        sale.title = resource->title;
        sale.artist = resource->artist;
        sale.work = resource->works;
        sale.iswc = resource->iswcs;
    }
    lic_slice stated = dsr_cell(row, COLUMN_DSP_RELEASE);
    if (sale.release.size == 0 && !lic_slice_equal(stated, sale.resource))
        sale.release = dsr_plain(report, stated);
    hand_on(report, row, &sale);
}

/* -- LI, and shares in one row with their sale ------------------------------------------------- */

static void read_amounts(const dsr_row *row, share_amounts *to, dsr_share *share)
{
    bool accounting = row->layout->place[COLUMN_ALLOCATED_ACCOUNTING] != 0;
    dsr_column amount = accounting ? COLUMN_ALLOCATED_ACCOUNTING : COLUMN_ALLOCATED;
    dsr_column net = accounting ? COLUMN_ALLOCATED_NET_ACCOUNTING : COLUMN_ALLOCATED_NET;
    static const dsr_column counted[] = {COLUMN_ALLOCATED_USAGES, COLUMN_ALLOCATED_NET_USAGE,
                                         COLUMN_NET_USAGE};
    for (size_t i = 0; i < LIC_COUNT(counted) && !to->has_usages; i++)
        to->has_usages = dsr_count(row, counted[i], &to->usages);
    to->has_amount = dsr_amount(row, amount, &to->amount);
    to->has_net = dsr_amount(row, net, &to->net);
    share->usages = to->usages;
    share->amount = dsr_amount_text(row, amount);
    share->net = dsr_amount_text(row, net);
    share->transaction_amount = dsr_amount_text(row, COLUMN_ALLOCATED_TRANSACTION);
    share->transaction_net = dsr_amount_text(row, COLUMN_ALLOCATED_NET_TRANSACTION);
}

static void hand_share_on(dsr *report, const dsr_row *row)
{
    const dsr_block *block = &report->block;
    dsr_summary *const *found = dsr_map_find(&report->summary_ids, block->sale_summary);
    share_amounts amounts = {0};
    dsr_share share = {.place = row->at,
                       .sale = block->sale,
                       .controller = dsr_block_cell(report, row, COLUMN_CONTROLLER),
                       .work = dsr_block_cell(report, row, COLUMN_CONTROLLER_WORK),
                       .rights = dsr_block_cell(report, row, COLUMN_RIGHTS),
                       .percentage = dsr_amount_text(row, COLUMN_SHARE)};
    if (found != NULL) {
        share.currency = (*found)->currency;
        share.transaction_currency = (*found)->transaction_currency;
    }
    read_amounts(row, &amounts, &share);
    count_share(report, tally_of(report, (lic_slice){0}), &amounts);
    count_share(report, sum_of(report, (lic_slice){0}, share.currency), &amounts);
    if (share.controller.size > 0) {
        dsr_tally *tally = tally_of(report, share.controller);
        dsr_tally *sum = sum_of(report, share.controller, share.currency);
        count_sale(report, tally, block);
        count_sale(report, sum, block);
        count_share(report, tally, &amounts);
        count_share(report, sum, &amounts);
    }
    if (report->status == LIC_OK) report->sink->share(report->sink->context, &share);
}

void dsr_take_share(dsr *report, const dsr_row *row)
{
    if (!report->block.has_sale) {
        (void)dsr_defect(report, row, DSR_NO_SALE, "%.*s",
                         DSR_SHOWN(dsr_cell(row, COLUMN_CONTROLLER)));
        return;
    }
    hand_share_on(report, row);
}

void dsr_take_record(dsr *report, const dsr_row *row)
{
    bool releases = dsr_cell(row, COLUMN_RESOURCE_TITLE).size == 0;
    dsr_close_block(report);
    if (report->status != LIC_OK) return;
    report->block.open = true; /* a block of its own, which has no id and is not counted */
    dsr_sale sale = {
        .resource = dsr_block_cell(report, row, COLUMN_DSP_RESOURCE),
        .isrc = dsr_isrc(report, row),
        .title = dsr_block_cell(report, row,
                                releases ? COLUMN_RELEASE_TITLE : COLUMN_RESOURCE_TITLE),
        .artist = dsr_block_cell(report, row,
                                 releases ? COLUMN_RELEASE_ARTIST : COLUMN_RESOURCE_ARTIST),
        .work = dsr_block_cell(report, row, COLUMN_DSP_WORK),
        .iswc = dsr_iswc(report, row),
        .release = dsr_block_cell(report, row, COLUMN_DSP_RELEASE),
        .icpn = dsr_block_cell(report, row, COLUMN_ICPN),
    };
    hand_on(report, row, &sale);
    /* SR08 states what is the recipient's without naming it. */
    if (dsr_cell(row, COLUMN_CONTROLLER).size > 0 ||
        row->layout->place[COLUMN_ALLOCATED_ACCOUNTING] != 0)
        hand_share_on(report, row);
    dsr_close_block(report);
}
