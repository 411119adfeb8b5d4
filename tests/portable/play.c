/* play.c - portable_play PLAY SOURCE DATA [LEDGER [THREADS]], or portable_play --read LEDGER: a ledger that depends on its inputs alone (keys are made
 * from names, salts from a seed, time from the play), and what every build must print of it: hashes of images
 * and texts, each block's roots, a hash over the rows of each view. Replayed at the end.
 *
 * A play is a file of lines of words; what a line does is said at its function. Files whose names begin with
 * "data/" lie in DATA, others in SOURCE. LEDGER is where the ledger's file goes; without it, it lives in memory. */
#include <licet/client.h>
#include <licet/compile.h>
#include <licet/replay.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 32, SIGNERS_MAX = 4, LINE_MAX_BYTES = 2048, SECONDS_A_DAY = 86400 };
static const uint64_t disk_bytes = (uint64_t)1 << 30;

typedef struct play {
    const char *source, *data, *path;
    unsigned threads;
    lic_memory_disk *disk; /* NULL: the file system */
    lic_seeded seed;
    lic_random random;
    lic_clock clock;
    int64_t now;
    uint64_t ticks;
    lic_keypair operator_pair, signers[SIGNERS_MAX];
    lic_client *client;
    char contract[LIC_HASH_TEXT]; /* the last one deployed, or chosen */
    lic_error error;
    char **words; /* of the line: words[0] says what is done */
    size_t count;
} play;

static int64_t now_of(void *context)
{
    return ((play *)context)->now;
}
static uint64_t ticks_of(void *context)
{
    return ++((play *)context)->ticks;
}

LIC_NORETURN static void stop(const char *what, const char *why)
{
    fprintf(stderr, "portable_play: %s: %s\n", what, why);
    exit(70);
}

static void demand(const play *p, lic_status status)
{
    if (status != LIC_OK) stop(p->count > 0 ? p->words[0] : "at the end", p->error.text);
}

static lic_slice word(const play *p, size_t index)
{
    if (index >= p->count) stop(p->words[0], "words are missing");
    return lic_slice_text(p->words[index]);
}

/* A key that is the same for the same name everywhere. */
static lic_keypair pair_of(lic_slice name)
{
    uint8_t seed[LIC_SECRET_SIZE] = {0};
    lic_keypair pair;
    for (size_t i = 0; i < name.size; i++)
        seed[i % sizeof seed] = (uint8_t)(seed[i % sizeof seed] * 31u + name.data[i] + i);
    lic_keypair_from_seed(seed, &pair);
    return pair;
}

static lic_buffer read_file(const play *p, const char *name)
{
    char path[4096];
    uint8_t piece[65536];
    lic_buffer bytes;
    bool given = strncmp(name, "data/", 5) == 0;
    (void)snprintf(path, sizeof path, "%s/%s", given ? p->data : p->source,
                   given ? name + 5 : name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) stop(path, "cannot be read");
    lic_buffer_init(&bytes, &lic_allocator_system, (size_t)1 << 30);
    for (size_t size; (size = fread(piece, 1, sizeof piece, file)) > 0;)
        lic_put_bytes(&bytes, piece, size);
    if (ferror(file) || bytes.failed) stop(path, "cannot be read");
    (void)fclose(file);
    return bytes;
}

static lic_slice slice_of(const lic_buffer *bytes)
{
    return lic_slice_of(bytes->data, bytes->size);
}

/* Words from `first` on, NAME=VALUE each. */
static size_t named_words(const play *p, size_t first, lic_named_text list[WORDS_MAX])
{
    size_t count = 0;
    for (size_t i = first; i < p->count; i++) {
        char *equals = strchr(p->words[i], '=');
        if (equals == NULL) stop(p->words[i], "is no NAME=VALUE");
        *equals = '\0';
        list[count++] = (lic_named_text){word(p, i), lic_slice_text(equals + 1)};
    }
    return count;
}

/* The call of a party, or of several that sign together: "A+B". */
static lic_client_call call_of(play *p, lic_slice names)
{
    size_t count = 0;
    for (size_t first = 0; first <= names.size && count < SIGNERS_MAX;) {
        size_t end = first;
        while (end < names.size && names.data[end] != '+') end++;
        p->signers[count++] = pair_of(lic_slice_of(names.data + first, end - first));
        first = end + 1;
    }
    return (lic_client_call){.signers = p->signers, .signer_count = count};
}

