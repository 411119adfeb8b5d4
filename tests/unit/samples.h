/* samples.h - one good transaction of every kind that is executed, for tests of the ledger. */
#ifndef LICET_TESTS_SAMPLES_H
#define LICET_TESTS_SAMPLES_H

#include "unit.h"

#include <licet/transaction.h>

#include <stdlib.h>
#include <string.h>

#define SAMPLE_DATE 20454 /* 2026-01-01 */

static inline lic_keypair sample_keypair(uint64_t seed)
{
    lic_seeded state;
    lic_keypair pair;
    lic_seeded_init(&state, seed);
    lic_random random = lic_seeded_random(&state);
    lic_keypair_create(&random, &pair);
    return pair;
}

static inline lic_hash sample_hash(uint8_t fill)
{
    lic_hash hash;
    memset(hash.bytes, fill, sizeof hash.bytes);
    return hash;
}

/* "ab" and "" as a list of texts; 3 hashes. Static storage. */
static inline lic_texts sample_texts(void)
{
    static const uint8_t encoded[] = {2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0};
    return (lic_texts){2, {encoded, sizeof encoded}};
}

static inline lic_hashes sample_hashes(void)
{
    static const uint8_t encoded[96] = {1, 2, 3};
    return (lic_hashes){3, {encoded, sizeof encoded}};
}

/* The envelope of party 7's key, sequence 1 in lane 0, and a good body. Not signed. */
static inline lic_transaction sample_transaction(lic_transaction_kind kind, const lic_keypair *pair)
{
    static lic_transaction result; /* 2 KB; copied out */
    memset(&result, 0, sizeof result);
    result.chain = sample_hash(0xc0);
    result.kind = (uint16_t)kind;
    result.party = sample_hash(7);
    result.key = pair->key;
    result.sequence = 1;
    result.valid_until = SAMPLE_DATE + 10;
    result.gas_limit = 1000;
    switch (kind) {
    case LIC_TX_REGISTER:
        result.party = sample_hash(0);
        result.body.registration = (lic_body_registration){
            lic_slice_text("Müller & Söhne"), pair->key, 7, {{0}}};
        break;
    case LIC_TX_KEYS:
        result.body.keys = (lic_body_keys){false, sample_keypair(99).key, 3, 17};
        break;
    case LIC_TX_DEPLOY:
        result.body.deploy = (lic_body_deploy){lic_slice_text("image"), lic_slice_text("licet 1\n"),
                                               sample_texts(), sample_hashes(), sample_hash(5)};
        break;
    case LIC_TX_LOAD:
        result.body.load = (lic_body_load){sample_hash(1), 4, 300000, 1000, 2, sample_hash(2)};
        break;
    case LIC_TX_SIGN:
        result.body.sign = (lic_body_sign){sample_hash(1), sample_hash(2), sample_hash(3),
                                           sample_hash(4), sample_hash(5)};
        break;
    case LIC_TX_REPORT:
        result.body.report = (lic_body_report){
            sample_hash(1), 0, SAMPLE_DATE, 10, 2, 1, sample_hash(3), sample_hash(0)};
        break;
    case LIC_TX_LINES:
        result.party = sample_hash(0);
        memset(&result.key, 0, sizeof result.key);
        result.sequence = 0;
        result.valid_until = 0;
        result.gas_limit = 0;
        result.body.lines = (lic_body_lines){sample_hash(9), 5, sample_hashes(),
                                             lic_slice_text("1\ta\n2\tb\n")};
        break;
    case LIC_TX_FACT:
        result.body.fact = (lic_body_fact){sample_hash(1), 2, lic_slice_text("2026-10-01")};
        break;
    case LIC_TX_ACT:
        result.body.act = (lic_body_act){sample_hash(1), 3, true, sample_texts()};
        break;
    case LIC_TX_PAY:
        result.body.pay = (lic_body_pay){sample_hash(1),
                                         1,
                                         0,
                                         lic_slice_text("USD"),
                                         (lic_i128)1 << 90,
                                         lic_slice_text("invoice 12")};
        break;
    case LIC_TX_ACKNOWLEDGE:
        result.body.acknowledge = (lic_body_acknowledge){sample_hash(1), 12};
        break;
    case LIC_TX_CLOCK: result.body.clock = (lic_body_clock){SAMPLE_DATE + 31}; break;
    case LIC_TX_NONE:
    case LIC_TX_AMEND:
    case LIC_TX_UPGRADE: break;
    }
    return result;
}

static inline void sample_sign(lic_transaction *transaction, const lic_keypair *pair)
{
    lic_error error;
    if (transaction->kind == LIC_TX_LINES)
        assert_ok(lic_transaction_identify(&lic_hasher_native, transaction, &error));
    else assert_ok(lic_transaction_sign(&lic_hasher_native, transaction, pair, &error));
}

#endif
