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
#define LIC_COUNT(array) (sizeof(array) / sizeof((array)[0]))

__extension__ typedef __int128 lic_i128;
__extension__ typedef unsigned __int128 lic_u128;

/* Prints file, line and expression to stderr and aborts. */
LIC_NORETURN void lic_assert_fail(const char *file, int line, const char *expression);

#define LIC_ASSERT(expression) \
    ((expression) ? (void)0 : lic_assert_fail(__FILE__, __LINE__, #expression))

#endif
