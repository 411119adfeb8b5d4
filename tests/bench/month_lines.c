/* month_lines.c - month_lines <usage.tsv >columns.tsv: what no SQL can say of a line is said before a database gets it. Each line
 * becomes: number, well-formed UTF-8 (1 or 0), number of fields, then the first six fields; empty when it has not seven.
 * Bytes that no valid field holds become `?`, so that no import stumbles over them; the line stays as wrong as it was.
 * Part of the yardsticks in databases.py, and of their time. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS = 7, LINE = 1 << 20 };

static bool tail(const unsigned char *s, int n)
{
    while (n-- > 0)
        if ((*s++ & 0xC0) != 0x80) return false;
    return true;
}

/* RFC 3629. The line ends with a newline, which continues no sequence. */
static bool utf8(const unsigned char *s, size_t size)
{
    const unsigned char *end = s + size;
    while (s < end) {
        unsigned char b = *s++;
        int more = b < 0x80                ? 0
                   : b >= 0xC2 && b < 0xE0 ? 1
                   : (b & 0xF0) == 0xE0    ? 2
                   : b >= 0xF0 && b < 0xF5 ? 3
                                           : -1;
        if (more < 0 || !tail(s, more)) return false;
        if ((b == 0xE0 && *s < 0xA0) || (b == 0xED && *s > 0x9F)) return false;
        if ((b == 0xF0 && *s < 0x90) || (b == 0xF4 && *s > 0x8F)) return false;
        s += more;
    }
    return true;
}

static void put_fields(const char *line, size_t size)
{
    int field = 0;
    for (size_t i = 0; i < size && field < FIELDS - 1; i++) {
        char c = line[i];
        if (c == '\t') field++;
        bool plain = c > ' ' && c < 127 && c != '\\' && c != '"';
        if (field < FIELDS - 1) putchar_unlocked(plain || c == '\t' ? c : '?');
    }
}

int main(void)
{
    static char line[LINE];
    for (unsigned long number = 1; fgets(line, LINE, stdin) != NULL; number++) {
        size_t size = strlen(line); /* the generator writes no NUL */
        int fields = 1;
        if (size > 0 && line[size - 1] == '\n') size--;
        for (size_t i = 0; i < size; i++) fields += line[i] == '\t';
        bool good = utf8((const unsigned char *)line, size);
        printf("%lu\t%d\t%d\t", number, good, fields);
        if (good && fields == FIELDS) put_fields(line, size);
        else fputs("\t\t\t\t\t", stdout);
        putchar_unlocked('\n');
    }
    return ferror(stdin) != 0;
}
