/* unit.h - what every unit test includes: cmocka with the headers it wants before itself. */
#ifndef LICET_TESTS_UNIT_H
#define LICET_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_ok(call) assert_int_equal((call), LIC_OK)

#endif
