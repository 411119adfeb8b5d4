/* cmd_replay.c - licet replay: the whole ledger executed again. */
#include "reading.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/replay.h>

static void put_difference(lic_json *json, const lic_replay_difference *difference)
{
    lic_json_key(json, "difference");
    lic_json_object(json);
    lic_json_put_integer(json, "block", (int64_t)difference->height);
    lic_json_key(json, "transaction");
    if (difference->transaction == LIC_STORE_NONE) {
        lic_json_null(json);
    } else {
        lic_json_hash(json, &difference->transaction_id);
    }
    lic_json_key(json, "position");
    if (difference->transaction == LIC_STORE_NONE) {
        lic_json_null(json);
    } else {
        lic_json_integer(json, difference->transaction);
    }
    lic_json_put_text(json, "output", difference->output);
    lic_json_put_text(json, "what", difference->what);
    lic_json_put_text(json, "stored", difference->stored);
    lic_json_put_text(json, "computed", difference->computed);
    lic_json_end(json);
}

static void tell_json(lic_cli *cli, const lic_replay_result *result)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_bool(&json, "equal", !result->differs);
    lic_json_put_integer(&json, "blocks", (int64_t)result->blocks);
    lic_json_put_integer(&json, "transactions", (int64_t)result->transactions);
    lic_json_put_integer(&json, "erased_outputs", (int64_t)result->erased);
    lic_json_put_integer(&json, "blocks_not_executed", (int64_t)result->unexecuted);
    lic_json_put_integer(&json, "went_on_from", (int64_t)result->went_on_from);
    lic_json_put_hash(&json, "block_hash", &result->block_hash);
    lic_json_put_hash(&json, "state_root", &result->state_root);
    if (result->differs) put_difference(&json, &result->difference);
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
}

static void tell_crossing(lic_cli *cli, const lic_replay_result *result)
{
    if (result->went_on_from == 0) return;
    lic_put_format(
        &cli->out,
        "%llu blocks hold, or lie behind, transactions that were erased, and were not executed: "
        "their hashes, signatures, roots and digests hold\n"
        "went on from the state after block %llu, which has the root that the block names; the "
        "rows behind the views could not be compared\n",
        (unsigned long long)result->unexecuted, (unsigned long long)result->went_on_from);
}

static void tell_text(lic_cli *cli, const lic_replay_result *result)
{
    char root[LIC_HASH_TEXT], id[LIC_HASH_TEXT];
    lic_hash_print(&result->state_root, root);
    lic_put_format(&cli->out, "replayed %llu blocks with %llu transactions: ",
                   (unsigned long long)(result->blocks - result->unexecuted),
                   (unsigned long long)result->transactions);
    if (!result->differs) {
        lic_put_format(
            &cli->out,
            "every output%s, every root and %s derived from them is equal\nstate root %s\n",
            result->erased > 0 ? " that is there" : "",
            result->went_on_from == 0 ? "everything" : "the state", root);
    } else {
        const lic_replay_difference *d = &result->difference;
        lic_put_format(&cli->out, "equal up to here, then a difference\nblock        %llu\n",
                       (unsigned long long)d->height);
        lic_hash_print(&d->transaction_id, id);
        if (d->transaction != LIC_STORE_NONE) {
            lic_put_format(&cli->out, "transaction  %s (position %u)\n", id, d->transaction);
        }
        lic_put_format(&cli->out, "output       %s\nwhat         %s\n", d->output, d->what);
        if (d->computed[0] != '\0')
            lic_put_format(&cli->out, "stored       %s\ncomputed     %s\n", d->stored, d->computed);
    }
    tell_crossing(cli, result);
    if (result->erased > 0) {
        lic_put_format(&cli->out,
                       "%llu outputs were erased: what they said could not be compared\n",
                       (unsigned long long)result->erased);
    }
}

lic_status lic_cmd_replay(lic_cli *cli)
{
    const char *path = NULL;
    lic_replay_result result;
    lic_progress progress;
    LIC_TRY(lic_ledger_path(cli, cli->operand_count > 0 ? cli->operands[0] : NULL, &path));
    uint64_t threads = 0;
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_THREADS, 1, 64, &threads));
    LIC_TRY(lic_crypto_start(&cli->error));
    lic_progress_begin(&progress, cli, "replaying");
    const lic_replay_options options = {
        .path = path,
        .allocator = cli->allocator,
        .random = &lic_random_system,
        .threads = (unsigned)threads,
        .progress = lic_progress_steps(&progress),
    };
    lic_status status = lic_replay(&options, &result, &cli->error);
    lic_progress_end(&progress);
    if (status != LIC_OK && status != LIC_DIFFERS) return status;
    if (cli->json) {
        tell_json(cli, &result);
    } else {
        tell_text(cli, &result);
    }
    return status;
}
