/* sim.h (commands) - what `licet sim` compared, and how it is told. */
#ifndef LICET_CLI_SIM_H
#define LICET_CLI_SIM_H

#include <licet/cli.h>
#include <licet/sim.h>

enum { LIC_SIM_VARIANTS = 101, LIC_SIM_SETTINGS = 64 };

/* One way in which the story went; variants[0] is how it went. */
typedef struct lic_sim_variant {
    const char *label; /* "now", "then", or the value of the sweep */
    lic_named_text set[LIC_SIM_SETTINGS];
    size_t set_count;
    lic_sim_result result;
} lic_sim_variant;

/* A line of the table: an account's row and a clause, with an amount for each variant. */
typedef struct lic_sim_line {
    const lic_sim_row *about;
    lic_i128 units[LIC_SIM_VARIANTS];
} lic_sim_line;

typedef struct lic_sim_table {
    lic_cli *cli;
    lic_arena *arena;
    const char *subject; /* what was played */
    const char *changed; /* "FirstRate=10%, Sales for 2026-Q2"; NULL: nothing but what is swept */
    const char *swept;   /* the parameter of the sweep; NULL: none */
    lic_sim_variant *variants;
    size_t variant_count;
    lic_sim_line *lines;
    size_t line_count;
    lic_sim_line *payees; /* the same, of all clauses of an account's row together */
    size_t payee_count;
} lic_sim_table;

/* sim_sweep.c: "AdvanceSum=0..500000/50000": the values, at most LIC_SIM_VARIANTS - 1. Usage error. */
lic_status lic_sim_sweep(lic_sim_table *table, const char *text);
/* sim_table.c: lines of all variants, in the order in which they first come. NO_MEMORY. */
lic_status lic_sim_compare(lic_sim_table *table);
void lic_sim_put_amount(const lic_sim_table *table, const lic_sim_line *line, lic_i128 units,
                        bool sign, lic_buffer *target);
void lic_sim_put_name(const lic_sim_line *line, bool clause, lic_buffer *target);
void lic_sim_text(const lic_sim_table *table, lic_buffer *target);
void lic_sim_csv(const lic_sim_table *table, lic_buffer *target);
void lic_sim_json(const lic_sim_table *table, lic_buffer *target);
/* sim_page.c: one HTML page that needs nothing else. */
void lic_sim_page(const lic_sim_table *table, lic_buffer *target);

#endif
