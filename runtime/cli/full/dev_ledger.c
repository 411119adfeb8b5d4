/* dev_ledger.c - the ledger that development goes on on: in memory, with parties whose keys are made from their names,
 * and on it each deal of deal.lua, deal.csv or deal.json, deployed, loaded and signed on the first day of its term. A
 * folder without such a sheet has its agreements themselves there, where they need no parameters. */
#include "author.h"
#include "dev.h"

#include <licet/crypto.h>
#include <licet/sheet.h>
#include <licet/store.h>

#include <stdio.h>
#include <string.h>

#define DEALS_MAX \
    100u /* that go onto the ledger; compiled texts of a composed sheet stay in memory meanwhile */
enum { NOTES_MAX = 1 << 20, SECONDS_A_DAY = 86400 };

static const char *const SHEETS[] = {"deal.lua", "deal.csv", "deal.json"};

/* A deal on its way onto the ledger. */
typedef struct coming {
    lic_slice name, file; /* file: of the agreement, beneath the folder; may be empty */
    lic_slice source;     /* canonical */
    lic_compilation *compilation;
    bool owned;           /* the compilation is this one's to destroy */
    const lic_deal *deal; /* NULL: the agreement alone */
    lic_date first;
    bool done;
} coming;

typedef struct making {
    lic_dev *dev;
    lic_dev_round *round;
    lic_world *world;
    lic_sheet *sheets[LIC_COUNT(SHEETS)];
    lic_project *project; /* for files of schedules */
    coming *deals;
    size_t count;
    lic_buffer notes;
    size_t refused;
} making;

static void note(making *m, const lic_error *error)
{
    m->refused++;
    lic_put_text(&m->notes, error->text);
    if (error->help[0] != '\0') lic_put_format(&m->notes, "; %s", error->help);
    lic_put_u8(&m->notes, '\n');
}

/* -- which deals ------------------------------------------------------------------------------------------------------ */

static void asked(void *context, lic_slice path)
{
    making *m = context;
    (void)lic_dev_paths_add(&m->round->ledger.asked, m->round->arena, path);
}

/* An agreement whose term begins with a signature has no day of its own: it is this day's. */
static lic_date first_day(const lic_image *image)
{
    if (!image->lifecycle.from_signature) return image->lifecycle.first;
    return (lic_date)(lic_clock_system.now(lic_clock_system.context) / SECONDS_A_DAY);
}

/* Deals of one agreement are compiled once. */
static const coming *compiled_before(const making *m, lic_slice source)
{
    for (size_t i = 0; i < m->count; i++)
        if (lic_slice_equal(m->deals[i].source, source)) return &m->deals[i];
    return NULL;
}

static lic_status add(making *m, const coming *given)
{
    const lic_compile_options options = {.unit_scale = LIC_AUTHOR_UNIT_SCALE};
    const coming *before = compiled_before(m, given->source);
    if (m->count == DEALS_MAX) return LIC_OK;
    coming *c = &m->deals[m->count];
    *c = *given;
    if (c->compilation == NULL) {
        c->owned = before == NULL;
        c->compilation = before != NULL ? before->compilation
                                        : lic_compile(c->source, &options, &lic_hasher_native,
                                                      m->dev->cli->allocator);
        if (c->compilation == NULL) return LIC_NO_MEMORY;
    }
    const lic_image *image = lic_compilation_image(c->compilation);
    LIC_ASSERT(image != NULL); /* a deal's text compiles, or it is no deal */
    c->first = first_day(image);
    m->count++;
    return LIC_OK;
}

