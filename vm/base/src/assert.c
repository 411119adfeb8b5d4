/* assert.c - how licet stops when it finds a bug in itself: one line on stderr, then abort. Uses no
 * stdio, so that it works with a broken heap and inside any lock. */
#include <licet/base.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, text, size);
        if (written <= 0) return;
        text += written, size -= (size_t)written;
    }
}

LIC_NORETURN void lic_assert_fail(const char *file, int line, const char *expression)
{
    char digits[12];
    char *at = digits + sizeof digits - 1;
    *at = '\0';
    unsigned rest = line > 0 ? (unsigned)line : 0;
    do *--at = (char)('0' + rest % 10), rest /= 10;
    while (rest > 0);

    say("licet: this is a bug in licet: ");
    say(file), say(":"), say(at), say(": ");
    say(expression), say("\n");
    abort();
}
