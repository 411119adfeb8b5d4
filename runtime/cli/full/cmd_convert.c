/* cmd_convert.c - licet convert: foreign files into the rows of a usage report. Rows are data,
 * defects and totals are talk, or, with --json, all of it is one object. */
#include <licet/cli_commands.h>
#include <licet/convert.h>
#include <licet/converters.h>
#include <licet/store.h>

#include <stdio.h>
#include <string.h>

/* A report that is larger is divided by its sender, too. */
#define ROWS_MAX LIC_GIGABYTES(4)
#define TOLD_MAX ((size_t)1 << 30)

typedef struct converting {
    lic_cli *cli;
    lic_buffer rows, columns;
    lic_buffer defects, totals, sums; /* JSON members, when it is asked for */
    lic_json json_defects, json_totals, json_sums;
    lic_buffer key, line; /* of the sums to be said next */
    uint64_t row_count, defect_count, total_count, agreeing;
} converting;

static lic_status out_of_room(const lic_buffer *buffer, lic_error *error)
{
    return lic_fail(error, LIC_TOO_LARGE, "size", "convert fewer files at once",
                    "more than %zu bytes come out of it", buffer->max);
}

/* -- what comes out ---------------------------------------------------------------------------- */

static lic_status take_columns(void *context, lic_slice names, lic_error *error)
{
    converting *c = context;
    lic_buffer_clear(&c->columns);
    lic_put_bytes(&c->columns, names.data, names.size);
    return c->columns.failed ? out_of_room(&c->columns, error) : LIC_OK;
}

static lic_status take_rows(void *context, lic_slice lines, lic_error *error)
{
    converting *c = context;
    for (size_t i = 0; i < lines.size; i++) c->row_count += lines.data[i] == '\n';
    lic_put_bytes(&c->rows, lines.data, lines.size);
    return c->rows.failed ? out_of_room(&c->rows, error) : LIC_OK;
}

static lic_status take_defect(void *context, const lic_convert_defect *d, lic_error *error)
{
    converting *c = context;
    c->defect_count++;
    if (c->cli->json) {
        lic_json *json = &c->json_defects;
        lic_json_object(json);
        lic_json_put_slice(json, "file", d->file);
        lic_json_put_integer(json, "line", d->line);
        lic_json_put_slice(json, "record", d->record);
        lic_json_put_slice(json, "reason", d->reason);
        lic_json_put_slice(json, "meaning", d->meaning);
        lic_json_put_slice(json, "words", d->words);
        lic_json_end(json);
        return c->defects.failed ? out_of_room(&c->defects, error) : LIC_OK;
    }
    char line[32] = "";
    if (d->line > 0) (void)snprintf(line, sizeof line, "%lld:", (long long)d->line);
    lic_cli_say(c->cli, "%.*s%s%s%s%.*s%s%.*s: %.*s%s%.*s", (int)d->file.size,
                (const char *)d->file.data, d->file.size > 0 ? ":" : "", line,
                d->file.size > 0 ? " " : "", (int)d->record.size, (const char *)d->record.data,
                d->record.size > 0 ? ": " : "", (int)d->reason.size, (const char *)d->reason.data,
                (int)d->meaning.size, (const char *)d->meaning.data, d->words.size > 0 ? ": " : "",
                (int)d->words.size, (const char *)d->words.data);
    return LIC_OK;
}

static lic_status take_total(void *context, const lic_convert_total *t, lic_error *error)
{
    converting *c = context;
    lic_json *json = &c->json_totals;
    c->total_count++;
    c->agreeing += t->agrees;
    if (!c->cli->json) return LIC_OK;
    lic_json_object(json);
    lic_json_put_slice(json, "file", t->file);
    lic_json_put_integer(json, "line", t->line);
    lic_json_put_slice(json, "what", t->what);
    lic_json_put_slice(json, "of", t->key);
    lic_json_put_slice(json, "stated", t->stated);
    lic_json_put_slice(json, "found", t->found);
    lic_json_put_bool(json, "agrees", t->agrees);
    lic_json_end(json);
    return c->totals.failed ? out_of_room(&c->totals, error) : LIC_OK;
}

