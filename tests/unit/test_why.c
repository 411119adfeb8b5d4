/* Derivations. Would catch: a value that does not follow from its children by its rule, a movement left
 * out of an account, a line that is not the report's own bytes, and an explanation of something that
 * was never settled, movements that are lost or changed where there are too many to derive, progress that
 * stands still within a long block. tests/oracle/why_check.py recomputes whole derivations with exact rationals. */
#include "engine_agreements.h"

#include "why/why.h"

#include <licet/replay.h>

#define REPORT                                     \
    "7\tDEAAA0000009\tfree\t100\t\tset aside\n"    \
    "1\tDEAAA0000001\tfree\t1000\t\tfirst\n"       \
    "2\tDEAAA0000001\tpaid\t10\t30.0001\tsecond\n" \
    "3\tDEAAA0000002\tfree\t100\t\tthird\n"        \
    "4\tDEAAA0000003\tfree\t100\t\tnot for P1\n"

static void settle(fixture *f)
{
    uint32_t contract = press_open(f, PRESS_ASIDE);
    fixture_report(f, contract, 0, "Service", "2026-01-01", REPORT);
}

static lic_status derive_within(fixture *f, const char *payee, const char *period, size_t nodes,
                                lic_why **why)
{
    const lic_why_options options = {
        .path = f->ledger,
        .allocator = &lic_allocator_system,
        .random = &f->random,
        .contract = lic_slice_text("Press"),
        .payee = lic_slice_text(payee),
        .period = lic_slice_text(period),
        .nodes_max = nodes,
    };
    return lic_why_derive(&options, why, &f->error);
}

static lic_status derive(fixture *f, const char *payee, const char *period, lic_why **why)
{
    return derive_within(f, payee, period, 0, why);
}

static lic_i128 child(const lic_why *why, const lic_why_node *node, uint32_t n)
{
    return why->nodes[why->links[node->first_child + n].node].value;
}

static lic_i128 signed_sum(const lic_why *why, const lic_why_node *node)
{
    lic_i128 sum = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        sum += child(why, node, i) * why->links[node->first_child + i].sign;
    }
    return sum;
}

static lic_i128 share_of(const lic_why *why, const lic_why_node *node)
{
    int64_t weights[LIC_SPLIT_MAX];
    lic_i128 parts[LIC_SPLIT_MAX];
    for (uint32_t i = 1; i < node->child_count; i++) weights[i - 1] = (int64_t)child(why, node, i);
    assert_true(lic_split(child(why, node, 0), (int64_t)node->unit, weights, node->child_count - 1,
                          (int64_t)node->divisor, parts));
    return parts[node->index];
}

/* The rules that Press uses, by their definition in why.h. */
static bool recompute(const lic_why *why, const lic_why_node *node, lic_i128 *value)
{
    switch (node->rule) {
    case LIC_WHY_ADD: *value = child(why, node, 0) + child(why, node, 1); return true;
    case LIC_WHY_SUBTRACT: *value = child(why, node, 0) - child(why, node, 1); return true;
    case LIC_WHY_MULTIPLY: *value = child(why, node, 0) * child(why, node, 1); return true;
    case LIC_WHY_MAXIMUM:
        *value = child(why, node, 0) > child(why, node, 1) ? child(why, node, 0)
                                                           : child(why, node, 1);
        return true;
    case LIC_WHY_SCALE: *value = child(why, node, 0) * node->unit; return true;
    case LIC_WHY_ROUND_QUOTIENT:
        assert_true(lic_muldiv((lic_rounding)node->mode, child(why, node, 0), 1,
                               node->divisor * (node->child_count > 1 ? child(why, node, 1) : 1),
                               value));
        *value *= node->unit;
        return true;
    case LIC_WHY_SHARE: *value = share_of(why, node); return true;
    case LIC_WHY_SUM:
    case LIC_WHY_BALANCE: *value = signed_sum(why, node); return true;
    case LIC_WHY_POSTING:
    case LIC_WHY_DUTY: *value = child(why, node, 0); return true;
    default: return false;
    }
}

static void every_value_follows(void **state)
{
    (void)state;
    fixture f;
    lic_why *why = NULL;
    settle(&f);
    fixture_good(&f, derive(&f, "P1", "2026-01", &why));
    size_t checked = 0, lines = 0;
    for (size_t i = 0; i < why->node_count; i++) {
        lic_i128 value = 0;
        const lic_why_node *node = &why->nodes[i];
        for (uint32_t c = 0; c < node->child_count; c++)
            assert_true(why->links[node->first_child + c].node < i);
        if (recompute(why, node, &value)) {
            assert_true(value == node->value);
            checked++;
        }
        lines += node->rule == LIC_WHY_USAGE;
    }
    assert_true(checked > 15);
    assert_true(lines >=
                4); /* units and gross of three lines; none of the line that was set aside */
    lic_why_destroy(why);
    fixture_end(&f);
}

static void leaves_are_the_reports_own_bytes(void **state)
{
    (void)state;
    fixture f;
    lic_why *why = NULL;
    settle(&f);
    fixture_good(&f, derive(&f, "P1", "2026-01", &why));
    for (size_t i = 0; i < why->node_count; i++) {
        const lic_why_node *node = &why->nodes[i];
        if (node->rule != LIC_WHY_USAGE) continue;
        assert_true(node->line >= 2 && node->line <= 4); /* P1 has no share of the fifth line */
        assert_true(node->offset + node->size <= strlen(REPORT));
        assert_int_equal(node->text.size, node->size);
        assert_memory_equal(node->text.data, &REPORT[node->offset], node->size);
    }
    lic_why_destroy(why);
    fixture_end(&f);
}

