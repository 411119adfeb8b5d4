/* text.h - what may stand in a text that people read and sign: in source, in names, in values. No control,
 * no invisible and no bidirectional character, and only Unicode normalisation form C, so that two texts that
 * look alike to the parties are the same bytes (UAX #15, UTR #36). Texts in, reasons out: each reason is a
 * phrase such as "an invisible character", static storage. */
#ifndef LICET_TEXT_H
#define LICET_TEXT_H

#include <licet/bytes.h>

/* What makes a character unfit; NULL when it is fit. */
const char *lic_unicode_unfit(uint32_t character);
/* True when `text` (well-formed UTF-8) is in Unicode normalisation form C; otherwise *at is the
 * offset of the first character that is not. */
bool lic_unicode_is_nfc(lic_slice text, size_t *at);
/* Reads one character of well-formed UTF-8 at *at and moves on. */
uint32_t lic_utf8_next(lic_slice text, size_t *at);

/* Why any bytes may not stand as a text, or NULL. */
const char *lic_text_unfit(lic_slice text);
/* The same for a text that stands alone, such as a name or a value: neither may a blank begin or end it. */
const char *lic_name_unfit(lic_slice text);

/* What does something where it is shown: a control, a change of the direction of writing, a line separator. What
 * is merely invisible joins letters in some scripts, and does not count. */
bool lic_unicode_steers(uint32_t character);
/* Appends any bytes as people may see them: what steers is shown as \x1b or \u202e, a byte that is no
 * well-formed UTF-8 as \xff, and everything else is as it is. Nothing of it moves a terminal's cursor, breaks a
 * line or hides what follows. */
void lic_put_safe(lic_buffer *target, lic_slice text);

#endif