/* The line of sums that was begun. */
static void say_sums(converting *c)
{
    if (c->line.size > 0)
        lic_cli_say(c->cli, "%.*s", (int)c->line.size, (const char *)c->line.data);
    lic_buffer_clear(&c->line);
}

/* Sums of one thing stand in one line. */
static void add_to_line(converting *c, const lic_convert_sum *s)
{
    lic_slice key = lic_slice_of(c->key.data, c->key.size);
    if (!lic_slice_equal(key, s->key) || c->line.size == 0) {
        say_sums(c);
        lic_buffer_clear(&c->key);
        lic_put_bytes(&c->key, s->key.data, s->key.size);
        lic_put_format(&c->line, "sum%s%.*s:", s->key.size > 0 ? " of " : "", (int)s->key.size,
                       (const char *)s->key.data);
    } else {
        lic_put_u8(&c->line, ',');
    }
    lic_put_format(&c->line, " %.*s %.*s%s%.*s", (int)s->what.size, (const char *)s->what.data,
                   (int)s->value.size, (const char *)s->value.data, s->currency.size > 0 ? " " : "",
                   (int)s->currency.size, (const char *)s->currency.data);
}

static lic_status take_sum(void *context, const lic_convert_sum *s, lic_error *error)
{
    converting *c = context;
    lic_json *json = &c->json_sums;
    if (!c->cli->json) {
        add_to_line(c, s);
        return c->line.failed || c->key.failed ? out_of_room(&c->line, error) : LIC_OK;
    }
    lic_json_object(json);
    lic_json_put_slice(json, "what", s->what);
    lic_json_put_slice(json, "of", s->key);
    lic_json_put_slice(json, "value", s->value);
    lic_json_put_slice(json, "currency", s->currency);
    lic_json_end(json);
    return c->sums.failed ? out_of_room(&c->sums, error) : LIC_OK;
}

/* -- what goes in ------------------------------------------------------------------------------ */

static const char *last_name(const char *path)
{
    const char *last = strrchr(path, '/');
    return last == NULL ? path : last + 1;
}

typedef struct given {
    lic_named_path *inputs, *files;
    lic_named_value *settings;
    size_t input_count, file_count, setting_count;
} given;

static lic_status take_pairs(lic_cli *cli, lic_arena *arena, given *to)
{
    for (size_t i = 0; i < cli->use_count; i++) {
        lic_slice name;
        const char *value;
        bool file = cli->uses[i].option == LIC_OPTION_WITH;
        if (!file && cli->uses[i].option != LIC_OPTION_SET) continue;
        LIC_TRY(lic_cli_pair(cli, cli->uses[i].value, &name, &value));
        name = lic_slice_of(lic_arena_text(arena, (const char *)name.data, name.size), name.size);
        if (name.data == NULL) return LIC_NO_MEMORY;
        if (!lic_utf8_valid(name) || !lic_utf8_valid(lic_slice_text(value)))
            return lic_cli_usage(cli, "names and values are UTF-8");
        if (file) to->files[to->file_count++] = (lic_named_path){name, value};
        else to->settings[to->setting_count++] = (lic_named_value){name, lic_slice_text(value)};
    }
    return LIC_OK;
}

static lic_status take_given(lic_cli *cli, lic_arena *arena, given *to)
{
    to->input_count = cli->operand_count - 1;
    to->inputs = lic_arena_take(arena, cli->operand_count * sizeof *to->inputs);
    to->files = lic_arena_take(arena, LIC_OPTION_USES * sizeof *to->files);
    to->settings = lic_arena_take(arena, LIC_OPTION_USES * sizeof *to->settings);
    if (to->inputs == NULL || to->files == NULL || to->settings == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < to->input_count; i++) {
        const char *path = cli->operands[i + 1];
        to->inputs[i] = (lic_named_path){lic_slice_text(last_name(path)), path};
        if (!lic_utf8_valid(to->inputs[i].name))
            return lic_cli_usage(cli, "a file's name is UTF-8");
    }
    return take_pairs(cli, arena, to);
}

