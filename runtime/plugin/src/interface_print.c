/* interface_print.c - an interface as canonical text and as C prototypes. */
#include <licet/interface.h>

#include <string.h>

static void put(lic_buffer *target, lic_slice text)
{
    lic_put_bytes(target, text.data, text.size);
}

static void put_quoted(lic_buffer *target, lic_slice text)
{
    lic_put_u8(target, '"');
    put(target, text);
    lic_put_u8(target, '"');
}

void lic_signature_print(const lic_interface *face, const lic_signature *signature,
                         lic_buffer *target)
{
    put(target, signature->name);
    lic_put_u8(target, ' ');
    if (signature->symbol.size > 0) {
        put_quoted(target, signature->symbol);
        lic_put_u8(target, ' ');
    }
    lic_put_u8(target, '(');
    for (size_t i = 0; i < signature->count; i++) {
        const lic_parameter *one = &signature->parameters[i];
        if (i > 0) lic_put_text(target, ", ");
        put(target, one->name);
        lic_put_text(target, one->out ? " out " : " ");
        lic_put_text(target, lic_value_type_name(one->type));
        if (one->type != LIC_VALUE_CALLBACK) continue;
        lic_put_u8(target, ' ');
        put(target, face->callbacks[one->callback].name);
    }
    lic_put_u8(target, ')');
    if (signature->result != LIC_VALUE_NOTHING)
        lic_put_format(target, " -> %s", lic_value_type_name(signature->result));
}

void lic_interface_print(const lic_interface *face, lic_buffer *target)
{
    lic_put_text(target, "interface 1\nextension ");
    put(target, face->name);
    lic_put_format(target, " %u\nobject ", face->version);
    put_quoted(target, face->object);
    lic_put_text(target, face->described ? "\n" : "\nundescribed\n");
    if (face->release.size > 0) {
        lic_put_text(target, "release ");
        put(target, face->release);
        lic_put_u8(target, '\n');
    }
    for (size_t i = 0; i < face->status_count; i++) {
        lic_put_format(target, "status %u ", face->statuses[i].number);
        put(target, face->statuses[i].name);
        lic_put_u8(target, ' ');
        put_quoted(target, face->statuses[i].text);
        lic_put_u8(target, '\n');
    }
    for (size_t i = 0; i < face->callback_count; i++) {
        lic_put_text(target, "callback ");
        lic_signature_print(face, &face->callbacks[i], target);
        lic_put_u8(target, '\n');
    }
    for (size_t i = 0; i < face->function_count; i++) {
        lic_put_text(target, "function ");
        lic_signature_print(face, &face->functions[i], target);
        lic_put_u8(target, '\n');
    }
}

/* -- C ----------------------------------------------------------------------------------------- */

static const char *const c_types[] = {
    [LIC_VALUE_NOTHING] = "void",      [LIC_VALUE_INT64] = "int64_t",
    [LIC_VALUE_UINT64] = "uint64_t",   [LIC_VALUE_INT32] = "int32_t",
    [LIC_VALUE_BOOL] = "bool",         [LIC_VALUE_TEXT] = "licet_text",
    [LIC_VALUE_BYTES] = "licet_bytes", [LIC_VALUE_CALLBACK] = "",
    [LIC_VALUE_STATUS] = "int32_t",
};

static void put_argument(const lic_interface *face, const lic_parameter *one, lic_buffer *target)
{
    int size = (int)one->name.size;
    const char *name = (const char *)one->name.data;
    if (one->out) {
        lic_put_format(target, "%s *%.*s_", c_types[one->type], size, name);
    } else if (one->type == LIC_VALUE_TEXT || one->type == LIC_VALUE_BYTES) {
        lic_put_format(target, "const %s *%.*s_, size_t %.*s_size",
                       one->type == LIC_VALUE_TEXT ? "char" : "uint8_t", size, name, size, name);
    } else if (one->type == LIC_VALUE_CALLBACK) {
        lic_slice callback = face->callbacks[one->callback].name;
        lic_put_format(target, "%.*s_%.*s_callback %.*s_", (int)face->name.size,
                       (const char *)face->name.data, (int)callback.size,
                       (const char *)callback.data, size, name);
    } else {
        lic_put_format(target, "%s %.*s_", c_types[one->type], size, name);
    }
}

static void put_arguments(const lic_interface *face, const lic_signature *signature,
                          lic_buffer *target)
{
    lic_put_u8(target, '(');
    for (size_t i = 0; i < signature->count; i++) {
        if (i > 0) lic_put_text(target, ", ");
        put_argument(face, &signature->parameters[i], target);
    }
    lic_put_text(target, signature->count == 0 ? "void);\n" : ");\n");
}

static void put_callback(const lic_interface *face, const lic_signature *signature,
                         lic_buffer *target)
{
    lic_put_format(target, "typedef %s (*", c_types[signature->result]);
    put(target, face->name);
    lic_put_u8(target, '_');
    put(target, signature->name);
    lic_put_text(target, "_callback)");
    put_arguments(face, signature, target);
}

static void put_function(const lic_interface *face, const lic_signature *signature,
                         lic_buffer *target)
{
    lic_put_format(target, "LICET_EXPORT %s ", c_types[signature->result]);
    if (signature->symbol.size > 0) {
        put(target, signature->symbol);
    } else {
        put(target, face->name);
        lic_put_u8(target, '_');
        put(target, signature->name);
    }
    put_arguments(face, signature, target);
}

void lic_interface_print_header(const lic_interface *face, lic_buffer *target)
{
    lic_put_text(target, "/* Made from the interface file of the extension ");
    put(target, face->name);
    lic_put_text(target, ": change that. */\n#include <licet/extension.h>\n\n");
    for (size_t i = 0; i < face->callback_count; i++)
        put_callback(face, &face->callbacks[i], target);
    for (size_t i = 0; i < face->function_count; i++)
        put_function(face, &face->functions[i], target);
    if (face->release.size == 0) return;
    lic_put_text(target, "LICET_EXPORT void ");
    put(target, face->release);
    lic_put_text(target, "(void *data, size_t size);\n");
}
