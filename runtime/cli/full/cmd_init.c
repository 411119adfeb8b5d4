/* cmd_init.c - licet init: a ledger with its genesis block. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS_A_DAY = 86400 };

static lic_status set_clock(lic_cli *cli, lic_genesis *genesis)
{
    static const char simulated[] = "simulated:";
    const char *text = lic_cli_value(cli, LIC_OPTION_CLOCK);
    if (text == NULL || strcmp(text, "real") == 0) {
        genesis->clock = LIC_CLOCK_REAL;
        genesis->time = lic_clock_system.now(lic_clock_system.context);
        return LIC_OK;
    }
    lic_date date = 0;
    bool good = strncmp(text, simulated, sizeof simulated - 1) == 0 &&
                lic_date_parse(lic_slice_text(text + sizeof simulated - 1), &date) == LIC_OK;
    if (!good)
        return lic_cli_usage(cli, "--clock: %s is neither real nor simulated:2026-01-31", text);
    genesis->clock = LIC_CLOCK_SIMULATED;
    genesis->time = (int64_t)date * SECONDS_A_DAY;
    return LIC_OK;
}

static lic_status set_limit(lic_cli *cli, lic_genesis *genesis, const char *text)
{
    lic_slice name;
    const char *value = NULL;
    LIC_TRY(lic_cli_pair(cli, text, &name, &value));
    char *end = NULL;
    unsigned long long number = strtoull(value, &end, 10);
    bool good = value[0] >= '0' && value[0] <= '9' && *end == '\0' && number > 0;
#define X(type, limit, initial, most, reason)                                    \
    if (lic_slice_equal(name, lic_slice_text(#limit))) {                         \
        if (!good || number > (unsigned long long)(most))                        \
            return lic_cli_usage(cli, "--limit: %s is not from 1 to %llu", text, \
                                 (unsigned long long)(most));                    \
        genesis->limits.limit = (lic_column_##type)number;                       \
        return LIC_OK;                                                           \
    }
    LIC_GENESIS_LIMITS(X)
#undef X
    return lic_cli_usage(cli, "--limit: there is no limit %.*s", (int)name.size,
                         (const char *)name.data);
}

static lic_status set_limits(lic_cli *cli, lic_genesis *genesis)
{
    const char *text = NULL;
    for (size_t i = 0; (text = lic_cli_nth(cli, LIC_OPTION_GENESIS, i)) != NULL; i++) {
        LIC_TRY(set_limit(cli, genesis, text));
    }
    return LIC_OK;
}

/* A simulated ledger protects nothing: its operator's key file needs no passphrase. */
static lic_status operator_key(lic_cli *cli, const lic_genesis *genesis, const char *folder,
                               lic_keypair *pair)
{
    const char *name = lic_cli_value(cli, LIC_OPTION_OPERATOR);
    char path[LIC_PATH_SIZE];
    if (name == NULL) name = "operator";
    LIC_TRY(lic_keys_path(cli, folder, name, path));
    if (lic_keys_exist(path)) return lic_keys_open(cli, folder, name, pair);
    bool asked = lic_cli_has(cli, LIC_OPTION_PASS_FILE) || lic_cli_has(cli, LIC_OPTION_PASS_FD);
    bool simulated = genesis->clock == LIC_CLOCK_SIMULATED;
    bool plain = lic_cli_has(cli, LIC_OPTION_NO_PASS) || (simulated && !asked);
    if (plain && !simulated) return lic_keys_refuse_plain(cli);
    LIC_TRY(lic_keys_make(cli, folder, name, LIC_KEY_MAY_ALL, plain, pair));
    if (plain) lic_cli_say(cli, "made %s, without a passphrase: the clock is simulated", path);
    return LIC_OK;
}

static void tell(lic_cli *cli, const char *path, const lic_hash *chain, const lic_genesis *genesis)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(chain, text);
    if (!cli->json) {
        lic_put_format(&cli->out, "%s\n", text);
        lic_cli_say(cli, "%s: a new ledger with a %s clock", path,
                    genesis->clock == LIC_CLOCK_SIMULATED ? "simulated" : "real");
        return;
    }
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_text(&json, "ledger", path);
    lic_json_put_text(&json, "chain", text);
    lic_json_put_text(&json, "clock", genesis->clock == LIC_CLOCK_SIMULATED ? "simulated" : "real");
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
}

lic_status lic_cmd_init(lic_cli *cli)
{
    const char *path = cli->operands[0];
    const char *name = lic_cli_value(cli, LIC_OPTION_NAME);
    char folder[LIC_PATH_SIZE];
    lic_genesis genesis;
    lic_keypair pair;
    lic_client *client = NULL;
    lic_genesis_init(&genesis);
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(set_clock(cli, &genesis));
    LIC_TRY(set_limits(cli, &genesis));
    const lic_store_options place = {.path = path, .allocator = cli->allocator};
    LIC_TRY(lic_store_check_free(&place, &cli->error)); /* before a key is made, or asked for */
    LIC_TRY(lic_keys_folder(cli, path, folder));
    LIC_TRY(operator_key(cli, &genesis, folder, &pair));
    genesis.name = lic_slice_text(name == NULL ? "licet" : name);
    const lic_client_options options = {.path = path,
                                        .allocator = cli->allocator,
                                        .random = &lic_random_system,
                                        .clock = &lic_clock_system,
                                        .operators = &pair,
                                        .operator_count = 1};
    lic_status status = lic_client_create(&options, &genesis, &client, &cli->error);
    if (status == LIC_OK) {
        lic_ledger *ledger = lic_engine_ledger(lic_client_engine(client));
        tell(cli, path, lic_ledger_chain(ledger), &genesis);
        if (cli->kept != NULL && lic_kept_adopt(cli->kept, path, folder, client, &pair))
            client = NULL;
    }
    lic_keypair_wipe(&pair);
    lic_client_close(client);
    return status;
}
