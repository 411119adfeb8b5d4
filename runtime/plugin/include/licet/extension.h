/* extension.h - for people who write a native extension in C or C++; needs nothing else of licet.
 *
 * An extension is a shared object and an interface file of the same name beside it. licet runs it
 * in a process of its own, so that a crash is an error message. The manual is
 * docs/spec/extensions.md; the least that works, in three files:
 *
 *   twice.interface    interface 1
 *                      extension twice 1
 *                      release  twice_release
 *                      function of (n int64, words text, said out text) -> int64
 *
 *   twice.c            #include <licet/extension.h>
 *                      #include "twice.h"
 *                      LICET_EXTENSION("twice.interface");
 *                      int64_t twice_of(int64_t n, const char *words, size_t size,
 *                                       licet_text *said)
 *                      { ... return 2 * n; }
 *                      void twice_release(void *data, size_t size) { free(data); }
 *
 *   licet extension twice.interface --prototypes >twice.h
 *   cc -shared -fPIC -fvisibility=hidden -I. twice.c -o twice.so
 *
 * What C makes of a type of the interface:
 *
 *   int64, uint64, int32, bool    int64_t, uint64_t, int32_t, bool
 *   text                          const char *, size_t: UTF-8, not ended by a NUL, never NULL
 *   bytes                         const uint8_t *, size_t: never NULL
 *   callback NAME                 EXTENSION_NAME_callback: a function pointer, for the call alone
 *   out int64, uint64, int32, bool    a pointer to one; it is 0 before the call
 *   out text                      licet_text *, empty before the call
 *   out bytes                     licet_bytes *, empty before the call
 *   -> status                     int32_t: 0 is success, 1..255 a failure of the extension
 *
 * Arguments are borrowed for the call. What `data` of an out points to is copied after the call and
 * then given to the release function, once; an empty out with data NULL is not. When a function
 * returns a status other than 0, its outs are read all the same, and one called `failure` is the
 * message of the error. A callback that returns nothing is sent without waiting; one that returns a
 * value asks the caller; when the caller fails in it, the value is 0 and the call's result is that
 * failure, whatever the extension returns: end soon.
 *
 * The process may not open files, connect or write to standard output (docs/spec/extensions.md). */
#ifndef LICET_EXTENSION_H
#define LICET_EXTENSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Before the prototype of every function that the interface names, as `--prototypes` writes it: the
 * rest of the object can stay hidden. */
#ifdef __cplusplus
#define LICET_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define LICET_EXPORT __attribute__((visibility("default")))
#endif

typedef struct licet_text {
    char *data;
    size_t size; /* bytes */
} licet_text;

typedef struct licet_bytes {
    uint8_t *data;
    size_t size;
} licet_bytes;

/* Once in an extension: puts the text of the interface file into the object, as the symbol
 * licet_extension_v1, so that a file and an object that do not belong together are told apart. The
 * assembler finds the file in the folders of -I and in the one in which the compiler runs. */
#define LICET_EXTENSION(file)                                    \
    __asm__(".pushsection .rodata\n"                             \
            ".globl licet_extension_v1\n"                        \
            ".type licet_extension_v1, %object\n"                \
            "licet_extension_v1:\n"                              \
            ".incbin \"" file "\"\n"                             \
            ".byte 0\n"                                          \
            ".size licet_extension_v1, . - licet_extension_v1\n" \
            ".popsection\n")

#endif
