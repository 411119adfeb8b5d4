/* identifier.h - identifiers of works, recordings, products and people, with their check digits.
 *
 * The canonical form alone is valid: capitals, no separators (but those of `ipi_base`), full length.
 * Reports and keys take nothing else; what authors write with dots, dashes or spaces goes through
 * lic_identifier_canonical first. */
#ifndef LICET_IDENTIFIER_H
#define LICET_IDENTIFIER_H

#include <licet/bytes.h>

#define LIC_IDENTIFIER_TEXT 33 /* room for every canonical text and NUL */

typedef enum lic_identifier {
#define IDENTIFIER(name, number, word, size, form, check, doc) LIC_IDENTIFIER_##name = (number),
#include <licet/identifiers.def>
#undef IDENTIFIER
} lic_identifier;

typedef enum lic_identifier_fault {
    LIC_IDENTIFIER_GOOD = 0,
    LIC_IDENTIFIER_BAD_FORM = 1, /* not the canonical form */
    LIC_IDENTIFIER_BAD_CHECK = 2 /* the form is right, a check digit is wrong */
} lic_identifier_fault;

/* *number of the kind called `word` ("isrc"). */
bool lic_identifier_find(lic_slice word, uint16_t *number);
const char *lic_identifier_word(uint16_t number); /* "isrc"; NULL when there is no such kind */
const char *lic_identifier_form(uint16_t number); /* "CCXXXYYNNNNN", for messages; NULL likewise */
unsigned lic_identifier_size(uint16_t number);    /* longest canonical text in bytes; 0 likewise */
/* Of a kind that exists. */
lic_identifier_fault lic_identifier_check(uint16_t number, lic_slice text);
/* Drops separators (space, dash, dot) and writes the canonical text. BAD_FORM when what is left is
 * not of the kind; BAD_CHECK when its check digit is wrong (the text is written then, too). */
lic_identifier_fault lic_identifier_canonical(uint16_t number, lic_slice text,
                                              char canonical[LIC_IDENTIFIER_TEXT]);

#endif
