/* json.h - a writer of JSON text (RFC 8259) into a buffer. It places commas, escapes strings, and
 * knows how licet writes money: as a decimal string beside its currency, never as a JSON number.
 * Misuse (a value without a key inside an object, an unbalanced end) is a bug and asserts. */
#ifndef LICET_JSON_H
#define LICET_JSON_H

#include <licet/hash.h>
#include <licet/number.h>

#define LIC_JSON_DEPTH 200 /* nested objects and arrays; deeper asserts */

typedef struct lic_json {
    lic_buffer *target;           /* errors are sticky there (`failed`) */
    uint8_t open[LIC_JSON_DEPTH]; /* what is open: '{' or '[' */
    bool filled[LIC_JSON_DEPTH];  /* it has a member already */
    unsigned depth;
    bool keyed; /* a key was written and its value is due */
} lic_json;

void lic_json_init(lic_json *json, lic_buffer *target);

void lic_json_object(lic_json *json);
void lic_json_array(lic_json *json);
void lic_json_end(lic_json *json); /* closes the innermost object or array */
void lic_json_key(lic_json *json, const char *key);

/* Strings: bytes that are not UTF-8 become U+FFFD one by one, control characters are escaped. */
void lic_json_slice(lic_json *json, lic_slice text);
void lic_json_text(lic_json *json, const char *text); /* NULL writes null */
/* Integers beyond 2^53 would be rounded by many readers: give those as text. */
void lic_json_integer(lic_json *json, int64_t value);
void lic_json_bool(lic_json *json, bool value);
void lic_json_null(lic_json *json);
void lic_json_hash(lic_json *json, const lic_hash *hash);
/* A decimal string of value * 10^-scale with trailing zeros dropped down to `keep` decimals. */
void lic_json_decimal(lic_json *json, lic_i128 value, unsigned scale, unsigned keep);

/* Key and value in one. */
void lic_json_put_text(lic_json *json, const char *key, const char *text);
void lic_json_put_slice(lic_json *json, const char *key, lic_slice text);
void lic_json_put_integer(lic_json *json, const char *key, int64_t value);
void lic_json_put_bool(lic_json *json, const char *key, bool value);
void lic_json_put_hash(lic_json *json, const char *key, const lic_hash *hash);
/* {"amount": "12.50", "currency": "GBP"} under `key`. */
void lic_json_put_money(lic_json *json, const char *key, lic_i128 value, unsigned scale,
                        unsigned keep, const char *currency);

/* The quoted string alone, for callers that write their own structure. */
void lic_json_quote(lic_buffer *target, lic_slice text);

#endif
