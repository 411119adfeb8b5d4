/* past_ledger.c - past_ledger LEDGER DAYS: a ledger with a real clock as it was left DAYS days ago, and its key files in
 * LEDGER-keys: two parties and three contracts, each of which owes EUR 100.00 for every month. For scripts that need
 * something to be due now. */
#include <licet/client.h>
#include <licet/compile.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SECONDS_A_DAY = 86400, CONTRACTS = 3 };

static const char text[] =
    "licet 1\n"
    "agreement Rent \"Rent of a shop\"\n"
    "  law        \"Spain\"\n"
    "  money      EUR\n"
    "  rounding   half_even to 0.01, each amount\n"
    "  months     clip\n"
    "  years      calendar\n"
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"
    "  term       from %s to %s\n"
    "party Owner  is licensor, signs\n"
    "party User   is licensee, signs\n"
    "fee Monthly [1]\n"
    "  every   month\n"
    "  amount  EUR 100.00\n"
    "  User pays Owner, within 10 days of period.end\n"
    "end\n"
    "lifecycle\n"
    "  initial draft\n"
    "  states  active\n"
    "  final   ended, after 60 days\n"
    "  from draft to active  when signed by Owner, User\n"
    "  from draft to ended   on %s\n"
    "  from active to ended  on term.end\n"
    "end\n";

typedef struct past {
    int64_t now;
    lic_client *client;
    lic_keypair operator, owner, user;
    lic_error error;
} past;

static int64_t now_of(void *context)
{
    return ((past *)context)->now;
}

static void demand(const past *p, lic_status status)
{
    if (status == LIC_OK) return;
    fprintf(stderr, "past_ledger: %s\n", p->error.text);
    exit(70);
}

/* Without a passphrase: what is tried here is not the keys. */
static void make_key(past *p, const char *ledger, const char *name, lic_keypair *pair)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s-keys", ledger);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof path, "%s-keys/%s.key", ledger, name);
    lic_keypair_create(&lic_random_system, pair);
    demand(p, lic_keyfile_create(path, pair, LIC_KEY_MAY_ALL, NULL, &lic_random_system, &p->error));
}

static void deploy(past *p, const char *agreement)
{
    const lic_compile_options options = {.unit_scale = 6};
    char id[LIC_HASH_TEXT];
    lic_client_result result;
    lic_compilation *c = lic_compile(lic_slice_text(agreement), &options, &lic_hasher_native,
                                     &lic_allocator_system);
    lic_client_call owner = {.signers = &p->owner, .signer_count = 1},
                    user = {.signers = &p->user, .signer_count = 1};
    const lic_deployment deployment = {.image = lic_compilation_bytes(c),
                                       .source = lic_slice_text(agreement)};
    demand(p, lic_client_deploy(p->client, &owner, &deployment, &result, &p->error));
    lic_hash_print(&result.id, id);
    demand(p, lic_client_sign(p->client, &owner, lic_slice_text(id), NULL, &p->error));
    demand(p, lic_client_sign(p->client, &user, lic_slice_text(id), NULL, &p->error));
    lic_compilation_destroy(c);
}

static void fill(past *p)
{
    char agreement[sizeof text + 64], first[LIC_DATE_TEXT], last[LIC_DATE_TEXT];
    lic_date today = (lic_date)(p->now / SECONDS_A_DAY);
    lic_client_call owner = {.signers = &p->owner, .signer_count = 1},
                    user = {.signers = &p->user, .signer_count = 1};
    demand(p, lic_client_register(p->client, &owner, lic_slice_text("Owner"), LIC_KEY_MAY_SIGN,
                                  NULL, NULL, &p->error));
    demand(p, lic_client_register(p->client, &user, lic_slice_text("User"), LIC_KEY_MAY_SIGN, NULL,
                                  NULL, &p->error));
    lic_date_print(today, first);
    lic_date_print(today + 3650, last);
    (void)snprintf(agreement, sizeof agreement, text, first, last, last);
    for (int i = 0; i < CONTRACTS; i++) deploy(p, agreement);
}

int main(int argc, char **argv)
{
    past p = {.now = lic_clock_system.now(NULL)};
    lic_genesis genesis;
    if (argc != 3) return 64;
    p.now -= (int64_t)atoi(argv[2]) * SECONDS_A_DAY;
    const lic_clock clock = {.context = &p, .now = now_of, .ticks = lic_clock_system.ticks};
    demand(&p, lic_crypto_start(&p.error));
    make_key(&p, argv[1], "operator", &p.operator);
    make_key(&p, argv[1], "Owner", &p.owner);
    make_key(&p, argv[1], "User", &p.user);
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("past");
    genesis.clock = LIC_CLOCK_REAL;
    genesis.time = p.now;
    const lic_client_options options = {.path = argv[1],
                                        .allocator = &lic_allocator_system,
                                        .random = &lic_random_system,
                                        .clock = &clock,
                                        .operators = &p.operator,
                                        .operator_count = 1 };
    demand(&p, lic_client_create(&options, &genesis, &p.client, &p.error));
    fill(&p);
    lic_client_close(p.client);
    return 0;
}
