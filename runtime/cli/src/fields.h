/* fields.h - facts with names, written as aligned lines for people or as one JSON object. Lists are
 * arrays of objects in JSON; for people each item is one indented line. */
#ifndef LICET_CLI_FIELDS_H
#define LICET_CLI_FIELDS_H

#include <licet/cli.h>
#include <licet/crypto.h>
#include <licet/date.h>

typedef struct lic_fields {
    lic_cli *cli;
    lic_json json;
    bool listing; /* inside a list */
    bool started; /* the item's line holds something */
} lic_fields;

/* Begins the object; lic_fields_finish ends it and sends it. */
void lic_fields_begin(lic_fields *fields, lic_cli *cli);
lic_status lic_fields_finish(lic_fields *fields);

void lic_fields_slice(lic_fields *fields, const char *name, lic_slice text);
void lic_fields_text(lic_fields *fields, const char *name, const char *text);
/* As a JSON number: below 2^53. */
void lic_fields_integer(lic_fields *fields, const char *name, uint64_t value);
/* As text in JSON too: may be larger. */
void lic_fields_number(lic_fields *fields, const char *name, lic_i128 value);
void lic_fields_bool(lic_fields *fields, const char *name, bool value);
void lic_fields_hash(lic_fields *fields, const char *name, const lic_hash *hash);
void lic_fields_key(lic_fields *fields, const char *name, const lic_key *key); /* did:key */
void lic_fields_date(lic_fields *fields, const char *name, lic_date date);
/* A block's time: for people day and time of day, in JSON `time` in seconds, and `date`. */
void lic_fields_moment(lic_fields *fields, int64_t time);

/* What a number or hash stands for. For people the name alone, of a hash with its beginning in brackets; in JSON the
 * value under `name`, and the name under `name_key`. An empty text: nothing is known by that value. */
void lic_fields_named_hash(lic_fields *fields, const char *name, const lic_hash *hash,
                           const char *name_key, lic_slice text);
void lic_fields_named_number(lic_fields *fields, const char *name, uint64_t value,
                             const char *name_key, lic_slice text);

/* Lists are not nested. */
void lic_fields_list(lic_fields *fields, const char *name);
void lic_fields_item(lic_fields *fields);
void lic_fields_item_end(lic_fields *fields);
void lic_fields_list_end(lic_fields *fields);

#endif