static lic_status allow_extensions(lic_cli *cli, lic_extensions *extensions)
{
    for (size_t n = 0; lic_cli_nth(cli, LIC_OPTION_EXTENSION, n) != NULL; n++)
        LIC_TRY(lic_extensions_allow(extensions, lic_cli_nth(cli, LIC_OPTION_EXTENSION, n),
                                     &cli->error));
    return LIC_OK;
}

/* -- the result -------------------------------------------------------------------------------- */

static void put_columns(const converting *c, lic_json *json)
{
    size_t from = 0;
    lic_json_key(json, "columns");
    lic_json_array(json);
    for (size_t i = 0; c->columns.size > 0 && i <= c->columns.size; i++) {
        if (i < c->columns.size && c->columns.data[i] != '\t') continue;
        lic_json_slice(json, lic_slice_of(c->columns.data + from, i - from));
        from = i + 1;
    }
    lic_json_end(json);
}

static lic_status put_json(converting *c, const char *output)
{
    lic_json json;
    const struct {
        const char *name;
        lic_buffer *members;
        lic_json *open;
    } parts[] = {{"defects", &c->defects, &c->json_defects},
                 {"totals", &c->totals, &c->json_totals},
                 {"sums", &c->sums, &c->json_sums}};
    lic_buffer *out = &c->cli->out;
    lic_json_init(&json, out);
    lic_json_object(&json);
    lic_json_put_text(&json, "converter", c->cli->operands[0]);
    put_columns(c, &json);
    lic_json_put_integer(&json, "rows", (int64_t)c->row_count);
    if (output != NULL) lic_json_put_text(&json, "output", output);
    else lic_json_put_slice(&json, "text", lic_slice_of(c->rows.data, c->rows.size));
    for (size_t i = 0; i < LIC_COUNT(parts); i++) {
        lic_json_end(parts[i].open);
        lic_put_format(out, ",\"%s\":", parts[i].name);
        lic_put_bytes(out, parts[i].members->data, parts[i].members->size);
    }
    lic_put_text(out, "}\n");
    return out->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status put_rows(converting *c, const char *output)
{
    if (lic_cli_has(c->cli, LIC_OPTION_HEADER)) {
        lic_buffer all;
        lic_buffer_init(&all, c->cli->allocator, ROWS_MAX);
        lic_put_bytes(&all, c->columns.data, c->columns.size);
        lic_put_u8(&all, '\n');
        lic_put_bytes(&all, c->rows.data, c->rows.size);
        lic_buffer_free(&c->rows);
        c->rows = all;
        if (all.failed) return LIC_NO_MEMORY;
    }
    lic_slice rows = lic_slice_of(c->rows.data, c->rows.size);
    if (output != NULL) return lic_file_write(c->cli, output, rows);
    return c->cli->json ? LIC_OK : lic_file_write(c->cli, "-", rows);
}

static lic_status finish(converting *c)
{
    const char *output = lic_cli_value(c->cli, LIC_OPTION_OUTPUT);
    LIC_TRY(put_rows(c, output));
    if (c->cli->json) LIC_TRY(put_json(c, output));
    c->cli->finding = c->defect_count > 0 && !lic_cli_has(c->cli, LIC_OPTION_ALLOW_DEFECTS);
    if (c->cli->json) return LIC_OK;
    say_sums(c);
    lic_cli_say(c->cli, "%llu rows, %llu defects; %llu of %llu totals agree",
                (unsigned long long)c->row_count, (unsigned long long)c->defect_count,
                (unsigned long long)c->agreeing, (unsigned long long)c->total_count);
    return LIC_OK;
}

static lic_status convert(converting *c, const given *g, lic_extensions *extensions)
{
    const lic_convert_options options = {
        .converter = c->cli->operands[0],
        .inputs = g->inputs,
        .input_count = g->input_count,
        .files = g->files,
        .file_count = g->file_count,
        .settings = g->settings,
        .setting_count = g->setting_count,
        .extensions = extensions,
        .allocator = c->cli->allocator,
        .clock = &lic_clock_system,
        .sink = {c, take_columns, take_rows, take_defect, take_total, take_sum},
        .quiet = c->cli->quiet};
    LIC_TRY(lic_convert_run(&options, &c->cli->error));
    return finish(c);
}

/* -- the command ------------------------------------------------------------------------------- */

/* The first line of a converter's text says what it is for. */
static lic_slice about(const char *name)
{
    lic_slice text = {0};
    (void)lic_converter_source(lic_slice_text(name), &text);
    size_t from = 0, end = 0;
    while (from < text.size && (text.data[from] == '-' || text.data[from] == ' ')) from++;
    for (end = from; end < text.size && text.data[end] != '\n';) end++;
    return lic_slice_of(text.data + from, end - from);
}

static lic_status list_converters(lic_cli *cli)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    const char *name = NULL;
    for (size_t i = 0; (name = lic_converter_name(i)) != NULL; i++) {
        lic_slice words = about(name);
        if (!cli->json) {
            lic_put_format(&cli->out, "%-12s %.*s\n", name, (int)words.size,
                           (const char *)words.data);
            continue;
        }
        lic_json_object(&json);
        lic_json_put_text(&json, "name", name);
        lic_json_put_slice(&json, "about", words);
        lic_json_end(&json);
    }
    if (!cli->json) return LIC_OK;
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
    return LIC_OK;
}

