/* cmd_dump.c - licet dump: what a stage of the compiler made. */
#include "author.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/listing.h>

#include <string.h>

static lic_stage stage_of(const lic_cli *cli)
{
    static const struct {
        const char *name;
        lic_stage stage;
    } names[] = {
        {"tokens", LIC_STAGE_TOKENS},     {"tree", LIC_STAGE_TREE},   {"ast", LIC_STAGE_TREE},
        {"resolved", LIC_STAGE_RESOLVED}, {"typed", LIC_STAGE_TYPED}, {"kernel", LIC_STAGE_KERNEL},
    };
    const char *name = lic_cli_value(cli, LIC_OPTION_STAGE);
    for (size_t i = 0; name != NULL && i < LIC_COUNT(names); i++)
        if (strcmp(names[i].name, name) == 0) return names[i].stage;
    return LIC_STAGE_BYTECODE;
}

static lic_status list_image(lic_cli *cli, lic_slice bytes, lic_buffer *text)
{
    lic_arena *arena = lic_arena_create(cli->allocator, (size_t)64 << 20);
    if (arena == NULL) return LIC_NO_MEMORY;
    lic_image *image = NULL;
    lic_status status = lic_image_decode(bytes, &lic_hasher_native, arena, &image, &cli->error);
    if (status == LIC_OK) status = lic_image_verify(image, &cli->error);
    if (status == LIC_OK) lic_image_list(image, text);
    lic_arena_destroy(arena);
    return status;
}

/* An agreement is text that begins with the word `licet`, comments or blank lines; an image has its
 * own mark. What is not text can only be an image. */
static bool looks_like_image(lic_slice bytes)
{
    size_t probe = bytes.size < 64 ? bytes.size : 64;
    for (size_t i = 0; i < probe; i++) {
        if (bytes.data[i] == 0) return true;
    }
    return false;
}

lic_status lic_cmd_dump(lic_cli *cli)
{
    lic_stage stage = stage_of(cli);
    lic_buffer text;
    lic_author author;
    lic_buffer_init(&text, cli->allocator, LIC_AUTHOR_TEXT_MAX);
    lic_status status = lic_author_open(cli, cli->operands[0], LIC_AUTHOR_UNIT_SCALE, &author);
    if (status == LIC_OK && stage == LIC_STAGE_BYTECODE &&
        looks_like_image(lic_author_source(&author))) {
        status = list_image(cli, lic_author_source(&author), &text);
    } else if (status == LIC_OK && !lic_compilation_dump(author.compilation, stage, &text)) {
        status = lic_author_stopped(cli, &author);
    }
    if (status == LIC_OK) status = lic_author_put(cli, &text);
    lic_author_close(&author);
    lic_buffer_free(&text);
    return status;
}
