/* slice.c - borrowed bytes. */
#include <licet/bytes.h>

#include <string.h>

lic_slice lic_slice_text(const char *text)
{
    return lic_slice_of(text, strlen(text));
}

bool lic_slice_equal(lic_slice a, lic_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int lic_slice_compare(lic_slice a, lic_slice b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    if (order != 0) return order < 0 ? -1 : 1;
    return a.size < b.size ? -1 : a.size > b.size;
}