static void begin(converting *c, lic_cli *cli)
{
    *c = (converting){.cli = cli};
    lic_buffer_init(&c->rows, cli->allocator, ROWS_MAX);
    lic_buffer_init(&c->columns, cli->allocator, TOLD_MAX);
    lic_buffer_init(&c->defects, cli->allocator, TOLD_MAX);
    lic_buffer_init(&c->totals, cli->allocator, TOLD_MAX);
    lic_buffer_init(&c->sums, cli->allocator, TOLD_MAX);
    lic_buffer_init(&c->key, cli->allocator, TOLD_MAX);
    lic_buffer_init(&c->line, cli->allocator, TOLD_MAX);
    lic_json_init(&c->json_defects, &c->defects);
    lic_json_init(&c->json_totals, &c->totals);
    lic_json_init(&c->json_sums, &c->sums);
    lic_json_array(&c->json_defects);
    lic_json_array(&c->json_totals);
    lic_json_array(&c->json_sums);
}

static void end(converting *c)
{
    lic_buffer_free(&c->rows);
    lic_buffer_free(&c->columns);
    lic_buffer_free(&c->defects);
    lic_buffer_free(&c->totals);
    lic_buffer_free(&c->sums);
    lic_buffer_free(&c->key);
    lic_buffer_free(&c->line);
}

lic_status lic_cmd_convert(lic_cli *cli)
{
    converting c;
    given g = {0};
    if (lic_cli_has(cli, LIC_OPTION_LIST)) return list_converters(cli);
    if (cli->operand_count < 2)
        return lic_cli_usage(cli, "give a converter and the files that it reads");
    lic_arena *arena = lic_arena_create(cli->allocator, (size_t)64 << 20);
    lic_extensions *extensions = lic_extensions_create(false, cli->allocator);
    begin(&c, cli);
    lic_status status = arena == NULL || extensions == NULL ? LIC_NO_MEMORY
                                                            : take_given(cli, arena, &g);
    if (status == LIC_OK) status = allow_extensions(cli, extensions);
    if (status == LIC_OK) status = convert(&c, &g, extensions);
    end(&c);
    lic_extensions_destroy(extensions);
    lic_arena_destroy(arena);
    return status;
}