/* -- lines of a play ----------------------------------------------------------------------------------- */

/* ledger DATE: with the operator's key, a simulated clock. */
static void play_ledger(play *p)
{
    lic_genesis genesis;
    lic_date date = 0;
    demand(p, lic_date_parse(word(p, 1), &date));
    p->now = (int64_t)date * SECONDS_A_DAY;
    p->operator_pair = pair_of(lic_slice_text("operator"));
    const lic_client_options options = {.path = p->path,
                                        .disk = p->disk,
                                        .allocator = &lic_allocator_system,
                                        .random = &p->random,
                                        .clock = &p->clock,
                                        .threads = p->threads,
                                        .operators = &p->operator_pair,
                                        .operator_count = 1};
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("play");
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = p->now;
    demand(p, lic_client_create(&options, &genesis, &p->client, &p->error));
}

/* register NAME... */
static void play_register(play *p)
{
    for (size_t i = 1; i < p->count; i++) {
        lic_client_call call = call_of(p, word(p, i));
        demand(p, lic_client_register(p->client, &call, word(p, i), LIC_KEY_MAY_ALL, NULL, NULL,
                                      &p->error));
    }
}

/* key PARTY NAME: another key of it, made from NAME, which may sign; revoke PARTY NAME: from the next block on no more. */
static void play_key(play *p)
{
    lic_client_call call = call_of(p, word(p, 1));
    const lic_slice party = {0};
    lic_keypair pair = pair_of(word(p, 2));
    lic_status status = strcmp(p->words[0], "key") == 0
                            ? lic_client_add_key(p->client, &call, party, &pair.key,
                                                 LIC_KEY_MAY_SIGN, 0, NULL, &p->error)
                            : lic_client_revoke_key(p->client, &call, party, &pair.key, 0, NULL,
                                                    &p->error);
    demand(p, status);
}

/* deploy FILE PARTY [PARAMETER=VALUE...]: compiled here; what follows is about this contract. */
static void play_deploy(play *p)
{
    const lic_compile_options options = {.unit_scale = 6};
    lic_named_text given[WORDS_MAX];
    lic_buffer source = read_file(p, p->words[1]), text;
    lic_client_call call = call_of(p, word(p, 2));
    lic_client_result result;
    lic_hash image, source_hash;
    char hex[2][LIC_HASH_TEXT];
    lic_compilation *c = lic_compile(slice_of(&source), &options, &lic_hasher_native,
                                     &lic_allocator_system);
    if (c == NULL || lic_compilation_image(c) == NULL) stop(p->words[1], "does not compile");
    lic_buffer_init(&text, &lic_allocator_system, LIC_SOURCE_MAX);
    if (!lic_compilation_format(c, &text)) stop(p->words[1], "has no canonical text");
    const lic_deployment deployment = {.image = lic_compilation_bytes(c),
                                       .source = slice_of(&text),
                                       .parameters = given,
                                       .parameter_count = named_words(p, 3, given)};
    demand(p, lic_client_deploy(p->client, &call, &deployment, &result, &p->error));
    lic_hash_print(&result.id, p->contract);
    lic_hasher_native.sha256(&deployment.image, 1, &image);
    source_hash = lic_compilation_source_hash(c);
    lic_hash_print(&image, hex[0]);
    lic_hash_print(&source_hash, hex[1]);
    printf("agreement %s image %s text %s\n", p->words[1], hex[0], hex[1]);
    lic_compilation_destroy(c);
    lic_buffer_free(&text);
    lic_buffer_free(&source);
}

/* load SCHEDULE FILE PARTY */
static void play_load(play *p)
{
    lic_buffer rows = read_file(p, p->words[2]);
    lic_client_call call = call_of(p, word(p, 3));
    demand(p, lic_client_load(p->client, &call, lic_slice_text(p->contract), word(p, 1),
                              slice_of(&rows), NULL, &p->error));
    lic_buffer_free(&rows);
}

/* sign PARTY... */
static void play_sign(play *p)
{
    for (size_t i = 1; i < p->count; i++) {
        lic_client_call call = call_of(p, word(p, i));
        demand(p, lic_client_sign(p->client, &call, lic_slice_text(p->contract), NULL, &p->error));
    }
}

/* clock DATE */
static void play_clock(play *p)
{
    lic_date date = 0;
    lic_client_call call = {.signers = NULL};
    demand(p, lic_date_parse(word(p, 1), &date));
    demand(p, lic_client_clock(p->client, &call, date, NULL, &p->error));
}

