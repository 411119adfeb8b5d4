/* Any bytes as an interface file: what is taken prints to canonical text that parses to the same
 * again, compares as the same, and prints C prototypes; what is refused is told with words and
 * help. */
#include <licet/interface.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void print_again(const lic_interface *face)
{
    lic_interface *again = NULL;
    lic_error error = {0};
    lic_buffer one, other;
    lic_buffer_init(&one, &lic_allocator_system, 4u << 20);
    lic_buffer_init(&other, &lic_allocator_system, 4u << 20);
    lic_interface_print(face, &one);
    if (one.size <= LIC_INTERFACE_MAX) {
        lic_status status = lic_interface_parse(lic_slice_of(one.data, one.size), "canonical",
                                                &lic_allocator_system, &again, &error);
        require(status == LIC_OK, "canonical text does not parse");
        lic_interface_print(again, &other);
        require(
            lic_slice_equal(lic_slice_of(one.data, one.size), lic_slice_of(other.data, other.size)),
            "canonical text is not");
        require(lic_interface_compare(face, again, &error) == LIC_OK, "it is another interface");
        lic_interface_destroy(again);
    }
    lic_buffer_clear(&other);
    lic_interface_print_header(face, &other);
    require(!one.failed && !other.failed, "memory");
    lic_buffer_free(&one);
    lic_buffer_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lic_interface *face = NULL;
    lic_error error = {0};
    uint8_t *copy = malloc(size == 0 ? 1 : size); /* so that reading past the end is seen */
    if (copy == NULL) return 0;
    if (size > 0) memcpy(copy, data, size);
    lic_status status = lic_interface_parse(lic_slice_of(copy, size), "x", &lic_allocator_system,
                                            &face, &error);
    free(copy); /* the result borrows nothing */
    if (status == LIC_OK) print_again(face);
    else if (status != LIC_NO_MEMORY)
        require(error.text[0] != '\0' && error.help[0] != '\0', "no words");
    lic_interface_destroy(face);
    return 0;
}
