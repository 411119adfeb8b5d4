/* Stored transactions that a second thread decodes and verifies ahead, and the ring of work behind it.
 *
 * Would catch: results taken before they are done, twice, or out of order; work that is begun where a result is still read; a
 * place that is used again too early; a transaction told of as verified whose signature is forged; an erased or a
 * damaged one that is passed over; a chunk that is freed though it was taken over, or not freed though it was not; a
 * visitor's refusal that does not end the reading. */
#include "chain_fixture.h"

#include <licet/ring.h>

#include <sched.h>

/* -- the ring -------------------------------------------------------------------------------------------------- */

enum { PIECES = 5000, PLACES = 7 };

typedef struct work {
    size_t results[PLACES];
    unsigned times[PIECES];
} work;

static void do_piece(void *context, size_t index)
{
    work *w = context;
    for (size_t i = 0; i < index % 5; i++) (void)sched_yield();
    w->times[index]++;
    w->results[index % PLACES] = index * index;
}

static void pieces_come_in_order(void **state)
{
    (void)state;
    for (int threaded = 0; threaded < 2; threaded++) {
        work w = {.results = {0}};
        lic_ring *ring = lic_ring_create(&lic_allocator_system, PLACES, do_piece, &w,
                                         threaded == 1);
        assert_non_null(ring);
        size_t posted = 0;
        for (size_t i = 0; i < PIECES; i++) {
            size_t room = lic_ring_room(ring), left = PIECES - posted;
            assert_int_equal(room, PLACES - (posted - i));
            size_t count = i % 3 == 0 || posted == i ? (room < left ? room : left) : 0;
            lic_ring_post(ring, count);
            posted += count;
            assert_int_equal(lic_ring_left(ring), posted - i);
            lic_ring_take(ring);
            assert_int_equal(w.results[i % PLACES], i * i);
            lic_ring_free(ring);
        }
        lic_ring_end(ring);
        for (size_t i = 0; i < PIECES; i++) assert_int_equal(w.times[i], 1);
    }
}

/* The place of what was taken is not free before it is given back. */
static void a_result_stays_until_it_is_freed(void **state)
{
    (void)state;
    work w = {.results = {0}};
    lic_ring *ring = lic_ring_create(&lic_allocator_system, PLACES, do_piece, &w, true);
    assert_non_null(ring);
    lic_ring_post(ring, PLACES);
    lic_ring_take(ring);
    assert_int_equal(lic_ring_room(ring), 0);
    lic_ring_free(ring);
    assert_int_equal(lic_ring_room(ring), 1);
    lic_ring_end(ring); /* the others are never taken */
}

/* -- transactions ---------------------------------------------------------------------------------------------- */

enum { FACTS = 100, FORGED = 40, ERASED = 70 };

typedef struct seen {
    uint32_t count, verified, erased, stop;
    lic_hash ids[FACTS];
} seen;

static lic_status see(void *context, const lic_ready_transaction *ready)
{
    seen *s = context;
    assert_int_equal(ready->position, s->count);
    if (ready->position == s->stop) return LIC_REFUSED;
    s->count++;
    s->verified += ready->verified ? 1 : 0;
    s->erased += ready->transaction == NULL ? 1 : 0;
    assert_null(*ready->chunk);
    if (ready->transaction != NULL) s->ids[ready->position] = ready->transaction->id;
    if (ready->position == FORGED || ready->transaction == NULL) assert_false(ready->verified);
    return LIC_OK;
}

/* A block of facts, more than are read ahead; one with a signature of another text. */
static void make_facts(chain *c, lic_hash *ids)
{
    lic_block *block = open_block(c);
    for (uint32_t i = 0; i < FACTS; i++) {
        lic_transaction t = next_fact(c, "2026-01-05");
        if (i == FORGED) t.signatures[0].signature.bytes[3] ^= 1;
        ids[i] = t.id;
        assert_ok(run_fact(block, &t));
    }
    seal(c, block);
}

