/* base.h - attributes, assertions and the 128-bit integer that every layer uses.
 *
 * LIC_ASSERT is always on: a violated assertion is a bug in licet, never the fault of input, and
 * the process stops before it can harm a ledger. */
#ifndef LICET_BASE_H
#define LICET_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIC_NODISCARD __attribute__((warn_unused_result))
/* On a type: whoever gets one must use it. gcc knows this for functions alone; the clang build checks. */
#if defined(__clang__)
#define LIC_NODISCARD_TYPE __attribute__((warn_unused_result))
#else
#define LIC_NODISCARD_TYPE
#endif
#define LIC_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#define LIC_CLEANUP(function) __attribute__((cleanup(function)))
#define LIC_NORETURN __attribute__((noreturn))
#define LIC_LIKELY(x) __builtin_expect(!!(x), 1)
#define LIC_UNLIKELY(x) __builtin_expect(!!(x), 0)
/* Asks for memory that is read, or written, soon. gcc takes a function that does nothing else for one without effects, and
 * drops the calls of it; the empty statement is an effect. */
#define LIC_PREFETCH(...)                \
    do {                                 \
        __builtin_prefetch(__VA_ARGS__); \
        __asm__ volatile("");            \
    } while (0)
#define LIC_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#if defined(__SIZEOF_INT128__)
__extension__ typedef __int128 lic_i128;
__extension__ typedef unsigned __int128 lic_u128;
#elif defined(__clang__) /* on 32-bit machines clang alone has integers of that size (divide.c) */
__extension__ typedef _BitInt(128) lic_i128;
__extension__ typedef unsigned _BitInt(128) lic_u128;
#else
#error "licet needs 128-bit integers: build with clang for a 32-bit machine"
#endif

/* Prints file, line and expression to stderr and aborts. */
LIC_NORETURN void lic_assert_fail(const char *file, int line, const char *expression);

#define LIC_ASSERT(expression) \
    ((expression) ? (void)0 : lic_assert_fail(__FILE__, __LINE__, #expression))

#endif
