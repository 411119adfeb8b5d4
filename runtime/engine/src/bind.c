/* bind.c - parameters' texts into the tables of an agreement. */
#include "bind.h"

#include "children.h"

#include <licet/binding.h>

#include <string.h>

static lic_status bad_parameter(const lic_tables *tables, uint32_t number, lic_slice text,
                                lic_error *error)
{
    const lic_image *image = tables->image;
    const lic_parameter *parameter = &image->parameters[number];
    char expected[256];
    lic_buffer buffer;
    lic_buffer_init(&buffer, tables->allocator, sizeof expected);
    lic_reader_describe(&parameter->reader, image, &buffer);
    size_t size = buffer.size < sizeof expected - 1 ? buffer.size : sizeof expected - 1;
    if (size != 0) memcpy(expected, buffer.data, size);
    expected[size] = '\0';
    lic_buffer_free(&buffer);
    return lic_fail(error, LIC_MALFORMED, "parameter",
                    "bind the parameter to a value in its canonical form",
                    "parameter %.*s: \"%.*s\" is not %s", (int)parameter->name.size,
                    (const char *)parameter->name.data, (int)(text.size < 80 ? text.size : 80),
                    (const char *)text.data, expected);
}

lic_status lic_bind_parameter(const lic_tables *tables, uint32_t number, lic_slice text,
                              lic_read_value *value, lic_error *error)
{
    const lic_image *image = tables->image;
    const lic_parameter *parameter = &image->parameters[number];
    if (lic_read_lenient(&parameter->reader, image, tables, text, value) == LIC_READ_OK &&
        lic_value_store(image->fields[parameter->field].type, value,
                        lic_field_at(tables, parameter->field, 0)))
        return LIC_OK;
    return bad_parameter(tables, number, text, error);
}

void lic_bind_patches(const lic_tables *tables)
{
    const lic_image *image = tables->image;
    for (uint32_t i = 0; i < image->patches_count; i++) {
        const lic_patch *patch = &image->patches[i];
        const lic_parameter *parameter = &image->parameters[patch->parameter];
        const lic_table_state *state = &tables->states[patch->table];
        LIC_ASSERT(patch->row < tables->views[patch->table].row_count);
        memcpy(state->fixed + (size_t)patch->row * state->shape->fixed_size + patch->offset,
               lic_field_at(tables, parameter->field, 0),
               lic_type_size(image->fields[parameter->field].type));
    }
}

lic_status lic_bind_check(const lic_tables *tables, lic_error *error)
{
    const lic_image *image = tables->image;
    for (uint16_t i = 0; i < image->tables_count; i++)
        if (image->tables[i].kind == LIC_TABLE_KIND_CHILD && image->tables[i].static_rows != 0)
            LIC_TRY(lic_children_check(tables, i, NULL, error));
    return LIC_OK;
}

void lic_parameters_hash(const lic_hasher *hasher, lic_slice encoded, lic_hash *hash)
{
    const lic_slice parts[2] = {lic_slice_text("licet-parameters-1\n"), encoded};
    hasher->sha256(parts, 2, hash);
}
