/* The rules of each engine version. Rows are frozen once a release carried them. */
#include "rules.h"

static const lic_engine_rules all_rules[] = {
    {
        .version = 1,
        .line_max = 64 * 1024,
        .segment_bytes = 64 * 1024,
        .step_max = 64,
        .settle_max = 4096,
        .sweep = 1024,
        .gas_transaction = 1000,
        .gas_line = 60,
        .gas_row = 60,
        .gas_statement = 200,
        .gas_statement_line = 20,
    },
};

const lic_engine_rules *lic_rules_of(uint16_t version)
{
    for (size_t i = 0; i < LIC_COUNT(all_rules); i++)
        if (all_rules[i].version == version) return &all_rules[i];
    return NULL;
}
