/* group.c - calls that share a block: which of them wait for it, which are written, which are lost. */
#include "client.h"

static uint64_t tip_height(const lic_client *client)
{
    return lic_ledger_tip(lic_engine_ledger(client->engine))->height;
}

void lic_client_begin(lic_client *client)
{
    client->shares = true;
}

lic_client_count lic_client_calls(const lic_client *client)
{
    return client->calls;
}

bool client_waits(const lic_client *client)
{
    return client->calls.made > client->calls.written;
}

/* A block that was written holds all calls before the one under way; without an open block none waits. */
void client_recount(lic_client *client)
{
    lic_client_count *calls = &client->calls;
    uint64_t height = tip_height(client);
    if (height != client->height) calls->written = calls->made;
    else if (!lic_engine_in_block(client->engine)) calls->made = calls->written;
    client->height = height;
}

/* A block that was opened for a transaction that failed is not left open. */
static void give_up(lic_client *client)
{
    lic_error again;
    if (lic_engine_in_block(client->engine)) (void)lic_engine_abandon(client->engine, &again);
}

lic_status client_settle(lic_client *client, lic_status status, lic_error *error)
{
    client_recount(client);
    if (status != LIC_OK) {
        if (!client_waits(client)) give_up(client);
        return status;
    }
    client->calls.made++;
    bool open = lic_engine_in_block(client->engine) && !lic_engine_behind(client->engine);
    if (client->shares && open) return LIC_OK;
    return lic_client_flush(client, error);
}

lic_status lic_client_flush(lic_client *client, lic_error *error)
{
    lic_status status = LIC_OK;
    if (lic_engine_in_block(client->engine)) status = lic_engine_commit(client->engine, error);
    if (status == LIC_OK) client->calls.written = client->calls.made;
    else client->calls.made = client->calls.written;
    /* a clock may have gone further than one block can follow */
    if (status == LIC_OK && lic_engine_behind(client->engine))
        status = lic_engine_tick(client->engine, error);
    client->height = tip_height(client);
    return status;
}

lic_status lic_client_sweep(lic_client *client, uint64_t *blocks, lic_error *error)
{
    uint64_t before = tip_height(client);
    *blocks = 0;
    if (client->options.operator_count == 0)
        return lic_fail(error, LIC_DENIED, "operator", "open it with the key of an operator",
                        "the ledger %s is open for reading alone", client->path);
    LIC_TRY(lic_client_flush(client, error));
    lic_status status = lic_engine_tick(client->engine, error);
    client_recount(client);
    *blocks = tip_height(client) - before;
    return status;
}

lic_status lic_client_commit(lic_client *client, lic_error *error)
{
    client->shares = false;
    return lic_client_flush(client, error);
}

void lic_client_abandon(lic_client *client)
{
    client->shares = false;
    give_up(client);
    client->calls.made = client->calls.written;
}