static void erase(chain *c, uint64_t place)
{
    lic_store *store = lic_ledger_store(c->ledger);
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_erase_payload(store, place));
    assert_ok(lic_store_commit(store));
}

static void transactions_come_in_order(void **state)
{
    chain c;
    lic_error error;
    lic_hash ids[FACTS];
    seen s = {.stop = UINT32_MAX};
    begin(&c, state);
    make_facts(&c, ids);
    assert_ok(lic_ledger_transactions_ahead(c.ledger, 1, 2, see, &s, &error));
    assert_int_equal(s.count, FACTS);
    assert_int_equal(s.verified, FACTS - 1);
    assert_memory_equal(s.ids, ids, sizeof ids);
    erase(&c, LIC_PLACE(1, 0, ERASED));
    s = (seen){.stop = UINT32_MAX};
    assert_ok(lic_ledger_transactions_ahead(c.ledger, 1, 2, see, &s, &error));
    assert_int_equal(s.count, FACTS);
    assert_int_equal(s.erased, 1);
    assert_int_equal(s.verified, FACTS - 2);
    end(&c);
}

static void a_refusal_ends_it(void **state)
{
    chain c;
    lic_error error;
    lic_hash ids[FACTS];
    begin(&c, state);
    make_facts(&c, ids);
    for (uint32_t stop = 0; stop < FACTS; stop += 33) {
        seen s = {.stop = stop};
        assert_int_equal(lic_ledger_transactions_ahead(c.ledger, 1, 2, see, &s, &error),
                         LIC_REFUSED);
        assert_int_equal(s.count, stop);
    }
    end(&c);
}

static void a_damaged_one_is_told(void **state)
{
    chain c;
    lic_error error = {0};
    lic_hash ids[FACTS];
    sqlite3 *db;
    begin(&c, state);
    make_facts(&c, ids);
    lic_ledger_close(c.ledger);
    assert_int_equal(sqlite3_open(c.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE payloads SET bytes = (SELECT bytes FROM payloads WHERE "
                                  "place = 268435456 + 50) WHERE place = 268435456 + 60",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_ok(open_as(&c, LIC_LEDGER_WRITE, &error));
    seen s = {.stop = UINT32_MAX};
    assert_int_equal(lic_ledger_transactions_ahead(c.ledger, 1, 2, see, &s, &error), LIC_CORRUPT);
    assert_int_equal(s.count, 60);
    assert_string_equal(error.code, "transaction");
    end(&c);
}

/* -- chunks ---------------------------------------------------------------------------------------------------- */

typedef struct taking {
    bool take;
    uint8_t *chunk;
    unsigned seen;
} taking;

static lic_status take_chunk(void *context, const lic_ready_transaction *ready)
{
    taking *t = context;
    t->seen++;
    lic_slice chunk = ready->transaction->body.lines.chunk;
    assert_true(lic_slice_equal(chunk, lic_slice_text("1\ta\n2\tb\n")));
    assert_ptr_equal(chunk.data, *ready->chunk);
    if (!t->take) return LIC_OK;
    t->chunk = *ready->chunk;
    *ready->chunk = NULL;
    return LIC_OK;
}

static void chunks_may_be_taken_over(void **state)
{
    chain c;
    begin(&c, state);
    lic_error error;
    (void)make_lines_block(&c);
    for (int take = 0; take < 2; take++) {
        taking t = {.take = take == 1};
        assert_ok(lic_ledger_transactions_ahead(c.ledger, 1, 2, take_chunk, &t, &error));
        assert_int_equal(t.seen, 1);
        if (!t.take) continue;
        assert_memory_equal(t.chunk, "1\ta\n2\tb\n", 8);
        lic_release(&lic_allocator_system, t.chunk, 8);
    }
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_in_order),
        cmocka_unit_test(a_result_stays_until_it_is_freed),
        scratch_test(transactions_come_in_order),
        scratch_test(a_refusal_ends_it),
        scratch_test(a_damaged_one_is_told),
        scratch_test(chunks_may_be_taken_over),
    };
    return cmocka_run_group_tests_name("read_ahead", tests, start, NULL);
}