static lic_status take_sheet(making *m, size_t number)
{
    lic_error error = {0};
    lic_sheet_options options = {.folder = m->dev->folder,
                                 .allocator = m->dev->cli->allocator,
                                 .hasher = &lic_hasher_native,
                                 .clock = &lic_clock_system,
                                 .unit_scale = LIC_AUTHOR_UNIT_SCALE,
                                 .observer = {m, asked}};
    size_t kept = 0, refused = 0;
    lic_confine_limits_init(&options.limits);
    lic_status status = lic_sheet_read(&options, SHEETS[number], &m->sheets[number], &error);
    if (status == LIC_NO_MEMORY) return status;
    if (status != LIC_OK) {
        note(m, &error);
        return LIC_OK;
    }
    const lic_error *errors = lic_sheet_errors(m->sheets[number], &kept, &refused);
    for (size_t i = 0; i < kept; i++) note(m, &errors[i]);
    size_t count = lic_sheet_count(m->sheets[number]);
    for (size_t i = 0; i < count; i++) {
        const lic_deal *deal = lic_sheet_deal(m->sheets[number], i);
        const coming c = {
            .name = deal->name, .file = deal->agreement_file, .source = deal->text, .deal = deal};
        LIC_TRY(add(m, &c));
    }
    if (m->count == DEALS_MAX)
        lic_put_format(&m->notes, "%s: the first %u deals are on the ledger\n", SHEETS[number],
                       DEALS_MAX);
    return LIC_OK;
}

static lic_status take_agreement(making *m, const lic_dev_agreement *agreement)
{
    char path[4096];
    lic_author author;
    lic_cli *cli = m->dev->cli;
    int size = snprintf(path, sizeof path, "%s/%s", m->dev->folder, agreement->path);
    if (size < 0 || (size_t)size >= sizeof path) return LIC_OK;
    lic_status status = lic_author_open(cli, path, LIC_AUTHOR_UNIT_SCALE, &author);
    const lic_image *image = status == LIC_OK ? lic_compilation_image(author.compilation) : NULL;
    if (image != NULL && image->parameters_count > 0)
        lic_put_format(&m->notes, "%s has parameters: bind them in deal.lua\n", agreement->path);
    if (image != NULL && image->parameters_count == 0) {
        lic_buffer source;
        lic_buffer_init(&source, cli->allocator, 8u * LIC_SOURCE_MAX);
        (void)lic_compilation_format(author.compilation, &source);
        void *text = lic_arena_copy(m->round->arena, source.data, source.size);
        const coming c = {.name = lic_slice_text(agreement->path),
                          .file = lic_slice_text(agreement->path),
                          .source = lic_slice_of(text, text == NULL ? 0 : source.size)};
        status = text == NULL ? LIC_NO_MEMORY : add(m, &c);
        lic_buffer_free(&source);
    }
    lic_author_close(&author);
    return status == LIC_NO_MEMORY ? status : LIC_OK;
}

static lic_status take_deals(making *m)
{
    bool some = false;
    for (size_t i = 0; i < LIC_COUNT(SHEETS); i++) {
        asked(m, lic_slice_text(SHEETS[i]));
        for (size_t f = 0; f < m->round->files.count; f++) {
            if (strcmp(m->round->files.items[f].path, SHEETS[i]) != 0) continue;
            some = true;
            LIC_TRY(take_sheet(m, i));
        }
    }
    for (size_t i = 0; !some && i < m->round->agreement_count; i++) {
        const lic_dev_agreement *agreement = &m->round->agreements[i];
        asked(m, lic_slice_text(agreement->path));
        if (strchr(agreement->path, '/') == NULL && agreement->errors == 0)
            LIC_TRY(take_agreement(m, agreement));
    }
    return LIC_OK;
}

/* -- onto the ledger -------------------------------------------------------------------------------------------------- */

static lic_status load(making *m, uint32_t contract, const lic_deal_schedule *schedule,
                       lic_error *error)
{
    lic_buffer bytes;
    if (schedule->file.size == 0)
        return lic_world_load(m->world, contract, schedule->name, schedule->rows, error);
    lic_buffer_init(&bytes, m->dev->cli->allocator, LIC_SCHEDULE_BYTES_MAX);
    lic_status status = lic_project_read(m->project, schedule->file, &bytes, error);
    if (status == LIC_OK)
        status = lic_world_load(m->world, contract, schedule->name,
                                lic_slice_of(bytes.data, bytes.size), error);
    lic_buffer_free(&bytes);
    return status;
}

