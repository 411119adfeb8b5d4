/* limits.h - every admission limit of the ledger, with its reason. Those that operators choose lie
 * in genesis (lic_limits, ledger.h) and stay below these. */
#ifndef LICET_LIMITS_H
#define LICET_LIMITS_H

#define LIC_CHUNK_MAX \
    (256u * 1024) /* a chunk fits in the second-level cache and is hashed in 0.2 ms */
#define LIC_DEPLOY_IMAGE_MAX (256u * 1024)   /* what the verifier reads in one pass (image.h) */
#define LIC_DEPLOY_SOURCE_MAX (1024u * 1024) /* 20,000 lines of agreement */
#define LIC_NAME_MAX 100                     /* a legal name on one line */
#define LIC_TEXT_MAX 1024                    /* a fact, an argument, a parameter */
#define LIC_REFERENCE_MAX 140                /* ISO 20022 unstructured remittance text */
#define LIC_PARAMETERS_MAX 1024              /* `given`s of one agreement */
#define LIC_ARGUMENTS_MAX 64                 /* of one action */
#define LIC_BINDINGS_MAX 64 /* parties of one agreement: a 64-bit set of them is kept */
#define LIC_PROOF_MAX 20    /* log2 of the chunks of one upload */
#define LIC_UPLOAD_CHUNKS_MAX (1u << 20)      /* 256 GiB of report */
#define LIC_SIGNATURES_MAX 16                 /* joint acts; each costs 41 us to refuse */
#define LIC_OPERATORS_MAX 16                  /* signatures beside a block */
#define LIC_VALIDITY_DAYS_MAX 30              /* how long ids must be remembered beyond sequences */
#define LIC_LANES_MAX 1024                    /* lanes a key may open: lane numbers 0..1023 */
#define LIC_BLOCK_TRANSACTIONS_MAX (1u << 20) /* a block is proposed and checked in one piece */
#define LIC_BLOCK_OUTPUTS_MAX \
    (1u << 24) /* of one class: a statement for each of 16 million payees */
#define LIC_OUTPUT_MAX (16u * 1024 * 1024) /* one statement with all its lines */
#define LIC_CLOCK_SKEW_SECONDS 120 /* how far a block may be ahead of the operator's clock */
#define LIC_CURRENCIES_MAX 64      /* exceptions to the ledger's unit */
/* Everything a deploy can hold, the largest kind. */
#define LIC_TRANSACTION_MAX \
    (LIC_DEPLOY_IMAGE_MAX + LIC_DEPLOY_SOURCE_MAX + LIC_PARAMETERS_MAX * (LIC_TEXT_MAX + 4) + 8192u)

#endif
