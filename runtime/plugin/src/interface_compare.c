/* interface_compare.c - an interface file against the text that the object holds: the first
 * difference, with both sides. */
#include <licet/interface.h>

#define SHOWN 150 /* bytes of each side in a message that holds 511 */

/* "(day text) -> status" of both, cut. */
static void show(const lic_interface *face, const lic_signature *signature, char text[SHOWN + 1])
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 64 * 1024);
    if (signature == NULL) lic_put_text(&buffer, "nothing of that name");
    else lic_signature_print(face, signature, &buffer);
    size_t size = buffer.failed || buffer.size > SHOWN ? SHOWN : buffer.size;
    for (size_t i = 0; i < SHOWN + 1; i++)
        text[i] = i < size && i < buffer.size ? (char)buffer.data[i] : '\0';
    lic_buffer_free(&buffer);
}

static bool same_signature(const lic_interface *a, const lic_signature *x, const lic_interface *b,
                           const lic_signature *y)
{
    if (x->count != y->count || x->result != y->result || !lic_slice_equal(x->symbol, y->symbol))
        return false;
    for (size_t i = 0; i < x->count; i++) {
        const lic_parameter *p = &x->parameters[i], *q = &y->parameters[i];
        if (!lic_slice_equal(p->name, q->name) || p->type != q->type || p->out != q->out)
            return false;
        if (p->type == LIC_VALUE_CALLBACK &&
            !lic_slice_equal(a->callbacks[p->callback].name, b->callbacks[q->callback].name))
            return false;
    }
    return true;
}

static const lic_signature *find(const lic_signature *list, size_t count, lic_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (lic_slice_equal(list[i].name, name)) return &list[i];
    return NULL;
}

static lic_status differ(const lic_interface *file, const char *what, const char *left,
                         const char *right, lic_error *error)
{
    return lic_fail(error, LIC_MALFORMED, "signature",
                    "put the interface file beside the object that was built from it",
                    "extension %.*s: %s: the interface file says %s, the object says %s",
                    (int)file->name.size, (const char *)file->name.data, what, left, right);
}

static lic_status compare_list(const lic_interface *file, const lic_interface *object,
                               bool callbacks, lic_error *error)
{
    const lic_signature *left = callbacks ? file->callbacks : file->functions;
    const lic_signature *right = callbacks ? object->callbacks : object->functions;
    size_t left_count = callbacks ? file->callback_count : file->function_count;
    size_t right_count = callbacks ? object->callback_count : object->function_count;
    const char *what = callbacks ? "callback" : "function";
    char one[SHOWN + 1], other[SHOWN + 1];
    for (size_t i = 0; i < left_count; i++) {
        const lic_signature *found = find(right, right_count, left[i].name);
        if (found != NULL && same_signature(file, &left[i], object, found)) continue;
        show(file, &left[i], one);
        show(object, found, other);
        return differ(file, what, one, other, error);
    }
    for (size_t i = 0; i < right_count; i++) {
        if (find(left, left_count, right[i].name) != NULL) continue;
        show(file, NULL, one);
        show(object, &right[i], other);
        return differ(file, what, one, other, error);
    }
    return LIC_OK;
}

/* `status` lines name numbers: the same number must mean the same thing. */
static lic_status compare_statuses(const lic_interface *file, const lic_interface *object,
                                   lic_error *error)
{
    if (file->status_count != object->status_count)
        return differ(file, "statuses", "more or fewer", "otherwise", error);
    for (size_t i = 0; i < file->status_count; i++) {
        const lic_named_status *a = &file->statuses[i], *b = &object->statuses[i];
        if (a->number == b->number && lic_slice_equal(a->name, b->name)) continue;
        return differ(file, "statuses", (const char *)a->name.data, (const char *)b->name.data,
                      error);
    }
    return LIC_OK;
}

lic_status lic_interface_compare(const lic_interface *file, const lic_interface *object,
                                 lic_error *error)
{
    if (!lic_slice_equal(file->name, object->name))
        return differ(file, "name", (const char *)file->name.data, (const char *)object->name.data,
                      error);
    if (file->version != object->version) {
        return lic_fail(error, LIC_VERSION, "version",
                        "put the interface file beside the object that was built from it",
                        "extension %s: the interface file is version %u, the object version %u",
                        (const char *)file->name.data, file->version, object->version);
    }
    LIC_TRY(compare_list(file, object, true, error));
    LIC_TRY(compare_list(file, object, false, error));
    LIC_TRY(compare_statuses(file, object, error));
    if (lic_slice_equal(file->release, object->release)) return LIC_OK;
    return differ(file, "release",
                  file->release.size > 0 ? (const char *)file->release.data : "none",
                  object->release.size > 0 ? (const char *)object->release.data : "none", error);
}
