/* block.c - a block: the rows of one resource (or release), from its description to its sales. */
#include "reading.h"

#include <licet/identifier.h>

#include <string.h>

enum { BLOCK_MEMORY = 64 << 20, BLOCK_WORTH = 1 << 20 };

bool dsr_block_create(dsr *report)
{
    report->block_arena = lic_arena_create(report->allocator, BLOCK_MEMORY);
    return report->block_arena != NULL;
}

/* Nothing of a closed block is needed; its memory is given back when it is worth the trouble. */
void dsr_close_block(dsr *report)
{
    dsr_block *block = &report->block;
    if (block->has_usages && block->has_sale && block->release_usages != block->sale_usages)
        (void)dsr_defect_at(report, block->usages_at, block->usages_record, DSR_USAGES_DIFFER,
                            "block %.*s: releases %lld, sales %lld", DSR_SHOWN(block->id),
                            (long long)block->release_usages, (long long)block->sale_usages);
    *block = (dsr_block){0};
    if (lic_arena_used(report->block_arena) < BLOCK_WORTH) return;
    lic_arena_destroy(report->block_arena);
    if (!dsr_block_create(report)) report->status = LIC_NO_MEMORY;
}

void dsr_take_block(dsr *report, const dsr_row *row)
{
    dsr_block *block = &report->block;
    lic_slice id = dsr_cell(row, COLUMN_BLOCK);
    bool fresh;
    if (block->open && lic_slice_equal(block->id, id)) return;
    dsr_close_block(report);
    if (report->status != LIC_OK) return;
    int32_t *file = dsr_map_entry(report, &report->block_ids, id, &fresh);
    if (file == NULL) return;
    block->open = true;
    block->id = dsr_keep_in_block(report, id);
    if (fresh || *file != row->at.file) report->file->blocks++;
    else (void)dsr_defect(report, row, DSR_BLOCK_AGAIN, "block %.*s", DSR_SHOWN(id));
    *file = row->at.file;
}

/* -- what was used ----------------------------------------------------------------------------- */

/* The first of several, in canonical form; as it stands when it is none (check.c has told it). */
static lic_slice first_identifier(dsr *report, lic_slice cell, uint16_t kind)
{
    char canonical[LIC_IDENTIFIER_TEXT];
    lic_slice value = {0};
    size_t at = 0;
    if (!dsr_list_next(cell, &at, &value)) return value;
    if (lic_identifier_canonical(kind, value, canonical) != LIC_IDENTIFIER_GOOD)
        return dsr_keep_in_block(report, value);
    return dsr_keep_in_block(report, lic_slice_text(canonical));
}

lic_slice dsr_isrc(dsr *report, const dsr_row *row)
{
    lic_slice cell = dsr_cell(row, COLUMN_ISRC);
    if (dsr_list_count(cell) > 1)
        (void)dsr_defect(report, row, DSR_SEVERAL, "ISRC: %.*s", DSR_SHOWN(cell));
    return first_identifier(report, cell, LIC_IDENTIFIER_ISRC);
}

lic_slice dsr_iswc(dsr *report, const dsr_row *row)
{
    return first_identifier(report, dsr_cell(row, COLUMN_ISWC), LIC_IDENTIFIER_ISWC);
}

lic_slice dsr_block_cell(dsr *report, const dsr_row *row, dsr_column column)
{
    return dsr_keep_in_block(report, dsr_plain(report, dsr_cell(row, column)));
}

static bool make_room(dsr *report)
{
    if (report->block.resource_count < report->resource_room) return true;
    uint32_t room = report->resource_room == 0 ? 16 : 2 * report->resource_room;
    dsr_resource *now = report->allocator->resize(report->allocator->context, report->resources,
                                                  report->resource_room * sizeof *now,
                                                  room * sizeof *now);
    if (now == NULL) {
        report->status = LIC_NO_MEMORY;
        return false;
    }
    report->resources = now;
    report->resource_room = room;
    return true;
}

void dsr_take_resource(dsr *report, const dsr_row *row)
{
    dsr_block *block = &report->block;
    if (block->resource_count == DSR_RESOURCES_MAX) {
        (void)dsr_defect(report, row, DSR_SEVERAL, "more than %u resources in a block",
                         DSR_RESOURCES_MAX);
        return;
    }
    if (!make_room(report)) return;
    dsr_resource *made = &report->resources[block->resource_count++];
    made->reference = dsr_block_cell(report, row, COLUMN_RESOURCE);
    made->id = dsr_block_cell(report, row, COLUMN_DSP_RESOURCE);
    made->isrc = dsr_isrc(report, row);
    made->title = dsr_block_cell(report, row, COLUMN_TITLE);
    made->artist = dsr_block_cell(report, row, COLUMN_ARTIST);
    made->works = dsr_block_cell(report, row, COLUMN_WORK);
    made->iswcs = dsr_iswc(report, row);
}

/* a|b */
static lic_slice join(dsr *report, lic_slice list, lic_slice more)
{
    if (list.size == 0 || more.size == 0) return list.size == 0 ? more : list;
    uint8_t *joined = lic_arena_take(report->block_arena, list.size + 1 + more.size);
    if (joined == NULL) {
        report->status = LIC_NO_MEMORY;
        return (lic_slice){0};
    }
    memcpy(joined, list.data, list.size);
    joined[list.size] = '|';
    memcpy(joined + list.size + 1, more.data, more.size);
    return lic_slice_of(joined, list.size + 1 + more.size);
}

/* A work belongs to the resource before it. */
void dsr_take_work(dsr *report, const dsr_row *row)
{
    dsr_block *block = &report->block;
    if (block->resource_count == 0) return;
    dsr_resource *resource = &report->resources[block->resource_count - 1];
    resource->works = join(report, resource->works, dsr_block_cell(report, row, COLUMN_DSP_WORK));
    resource->iswcs = join(report, resource->iswcs, dsr_iswc(report, row));
}

void dsr_take_release(dsr *report, const dsr_row *row)
{
    dsr_block *block = &report->block;
    if (block->has_releases) {
        (void)dsr_defect(report, row, DSR_SEVERAL, "a second release in block %.*s",
                         DSR_SHOWN(block->id));
        return;
    }
    block->has_releases = true;
    block->release_id = dsr_block_cell(report, row, COLUMN_DSP_RELEASE);
    block->release_icpn = dsr_block_cell(report, row, COLUMN_ICPN);
}

/* RU: in which releases (videos, for UGC) the resource was used, and how often. */
void dsr_take_usage(dsr *report, const dsr_row *row)
{
    dsr_block *block = &report->block;
    lic_slice usages = dsr_cell(row, COLUMN_USAGES), value;
    size_t releases = dsr_list_count(dsr_cell(row, COLUMN_DSP_RELEASE));
    size_t counts = dsr_list_count(usages);
    if (releases != counts)
        (void)dsr_defect(report, row, DSR_LISTS_DIFFER, "%zu in DspReleaseId, %zu in Usages",
                         releases, counts);
    if (!block->has_usages) {
        block->has_usages = true;
        block->usages_at = row->at;
        block->usages_record = dsr_keep_in_block(report, row->record);
    }
    for (size_t at = 0; dsr_list_next(usages, &at, &value);) {
        int64_t count;
        if (dsr_parse_count(value, &count)) dsr_add_count(report, &block->release_usages, count);
    }
}