static void roots_are_the_payees_accounts_and_duties(void **state)
{
    (void)state;
    fixture f;
    lic_why *why = NULL;
    settle(&f);
    fixture_good(&f, derive(&f, "P1", "2026-01", &why));
    size_t balances = 0, duties = 0;
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule == LIC_WHY_DUTY) {
            duties++;
            assert_true(node->value == 13610000); /* 12.50 of the first work, 1.11 of the second */
        } else {
            assert_int_equal(node->rule, LIC_WHY_BALANCE);
            assert_true(lic_slice_equal(node->key, lic_slice_text("P1")));
            balances++;
        }
    }
    assert_int_equal(duties, 1);
    assert_int_equal(balances, 2); /* Due, and what it was paid */
    lic_why_destroy(why);
    fixture_end(&f);
}

static const lic_why_node *root_but_results(const lic_why *why, size_t number)
{
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule != LIC_WHY_RESULT && number-- == 0) return node;
    }
    return NULL;
}

/* Who owes everybody has more behind it than can be derived: the movements are told, each with its amount,
 * whether that is found by counting what matters or when the nodes are at an end. */
static void what_is_too_much_is_folded(void **state)
{
    (void)state;
    fixture f;
    lic_why *whole = NULL, *folded = NULL;
    settle(&f);
    fixture_good(&f, derive(&f, "Service", "2026-01", &whole));
    assert_false(whole->folded);
    for (size_t nodes = whole->node_count - 1; nodes > whole->node_count / 3; nodes -= 7) {
        fixture_good(&f, derive_within(&f, "Service", "2026-01", nodes, &folded));
        assert_true(folded->folded && folded->node_count <= nodes);
        for (size_t i = 0;; i++) {
            const lic_why_node *one = root_but_results(whole, i),
                               *other = root_but_results(folded, i);
            assert_true((one == NULL) == (other == NULL));
            if (one == NULL) break;
            lic_i128 value = 0;
            assert_int_equal(one->rule, other->rule);
            assert_true(one->value == other->value && one->duty == other->duty);
            if (one->rule != LIC_WHY_BALANCE) continue;
            assert_true(recompute(folded, other, &value) && value == other->value);
        }
        lic_why_destroy(folded);
    }
    fixture_refused(&f, derive_within(&f, "Service", "2026-01", 3, &folded), LIC_TOO_LARGE,
                    "nodes");
    lic_why_destroy(whole);
    fixture_end(&f);
}

static void what_was_not_settled_is_not_explained(void **state)
{
    (void)state;
    fixture f;
    lic_why *why = NULL;
    settle(&f);
    fixture_refused(&f, derive(&f, "P9", "2026-01", &why), LIC_MISSING, "payee");
    fixture_refused(&f, derive(&f, "P1", "2026-02", &why), LIC_MISSING, "nothing");
    fixture_end(&f);
}

typedef struct steps {
    size_t whole, within; /* calls about blocks or units; about the lines of one */
} steps;

static void count_step(void *context, const char *what, uint64_t done, uint64_t total)
{
    steps *s = context;
    assert_true(done <= total);
    if (strcmp(what, "settling") == 0) s->within++;
    else s->whole++;
}

static void progress_moves_within_a_block(void **state)
{
    (void)state;
    fixture f;
    steps why_steps = {0}, replay_steps = {0};
    lic_why *why = NULL;
    lic_replay_result result;
    settle(&f);
    const lic_why_options options = {
        .path = f.ledger,
        .allocator = &lic_allocator_system,
        .random = &f.random,
        .progress = {.context = &why_steps, .step = count_step},
        .contract = lic_slice_text("Press"),
        .payee = lic_slice_text("P1"),
        .period = lic_slice_text("2026-01"),
    };
    fixture_good(&f, lic_why_derive(&options, &why, &f.error));
    assert_true(why_steps.whole > 0 && why_steps.within > 0);
    lic_why_destroy(why);
    const lic_replay_options replay_options = {
        .path = f.ledger,
        .allocator = &lic_allocator_system,
        .random = &f.random,
        .progress = {.context = &replay_steps, .step = count_step},
    };
    /* the fixture's ledger has no views to compare */
    assert_int_equal(lic_replay(&replay_options, &result, &f.error), LIC_DIFFERS);
    assert_true(replay_steps.whole > 0 && replay_steps.within > 0);
    fixture_end(&f);
}

static void the_map_keeps_its_keys(void **state)
{
    (void)state;
    lic_cell_map map;
    lic_cell_map_init(&map, &lic_allocator_system);
    assert_null(lic_cell_map_find(&map, 0));
    for (uint32_t i = 0; i < 5000; i++)
        *lic_cell_map_put(&map, lic_cell_of(i % 7, (i % 3) * 8, i)) = i + 1;
    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t *value = lic_cell_map_find(&map, lic_cell_of(i % 7, (i % 3) * 8, i));
        assert_non_null(value);
        assert_int_equal(*value, i + 1);
    }
    assert_null(lic_cell_map_find(&map, lic_cell_of(7, 0, 0)));
    assert_int_equal(map.count, 5000);
    lic_cell_map_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_follows),
        cmocka_unit_test(leaves_are_the_reports_own_bytes),
        cmocka_unit_test(roots_are_the_payees_accounts_and_duties),
        cmocka_unit_test(what_is_too_much_is_folded),
        cmocka_unit_test(what_was_not_settled_is_not_explained),
        cmocka_unit_test(progress_moves_within_a_block),
        cmocka_unit_test(the_map_keeps_its_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
