/* load.c - loads the object, proves what can be proved of it (its text against the interface file,
 * its symbols by name), and prepares calls and callbacks, so that no call allocates code. */
#include "helper.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_MAX = 8 << 20 };
#define DESCRIPTOR "licet_extension_v1"

/* POSIX lets a pointer from dlsym be a function; C does not say so. */
typedef union symbol {
    void *object;
    void (*function)(void);
    void (*release)(void *data, size_t size);
} symbol;

ffi_type *helper_ffi_type(lic_value_type type)
{
    switch (type) {
    case LIC_VALUE_INT64: return &ffi_type_sint64;
    case LIC_VALUE_UINT64: return &ffi_type_uint64;
    case LIC_VALUE_INT32:
    case LIC_VALUE_STATUS: return &ffi_type_sint32;
    case LIC_VALUE_BOOL: return &ffi_type_uint8;
    case LIC_VALUE_TEXT:
    case LIC_VALUE_BYTES:
    case LIC_VALUE_CALLBACK: return &ffi_type_pointer;
    case LIC_VALUE_NOTHING: break;
    }
    return &ffi_type_void;
}

/* C arguments of a signature; returns how many. */
static unsigned list_types(const lic_signature *of, ffi_type *types[HELPER_ARGUMENTS])
{
    unsigned count = 0;
    for (size_t i = 0; i < of->count; i++) {
        const lic_parameter *one = &of->parameters[i];
        types[count++] = one->out ? &ffi_type_pointer : helper_ffi_type(one->type);
        if (one->out || (one->type != LIC_VALUE_TEXT && one->type != LIC_VALUE_BYTES)) continue;
        types[count++] = sizeof(size_t) == 8 ? &ffi_type_uint64 : &ffi_type_uint32;
    }
    return count;
}

static lic_status no_call(const lic_signature *of, lic_error *error)
{
    return lic_fail(error, LIC_CONFIGURATION, "libffi", "install libffi 3.4",
                    "libffi cannot prepare %s on this machine", (const char *)of->name.data);
}

static lic_status prepare_callback(helper *to, const lic_signature *function, size_t parameter,
                                   helper_callback **made, lic_error *error)
{
    helper_callback *one = lic_arena_take(to->arena, sizeof *one);
    if (one == NULL) return LIC_NO_MEMORY;
    one->of = to;
    one->kind = &to->face->callbacks[function->parameters[parameter].callback];
    one->parameter = (uint16_t)parameter;
    one->closure = ffi_closure_alloc(sizeof *one->closure, &one->code);
    unsigned count = list_types(one->kind, one->types);
    if (one->closure == NULL ||
        ffi_prep_cif(&one->cif, FFI_DEFAULT_ABI, count, helper_ffi_type(one->kind->result),
                     one->types) != FFI_OK ||
        ffi_prep_closure_loc(one->closure, &one->cif, helper_called, one, one->code) != FFI_OK)
        return no_call(function, error);
    *made = one;
    return LIC_OK;
}

static lic_status prepare_function(helper *to, const lic_signature *signature,
                                   helper_function *made, lic_error *error)
{
    unsigned count = list_types(signature, made->types);
    if (ffi_prep_cif(&made->cif, FFI_DEFAULT_ABI, count, helper_ffi_type(signature->result),
                     made->types) != FFI_OK)
        return no_call(signature, error);
    made->callbacks = lic_arena_take(to->arena, sizeof(helper_callback *) * (signature->count + 1));
    if (made->callbacks == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < signature->count; i++)
        if (signature->parameters[i].type == LIC_VALUE_CALLBACK)
            LIC_TRY(prepare_callback(to, signature, i, &made->callbacks[i], error));
    return LIC_OK;
}

static lic_status find_symbol(void *object, const lic_interface *face, const char *name,
                              symbol *found, lic_error *error)
{
    found->object = dlsym(object, name);
    if (found->object != NULL) return LIC_OK;
    return lic_fail(error, LIC_MISSING, "symbol",
                    "export it (no static, default visibility), or correct the interface file",
                    "extension %s: its object holds no symbol %s", (const char *)face->name.data,
                    name);
}

static lic_status find_function(helper *to, void *object, size_t index, lic_error *error)
{
    const lic_signature *signature = &to->face->functions[index];
    char name[2 * LIC_INTERFACE_NAME + 2];
    symbol found = {0};
    size_t size = 0;
    if (signature->symbol.size > 0) {
        memcpy(name, signature->symbol.data, size = signature->symbol.size);
    } else {
        memcpy(name, to->face->name.data, size = to->face->name.size);
        name[size++] = '_';
        memcpy(name + size, signature->name.data, signature->name.size);
        size += signature->name.size;
    }
    name[size] = '\0';
    LIC_TRY(find_symbol(object, to->face, name, &found, error));
    to->functions[index].code = found.function;
    return prepare_function(to, signature, &to->functions[index], error);
}

/* The object's own text of its interface against the file's. */
static lic_status compare(const helper *to, void *object, lic_error *error)
{
    const char *name = (const char *)to->face->name.data;
    lic_interface *own = NULL;
    if (!to->face->described) return LIC_OK;
    const char *text = dlsym(object, DESCRIPTOR);
    if (text == NULL) {
        return lic_fail(error, LIC_MALFORMED, "descriptor",
                        "build it with LICET_EXTENSION(\"NAME.interface\"); or write `undescribed`",
                        "extension %s: its object holds no " DESCRIPTOR, name);
    }
    lic_slice all = lic_slice_of(text, strnlen(text, LIC_INTERFACE_MAX + 1));
    LIC_TRY(lic_interface_parse(all, "the text in the object", &lic_allocator_system, &own, error));
    lic_status status = lic_interface_compare(to->face, own, error);
    lic_interface_destroy(own);
    return status;
}

static lic_status open_object(const helper *to, const char *path, void **object, lic_error *error)
{
    const char *name = (const char *)to->face->name.data;
    if (access(path, R_OK) != 0) {
        return lic_fail(error, errno == ENOENT || errno == ENOTDIR ? LIC_MISSING : LIC_IO, "object",
                        "put the shared object beside its interface file",
                        "extension %s: cannot read %s: %s", name, path, strerror(errno));
    }
    *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (*object != NULL) return LIC_OK;
    return lic_fail(error, LIC_MALFORMED, "object", "build it for this machine, with all it needs",
                    "extension %s: it cannot be loaded: %s", name, dlerror());
}

lic_status helper_load(helper *to, const char *path, lic_error *error)
{
    void *object = NULL;
    symbol release = {0};
    LIC_TRY(open_object(to, path, &object, error));
    LIC_TRY(compare(to, object, error));
    to->arena = lic_arena_create(&lic_allocator_system, ARENA_MAX);
    if (to->arena == NULL) return LIC_NO_MEMORY;
    to->functions = lic_arena_take(to->arena, to->face->function_count * sizeof *to->functions);
    if (to->functions == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < to->face->function_count; i++)
        LIC_TRY(find_function(to, object, i, error));
    if (to->face->release.size == 0) return LIC_OK;
    LIC_TRY(find_symbol(object, to->face, (const char *)to->face->release.data, &release, error));
    to->release = release.release;
    return LIC_OK;
}