static lic_named_text *named_texts(making *m, const lic_deal_text *texts, size_t count)
{
    lic_named_text *named = lic_arena_take(m->round->arena, (count + 1) * sizeof *named);
    for (size_t i = 0; named != NULL && i < count; i++)
        named[i] = (lic_named_text){texts[i].name, texts[i].value};
    return named;
}

static lic_status deploy(making *m, const coming *c, lic_error *error)
{
    const lic_deal *deal = c->deal;
    lic_deployment deployment = {.image = lic_compilation_bytes(c->compilation),
                                 .source = c->source};
    uint32_t contract = 0;
    if (deal != NULL) {
        deployment.parameters = named_texts(m, deal->set, deal->set_count);
        deployment.parameter_count = deal->set_count;
        deployment.parties = named_texts(m, deal->parties, deal->party_count);
        deployment.party_count = deal->party_count;
        if (deployment.parameters == NULL || deployment.parties == NULL) return LIC_NO_MEMORY;
    }
    if (c->first > lic_world_today(m->world)) LIC_TRY(lic_world_advance(m->world, c->first, error));
    LIC_TRY(lic_world_deploy(m->world, &deployment, NULL, &contract, error));
    for (size_t i = 0; deal != NULL && i < deal->schedule_count; i++)
        LIC_TRY(load(m, contract, &deal->schedules[i], error));
    return lic_world_sign(m->world, contract, NULL, error);
}

/* In the order of their first days, and of the sheet. */
static lic_status deploy_all(making *m)
{
    for (size_t n = 0; n < m->count; n++) {
        coming *next = NULL;
        for (size_t i = 0; i < m->count; i++) {
            coming *c = &m->deals[i];
            if (!c->done && (next == NULL || c->first < next->first)) next = c;
        }
        LIC_ASSERT(next != NULL);
        lic_error why = {0}, said;
        next->done = true;
        lic_status status = deploy(m, next, &why);
        if (status == LIC_NO_MEMORY) return status;
        if (status == LIC_OK) continue;
        (void)lic_fail(&said, status, why.code, why.help, "%.*s: %s", (int)next->name.size,
                       (const char *)next->name.data, why.text);
        note(m, &said);
    }
    return LIC_OK;
}

static lic_status make(making *m)
{
    lic_cli *cli = m->dev->cli;
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(lic_project_open(m->dev->folder, LIC_SCHEDULE_BYTES_MAX, cli->allocator, &m->project,
                             &cli->error));
    m->deals = lic_arena_take(m->round->arena, DEALS_MAX * sizeof *m->deals);
    if (m->deals == NULL) return LIC_NO_MEMORY;
    LIC_TRY(take_deals(m));
    LIC_TRY(lic_world_create(1, NULL, cli->allocator, &m->world, &cli->error));
    return deploy_all(m);
}

lic_status lic_dev_ledger_make(lic_dev *dev, lic_dev_round *round)
{
    making m = {.dev = dev, .round = round};
    lic_buffer_init(&m.notes, dev->cli->allocator, NOTES_MAX);
    lic_status status = make(&m);
    void *notes = lic_arena_copy(round->arena, m.notes.data, m.notes.size);
    round->ledger.notes = lic_slice_of(notes, notes == NULL ? 0 : m.notes.size);
    round->ledger.refused = m.refused;
    round->ledger.fresh = status == LIC_OK && (m.refused == 0 || round->first);
    if (round->ledger.fresh) round->ledger.world = m.world;
    else lic_world_destroy(m.world);
    for (size_t i = 0; i < m.count; i++)
        if (m.deals[i].owned) lic_compilation_destroy(m.deals[i].compilation);
    for (size_t i = 0; i < LIC_COUNT(SHEETS); i++) lic_sheet_close(m.sheets[i]);
    lic_project_close(m.project);
    lic_buffer_free(&m.notes);
    if (status == LIC_NO_MEMORY)
        return lic_fail(&dev->cli->error, status, "memory", "", "out of memory");
    return status;
}