/* report REPORT PERIOD FILE PARTY [BYTES-OF-A-CHUNK] */
static void play_report(play *p)
{
    lic_buffer bytes = read_file(p, p->words[3]);
    lic_client_call call = call_of(p, word(p, 4));
    const lic_filing filing = {
        .report = word(p, 1), .period = word(p, 2), .bytes = slice_of(&bytes)};
    if (p->count > 5) call.chunk_bytes = (uint32_t)strtoul(p->words[5], NULL, 10);
    demand(p, lic_client_report(p->client, &call, lic_slice_text(p->contract), &filing, NULL,
                                &p->error));
    lic_buffer_free(&bytes);
}

/* fact NAME VALUE PARTY */
static void play_fact(play *p)
{
    lic_client_call call = call_of(p, word(p, 3));
    demand(p, lic_client_fact(p->client, &call, lic_slice_text(p->contract), word(p, 1), word(p, 2),
                              NULL, &p->error));
}

/* act ACTION PARTY [ARGUMENT=VALUE...], and notice ACTION PARTY */
static void play_act(play *p)
{
    lic_named_text arguments[WORDS_MAX];
    lic_client_call call = call_of(p, word(p, 2));
    const lic_acting acting = {.action = word(p, 1),
                               .notice = strcmp(p->words[0], "notice") == 0,
                               .arguments = arguments,
                               .argument_count = named_words(p, 3, arguments)};
    demand(p,
           lic_client_act(p->client, &call, lic_slice_text(p->contract), &acting, NULL, &p->error));
}

/* pay CREDITOR AMOUNT PARTY */
static void play_pay(play *p)
{
    lic_client_call call = call_of(p, word(p, 3));
    const lic_paying paying = {
        .creditor = word(p, 1), .amount = word(p, 2), .reference = lic_slice_text("invoice 7")};
    demand(p,
           lic_client_pay(p->client, &call, lic_slice_text(p->contract), &paying, NULL, &p->error));
}

/* acknowledge NUMBER PARTY */
static void play_acknowledge(play *p)
{
    lic_client_call call = call_of(p, word(p, 2));
    demand(p, lic_client_acknowledge(p->client, &call, lic_slice_text(p->contract),
                                     (uint32_t)strtoul(p->words[1], NULL, 10), NULL, &p->error));
}

/* contract NAME: what follows is about it. */
static void play_contract(play *p)
{
    (void)snprintf(p->contract, sizeof p->contract, "%.*s", (int)word(p, 1).size, p->words[1]);
}

static const struct {
    const char *name;
    void (*run)(play *p);
} acts[] = {
    {"ledger", play_ledger},     {"register", play_register}, {"deploy", play_deploy},
    {"load", play_load},         {"sign", play_sign},         {"clock", play_clock},
    {"report", play_report},     {"fact", play_fact},         {"act", play_act},
    {"notice", play_act},        {"pay", play_pay},           {"acknowledge", play_acknowledge},
    {"contract", play_contract}, {"key", play_key},           {"revoke", play_key},
};

static void play_line(play *p, char *line)
{
    char *words[WORDS_MAX], *rest = NULL;
    p->words = words;
    p->count = 0;
    for (char *w = strtok_r(line, " \n", &rest); w != NULL; w = strtok_r(NULL, " \n", &rest)) {
        if (w[0] == '#') break;
        if (p->count == WORDS_MAX) stop(words[0], "too many words");
        words[p->count++] = w;
    }
    for (size_t i = 0; p->count > 0 && i < LIC_COUNT(acts); i++) {
        if (strcmp(acts[i].name, words[0]) != 0) continue;
        acts[i].run(p);
        p->count = 0;
    }
    if (p->count > 0) stop(words[0], "is nothing that a play does");
}

/* -- what came out ---------------------------------------------------------------------------------------- */

static lic_status print_block(void *context, const lic_row_block *row)
{
    play *p = context;
    lic_header header;
    lic_hash hash;
    char hex[4][LIC_HASH_TEXT];
    demand(p, lic_header_decode(row->header, &header, &p->error));
    lic_header_hash(&lic_hasher_native, &header, &hash);
    lic_hash_print(&hash, hex[0]);
    lic_hash_print(&header.transaction_root, hex[1]);
    lic_hash_print(&header.output_root, hex[2]);
    lic_hash_print(&header.state_root, hex[3]);
    printf("block %llu hash %s transactions %s outputs %s state %s gas %llu\n",
           (unsigned long long)header.height, hex[0], hex[1], hex[2], hex[3],
           (unsigned long long)header.gas);
    return LIC_OK;
}

