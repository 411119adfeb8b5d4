/* call_extension.c - calls functions of an extension and prints what comes back, for comparison
 * with programs that share no code with it.
 *
 *     call_extension INTERFACE <calls
 *
 * A line of standard input is a call: the function and its arguments, separated by tabs. Callbacks
 * are not written: each prints a line, its name and name=value for every value. Bytes are written
 * SIZE:PATH and make the call once for each SIZE bytes of the file. A result prints as `=
 * value...`, a failure as `! code: text`. */
#include <licet/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_MAX = 16 << 20 };

typedef struct printer {
    const lic_signature *kind;
    lic_handler handler;
} printer;

static lic_plugin *plugin;
static const lic_interface *face;
static printer printers[LIC_INTERFACE_CALLBACKS];

static void print_value(const lic_value *value)
{
    if (value->type == LIC_VALUE_TEXT || value->type == LIC_VALUE_BYTES)
        printf("%.*s", (int)value->as.bytes.size, (const char *)value->as.bytes.data);
    else if (value->type == LIC_VALUE_BOOL) printf("%d", value->as.truth);
    else if (value->type == LIC_VALUE_UINT64) printf("%" PRIu64, value->as.natural);
    else printf("%" PRId64, value->as.integer);
}

static lic_status print(void *context, const lic_value *values, size_t count, lic_value *result,
                        lic_error *error)
{
    const printer *to = context;
    (void)result;
    (void)error;
    printf("%s", (const char *)to->kind->name.data);
    for (size_t i = 0; i < count; i++) {
        printf("\t%s=", (const char *)to->kind->parameters[i].name.data);
        print_value(&values[i]);
    }
    printf("\n");
    return LIC_OK;
}

static void call(size_t function, const lic_value *arguments, size_t count)
{
    lic_error error = {0};
    lic_value results[LIC_INTERFACE_PARAMETERS + 1];
    if (lic_plugin_call(plugin, function, arguments, count, results, &error) != LIC_OK) {
        printf("! %s: %s\n", error.code, error.text);
        return;
    }
    size_t made = lic_plugin_result_count(&face->functions[function]);
    for (size_t i = 0; i < made; i++) {
        printf(i == 0 ? "= " : "\t");
        print_value(&results[i]);
    }
    if (made > 0) printf("\n");
}

/* Calls with each part of a file for argument number `at`. */
static void call_in_parts(size_t function, lic_value *arguments, size_t count, size_t at,
                          const char *text)
{
    static uint8_t part[PART_MAX];
    char *path = NULL;
    size_t size = strtoul(text, &path, 10);
    FILE *file = *path == ':' ? fopen(path + 1, "rb") : NULL;
    if (file == NULL || size < 1 || size > sizeof part) {
        fprintf(stderr, "cannot read %s\n", text);
        exit(66);
    }
    for (size_t got; (got = fread(part, 1, size, file)) > 0;) {
        arguments[at].as.bytes = lic_slice_of(part, got);
        call(function, arguments, count);
    }
    (void)fclose(file);
}

static void take_call(char *line)
{
    lic_value arguments[LIC_INTERFACE_PARAMETERS] = {0};
    size_t count = 0, bytes_at = SIZE_MAX;
    const char *bytes = NULL;
    char *words = line, *name = strsep(&words, "\t");
    size_t function = lic_interface_function(face, lic_slice_text(name));
    if (function == SIZE_MAX) {
        fprintf(stderr, "no function %s\n", name);
        exit(64);
    }
    const lic_signature *signature = &face->functions[function];
    for (size_t i = 0; i < signature->count; i++) {
        const lic_parameter *one = &signature->parameters[i];
        if (one->out) continue;
        lic_value *to = &arguments[count++];
        to->type = one->type;
        if (one->type == LIC_VALUE_CALLBACK) {
            to->as.handler = &printers[one->callback].handler;
            continue;
        }
        const char *word = words == NULL ? "" : strsep(&words, "\t");
        if (one->type == LIC_VALUE_TEXT) to->as.bytes = lic_slice_text(word);
        else if (one->type == LIC_VALUE_BYTES) bytes = word, bytes_at = count - 1;
        else if (one->type == LIC_VALUE_UINT64) to->as.natural = strtoull(word, NULL, 10);
        else to->as.integer = strtoll(word, NULL, 10);
    }
    if (bytes == NULL) call(function, arguments, count);
    else call_in_parts(function, arguments, count, bytes_at, bytes);
}

int main(int count, char **arguments)
{
    lic_error error = {0};
    char *line = NULL;
    size_t room = 0;
    if (count != 2) return 64;
    if (lic_plugin_open(arguments[1], NULL, &lic_allocator_system, &plugin, &error) != LIC_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    face = lic_plugin_interface(plugin);
    for (size_t i = 0; i < face->callback_count; i++)
        printers[i] = (printer){&face->callbacks[i], {&printers[i], print}};
    for (ssize_t size; (size = getline(&line, &room, stdin)) > 0;) {
        if (line[size - 1] == '\n') line[size - 1] = '\0';
        take_call(line);
    }
    free(line);
    lic_plugin_close(plugin);
    return 0;
}
