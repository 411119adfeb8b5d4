/* client.h - what the files of the client share: the struct, and envelopes on their way. */
#ifndef LICET_CLIENT_PRIVATE_H
#define LICET_CLIENT_PRIVATE_H

#include <licet/ahead.h>
#include <licet/client.h>
#include <licet/projection.h>
#include <licet/sources.h>

struct lic_client {
    lic_client_options options; /* path and operators are the copies below */
    char *path;
    size_t path_size;
    lic_keypair operators[LIC_OPERATORS_MAX];
    lic_projection *projection; /* NULL when it only reads */
    lic_engine *engine;
    bool shares; /* calls share blocks */
    lic_client_count calls;
    uint64_t height; /* of the tip when the calls were counted last */
    /* Readings draw from a stream of their own, so that they change nothing of what is written. */
    lic_seeded reading;
    lic_random reading_random;
    lic_query *query; /* made for the first query */
    lic_sources *sources;
};

/* group.c: after each use of the engine that submits: a call's end, or the end of the block that it asks for. */
lic_status client_settle(lic_client *client, lic_status status, lic_error *error);
/* Blocks may have been written since the calls were counted. */
void client_recount(lic_client *client);
/* Calls wait for their block. */
bool client_waits(const lic_client *client);

/* An envelope of `kind` by the first signer; the body is the caller's to fill. */
lic_status client_envelope(lic_client *client, const lic_client_call *call, uint16_t kind,
                           lic_transaction *transaction, lic_error *error);
/* Signs by all signers, submits and commits, or diverts. */
lic_status client_send(lic_client *client, const lic_client_call *call,
                       lic_transaction *transaction, lic_client_result *result, lic_error *error);
/* The same for a LOAD or REPORT header with its file. */
lic_status client_upload(lic_client *client, const lic_client_call *call, lic_transaction *header,
                         lic_slice bytes, lic_client_result *result, lic_error *error);

/* The last day of a transaction that is sent on `today`: a week later, or as far as genesis and calendar go. */
lic_date client_valid_until(const lic_client *client, lic_date today);
/* The civil date of a block's time. */
lic_date client_date(int64_t time);
lic_status client_out_of_memory(lic_error *error);

#endif