static lic_status add_row(void *context, uint64_t row, size_t count, const char *const *names,
                          const lic_query_value *values)
{
    lic_buffer *rows = context;
    (void)names;
    for (size_t i = 0; values != NULL && i < count; i++) {
        lic_put_u8(rows, (uint8_t)values[i].kind);
        if (values[i].kind == LIC_VALUE_INTEGER) lic_put_i64(rows, values[i].integer);
        else lic_put_slice(rows, values[i].bytes);
    }
    (void)row;
    return LIC_OK;
}

static void print_view(play *p, const char *view)
{
    const lic_query_limits limits = {.seconds = 86400};
    char sql[128], hex[LIC_HASH_TEXT];
    lic_buffer rows;
    lic_hash hash;
    lic_buffer_init(&rows, &lic_allocator_system, (size_t)1 << 30);
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s", view);
    demand(p, lic_client_query(p->client, sql, &limits, add_row, &rows, &p->error));
    if (rows.failed) stop(view, "is too large");
    const lic_slice bytes = slice_of(&rows);
    lic_hasher_native.sha256(&bytes, 1, &hash);
    lic_hash_print(&hash, hex);
    printf("view %s %zu bytes %s\n", view, rows.size, hex);
    lic_buffer_free(&rows);
}

static void print_all(play *p)
{
    static const char *const views[] = {
        "parties",          "contracts",       "schedule_rows",  "uploads",      "reports",
        "report_reasons",   "report_totals",   "rejected_lines", "term_results", "term_totals",
        "account_turnover", "balances",        "counters",       "duties",       "payments",
        "statements",       "statement_lines", "statement_sums", "postings",     "usage_lines"};
    lic_ledger *ledger = lic_engine_ledger(lic_client_engine(p->client));
    uint64_t last = lic_ledger_tip(ledger)->height;
    demand(p, lic_store_read_blocks(lic_ledger_store(ledger), 0, last, print_block, p));
    for (size_t i = 0; i < LIC_COUNT(views); i++) print_view(p, views[i]);
}

static void replay_all(play *p)
{
    lic_replay_result result;
    const lic_replay_options options = {.path = p->path,
                                        .allocator = &lic_allocator_system,
                                        .random = &p->random,
                                        .vfs = p->disk == NULL ? NULL
                                                               : lic_memory_disk_vfs(p->disk),
                                        .threads = p->threads};
    demand(p, lic_replay(&options, &result, &p->error));
    printf("replayed %llu blocks\n", (unsigned long long)result.blocks);
}

/* A ledger that was made some time ago: nothing is written. */
static void read_ledger(play *p)
{
    const lic_client_options options = {.path = p->path,
                                        .allocator = &lic_allocator_system,
                                        .random = &p->random,
                                        .clock = &p->clock};
    demand(p, lic_client_open(&options, &p->client, &p->error));
}

static void play_file(play *p, const char *path)
{
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(path, "r");
    if (file == NULL) stop(path, "cannot be read");
    while (fgets(line, sizeof line, file) != NULL) play_line(p, line);
    (void)fclose(file);
    p->count = 0;
    if (p->client == NULL) stop(path, "begins no ledger");
}

int main(int argc, char **argv)
{
    bool reads = argc == 3 && strcmp(argv[1], "--read") == 0;
    play p = {.path = "play"};
    if (!reads && (argc < 4 || argc > 6)) stop("usage", "PLAY SOURCE DATA [LEDGER [THREADS]]");
    p.clock = (lic_clock){.context = &p, .now = now_of, .ticks = ticks_of};
    lic_seeded_init(&p.seed, 1);
    p.random = lic_seeded_random(&p.seed);
    demand(&p, lic_crypto_start(&p.error));
    if (argc != 4) p.path = argv[reads ? 2 : 4];
    else demand(&p, lic_memory_disk_create(&lic_allocator_system, disk_bytes, &p.disk, &p.error));
    if (argc > 5) p.threads = (unsigned)strtoul(argv[5], NULL, 10);
    p.source = argv[2];
    p.data = argv[3];
    if (reads) read_ledger(&p);
    else play_file(&p, argv[1]);
    print_all(&p);
    replay_all(&p);
    lic_client_close(p.client);
    lic_memory_disk_destroy(p.disk);
    return 0;
}
