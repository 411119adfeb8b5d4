/* reader.h - a text becomes a value, as a lic_reader of the image says: columns of reports and
 * schedules, arguments, parameters, facts, keys.
 *
 * Canonical forms alone are taken (docs/spec/language.md, "bad lines"). Nothing here allocates. */
#ifndef LICET_ENGINE_READER_H
#define LICET_ENGINE_READER_H

#include "table.h"

#define LIC_READ_OK 255 /* otherwise a lic_line_code: NEGATIVE, MALFORMED, TOO_LARGE, UNKNOWN */

typedef struct lic_read_value {
    lic_i128 number;   /* every kind but TEXT, HASH and SET */
    lic_slice text;    /* TEXT, IDENTIFIER: the bytes read; HASH: 32 bytes in `bytes` */
    uint8_t bytes[32]; /* HASH, SET */
} lic_read_value;

/* The value of a text. `tables` resolves rows and may be NULL when no reader asks for one. */
uint8_t lic_read(const lic_reader *reader, const lic_image *image, const lic_tables *tables,
                 lic_slice text, lic_read_value *value);

/* The same for texts that people write (parameters, facts, arguments): a money amount may begin
 * with its currency ("GBP 12.50"), a rate may end in "%" or "bps", and digits may be grouped by
 * commas in threes. What it accepts beyond lic_read is rewritten and read by it. */
uint8_t lic_read_lenient(const lic_reader *reader, const lic_image *image, const lic_tables *tables,
                         lic_slice text, lic_read_value *value);

/* Unsigned decimal digits as in a COUNT column. */
uint8_t lic_read_count(lic_slice text, lic_i128 max, lic_i128 *value);
/* At most `width` digits, no leading zero. */
uint8_t lic_read_digits(lic_slice text, unsigned width, uint64_t *value);

/* Key bytes of a text by the key's form: itself for TEXT and IDENTIFIER, the 32 bytes of a HASH,
 * otherwise the value in 8 bytes; what is not in the text is written to `room`. */
uint8_t lic_read_key(const lic_image *image, const lic_tables *tables, const lic_table *table,
                     lic_slice text, uint8_t room[32], lic_slice *key);
/* Key bytes of a number or row. */
lic_slice lic_number_key(uint64_t value, uint8_t room[32]);
/* True when a register of bytecode holds a key of the table as a handle (TEXT, IDENTIFIER, HASH). */
bool lic_key_is_text(const lic_table *table);
/* Appends the text of a key: what lic_read_key would read. */
void lic_key_print(const lic_image *image, const lic_tables *tables, const lic_table *table,
                   lic_slice key, lic_buffer *target);

/* Writes a value into a field's place of lic_type_size bytes; the caller knows that the kinds agree.
 * False when a text has no room. */
bool lic_value_store(lic_type type, const lic_read_value *value, uint8_t *place);
/* What the reader expects, for messages: "a whole number of at most 1000". */
void lic_reader_describe(const lic_reader *reader, const lic_image *image, lic_buffer *target);
/* Appends a field's value as text: decimals, dates, names, codes. */
void lic_value_print(const lic_image *image, const lic_tables *tables, lic_type type,
                     const uint8_t *place, lic_buffer *target);

#endif
