/* report/foresight.c - a parser that is begun before its report is filed, and taken by the report over the same bytes. */
#include "report/foresight.h"

#include "report/pieces.h"
#include "report/unique.h"

#define AHEAD_BYTES ((size_t)64 << 20) /* of parsed lines: a million, some seven columns each */
enum { LEAST_CHUNKS = 3, LEAST_AHEAD = 2 };

struct lic_foresight {
    lic_engine *engine; /* NULL: its state is gone, and this is of no use any more */
    const lic_contract *contract;
    const lic_cut *cut;
    uint16_t report;
    bool taken;
    lic_arena *arena;
    lic_intake intake;
    lic_unique unique;
    lic_parser *parser;
    const lic_allocator *allocator;
};

static lic_slice bytes_of(const void *cut, uint32_t index)
{
    return lic_cut_chunk(cut, index);
}

static uint32_t pieces_ahead(const lic_intake *intake)
{
    size_t line = intake->slots * sizeof(uint64_t) + (size_t)intake->hash_rooms * LIC_HASH_SIZE +
                  2 * sizeof(uint32_t) + sizeof(uint16_t);
    size_t pieces = AHEAD_BYTES / (line * LIC_PARSED_LINES);
    return pieces < LEAST_AHEAD ? LEAST_AHEAD : (uint32_t)pieces;
}

static bool start(lic_foresight *f)
{
    const lic_image *image = f->contract->image;
    lic_line_reason reasons[LIC_LINE_REASONS_MAX];
    const lic_report *report = &image->reports[f->report];
    size_t count = lic_report_reasons(image, report, reasons, LIC_LINE_REASONS_MAX);
    f->arena = lic_arena_create(f->allocator, (size_t)16 << 20);
    if (f->arena == NULL || lic_intake_init(f->engine, f->contract, f->arena, report, reasons,
                                            count, &f->intake) != LIC_OK)
        return false;
    if (!lic_intake_is_constant(&f->intake)) return false;
    if (lic_unique_by_parsing(image, report)) {
        uint64_t lines = lic_cut_lines_about(f->cut);
        if (lines > report->max_lines) lines = report->max_lines;
        if (lic_unique_init(&f->unique, f->engine, &f->intake, reasons, count, lines) != LIC_OK)
            return false;
        f->intake.unique = &f->unique;
    }
    const lic_chunks chunks = {.file = f->cut, .count = lic_cut_chunks(f->cut), .bytes = bytes_of};
    f->parser = lic_parser_start(&f->intake, &chunks, 0, pieces_ahead(&f->intake));
    return f->parser != NULL;
}

/* The contract, when it can have a report and constants that stay. */
static const lic_contract *open_contract(lic_engine *engine, uint32_t number, uint16_t report)
{
    lic_error unused = {0};
    if (number >= engine->contract_count) return NULL;
    lic_contract *contract = engine->contracts[number];
    bool live = contract->head.status != LIC_CONTRACT_DRAFT &&
                contract->head.status != LIC_CONTRACT_CLOSED;
    if (!live || report >= contract->image->reports_count ||
        lic_contract_load(engine, contract, &unused) != LIC_OK)
        return NULL;
    return contract;
}

lic_foresight *lic_foresight_begin(lic_engine *engine, uint32_t contract, uint16_t report,
                                   const lic_cut *cut)
{
    if (engine->options.threads == 1 || engine->observer != NULL || engine->foresight != NULL ||
        lic_cut_chunks(cut) < LEAST_CHUNKS)
        return NULL;
    const lic_contract *opened = open_contract(engine, contract, report);
    if (opened == NULL) return NULL;
    lic_foresight *f = lic_allocate_zero(engine->allocator, 1, sizeof *f);
    if (f == NULL) return NULL;
    *f = (lic_foresight){.engine = engine,
                         .contract = opened,
                         .cut = cut,
                         .report = report,
                         .allocator = engine->allocator};
    if (start(f)) {
        engine->foresight = f;
        return f;
    }
    lic_foresight_end(f);
    return NULL;
}

/* The upload's chunks are the bytes that are being parsed, and not others that look like them. */
static bool same_bytes(const lic_cut *cut, const lic_upload *upload)
{
    if (lic_cut_chunks(cut) != upload->chunks) return false;
    for (uint32_t i = 0; i < upload->chunks; i++) {
        lic_slice cut_here = lic_cut_chunk(cut, i), sent = lic_pieces_bytes(upload, i);
        if (cut_here.data != sent.data || cut_here.size != sent.size) return false;
    }
    return true;
}

lic_parser *lic_foresight_take(lic_engine *engine, const lic_contract *contract,
                               const lic_upload *upload, lic_intake *intake)
{
    lic_foresight *f = engine->foresight;
    if (f == NULL || f->taken || f->contract != contract || f->report != upload->subject ||
        engine->options.threads == 1 || engine->observer != NULL || !same_bytes(f->cut, upload))
        return NULL;
    f->taken = true;
    *intake = f->intake;
    return f->parser;
}

static void stop(lic_foresight *f)
{
    lic_parser_stop(f->parser);
    lic_unique_free(&f->unique);
    lic_arena_destroy(f->arena);
    if (f->engine != NULL && f->engine->foresight == f) f->engine->foresight = NULL;
    f->parser = NULL;
    f->arena = NULL;
    f->engine = NULL;
}

void lic_foresight_forget(lic_engine *engine)
{
    if (engine->foresight != NULL) stop(engine->foresight);
}

void lic_foresight_end(lic_foresight *f)
{
    if (f == NULL) return;
    if (f->parser != NULL || f->arena != NULL) stop(f);
    lic_release(f->allocator, f, sizeof *f);
}
