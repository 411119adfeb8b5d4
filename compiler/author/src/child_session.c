/* child_session.c - lines and queries of a session. */
#include "scenario_child.h"

#include <string.h>

/* eval(text): kind, text, names separated by line ends. */
static int eval_program(lua_State *L)
{
    lic_child *c = lua_touserdata(L, 1);
    lic_slice text = lic_get_slice(&c->work, LIC_TOLD_MAX);
    lic_child_push_driver(L, "eval");
    lua_pushlstring(L, text.size == 0 ? "" : (const char *)text.data, text.size);
    lua_call(L, 1, 3);
    lic_put_u8(&c->told, (uint8_t)lua_tointeger(L, -3));
    lic_child_tell_text(c, L, -2);
    lic_child_tell_text(c, L, -1);
    return 0;
}

/* A line that breaks what wraps it is told like any other mistake. */
lic_status lic_child_tell_eval(lic_child *c, lic_error *error)
{
    lic_status status = lic_lua_run(c->lua, eval_program, c, error);
    if (status != LIC_MALFORMED) return status;
    lic_buffer_clear(&c->told);
    lic_put_u8(&c->told, LIC_EVAL_FAILED);
    lic_put_slice(&c->told, lic_slice_text(error->text));
    lic_put_slice(&c->told, lic_slice_of(NULL, 0));
    return LIC_OK;
}

typedef struct telling {
    lic_buffer *told;
    uint32_t columns, rows;
} telling;

static void tell_value(lic_buffer *told, const lic_query_value *value)
{
    char digits[LIC_DECIMAL_MAX];
    if (value->kind == LIC_VALUE_INTEGER) {
        lic_decimal_print(value->integer, 0, digits);
        lic_put_slice(told, lic_slice_text(digits));
    } else if (value->kind == LIC_VALUE_NULL) lic_put_slice(told, lic_slice_of(NULL, 0));
    else lic_put_slice(told, value->bytes);
}

static lic_status tell_row(void *context, uint64_t row, size_t count, const char *const *names,
                           const lic_query_value *values)
{
    telling *t = context;
    (void)row;
    t->columns = (uint32_t)count;
    t->rows += values != NULL;
    for (size_t i = 0; i < count; i++) {
        if (values == NULL) lic_put_slice(t->told, lic_slice_text(names[i]));
        else tell_value(t->told, &values[i]);
    }
    return t->told->failed ? LIC_TOO_LARGE : LIC_OK;
}

lic_status lic_child_tell_query(lic_child *c, lic_error *error)
{
    lic_slice sql = lic_get_slice(&c->work, LIC_TOLD_MAX);
    const lic_query_limits limits = {.seconds = 3600};
    char *text = lic_allocate_zero(&lic_allocator_system, sql.size + 1, 1);
    telling t = {.told = &c->told};
    if (text == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    if (sql.size > 0) memcpy(text, sql.data, sql.size);
    lic_put_u8(&c->told, LIC_EVAL_DONE);
    lic_put_u32(&c->told, 0);
    lic_put_u32(&c->told, 0);
    lic_client *client = lic_world_client(c->worlds.stack[c->worlds.count - 1]);
    lic_status status = lic_client_query(client, text, &limits, tell_row, &t, error);
    lic_release(&lic_allocator_system, text, sql.size + 1);
    if (c->told.failed) return LIC_OK; /* the loop says so */
    if (status == LIC_OK) {
        lic_store_u32(c->told.data + 1, t.columns);
        lic_store_u32(c->told.data + 5, t.rows);
        return LIC_OK;
    }
    lic_buffer_clear(&c->told);
    lic_put_u8(&c->told, LIC_EVAL_FAILED);
    lic_put_slice(&c->told, lic_slice_text(error->text));
    return LIC_OK;
}
