/* internal.h - what the files of vm/image share: limits of an image, names of the small
 * enumerations, and the passes of decoder and verifier. */
#ifndef LICET_IMAGE_INTERNAL_H
#define LICET_IMAGE_INTERNAL_H

#include <licet/image.h>
#include <licet/standard.h>

#define LIC_IMAGE_MAGIC "LICM"
#define LIC_IMAGE_FORMAT 1
#define LIC_TABLES_MAX 250  /* a FIELD operand has 8 bits for the table; 255 means none */
#define LIC_FIELDS_MAX 4096 /* the verifier sorts them by place in memory of its own */
#define LIC_PENDING_MAX 64 /* jump targets ahead of one instruction: bounds the verifier's memory */
#define LIC_FIELD_MUTABLE (1u << 23)

/* NULL-terminated lists of names; the number is the position. */
extern const char *const lic_form_names[];
extern const char *const lic_role_names[];
extern const char *const lic_table_kind_names[];
extern const char *const lic_account_kind_names[];
extern const char *const lic_source_names[];
extern const char *const lic_phase_kind_names[];
extern const char *const lic_entry_kind_names[];
extern const char *const lic_rounding_names[];
extern const char *const lic_kind_names[];
size_t lic_names_count(const char *const *names);

/* Operand roles of opcodes.def. */
typedef enum lic_operand {
    LIC_OPERAND_NONE,
    LIC_OPERAND_W,
    LIC_OPERAND_W2,
    LIC_OPERAND_R,
    LIC_OPERAND_RK,
    LIC_OPERAND_R2,
    LIC_OPERAND_ROWREG,
    LIC_OPERAND_ROPT,
    LIC_OPERAND_N8,
    LIC_OPERAND_GAS
} lic_operand;

typedef enum lic_imm {
    LIC_IMM_NONE,
    LIC_IMM_K,
    LIC_IMM_KK,
    LIC_IMM_FIELD,
    LIC_IMM_FIELD2,
    LIC_IMM_TABLE,
    LIC_IMM_TARGET,
    LIC_IMM_TIERS,
    LIC_IMM_SPLIT,
    LIC_IMM_ACCTS,
    LIC_IMM_NATIVE,
    LIC_IMM_DUTY,
    LIC_IMM_EVENT,
    LIC_IMM_TERM,
    LIC_IMM_STATE,
    LIC_IMM_REASON,
    LIC_IMM_N
} lic_imm;

typedef struct lic_op_info {
    const char *name;
    uint8_t a, b, c; /* lic_operand */
    uint8_t imm;     /* lic_imm */
    uint8_t gas;
} lic_op_info;
const lic_op_info *lic_op_find(uint8_t op); /* NULL when undefined */

/* JUMP, BRANCH, LABEL, END, REFUSE: they end a block and carry its gas. */
bool lic_op_terminates(uint8_t op);
/* JUMP, END, REFUSE: what follows is reached by a jump alone. */
bool lic_op_leaves(uint8_t op);
static inline uint32_t lic_block_gas(lic_instruction i)
{
    return i.b | (uint32_t)i.c << 8;
}

/* Well-formed type whose indexes exist in the image. NONE is not one. */
bool lic_type_valid(const lic_image *image, lic_type type);
/* The type that values of a table's keys have in registers; kind NONE without key. */
lic_type lic_key_type(const lic_table *table);

/* First defect of the decoded image's indexes and texts, or OK. */
lic_status lic_image_check(const lic_image *image, lic_error *error);

/* Fields of the image by place: built once, then found in logarithmic time. */
typedef struct lic_places {
    uint16_t order[LIC_FIELDS_MAX];
    uint32_t count;
} lic_places;
void lic_places_build(const lic_image *image, lic_places *places);
/* By the FIELD operand of an instruction; LIC_NONE16 when no field begins there. */
uint16_t lic_places_find(const lic_image *image, const lic_places *places, uint32_t operand);

/* The passes of the verifier, in this order. */
lic_status lic_verify_layout(const lic_image *image, const lic_places *places,
                             lic_error *error); /* tables, fields, values */
lic_status lic_verify_readers(const lic_image *image,
                              lic_error *error); /* columns, parameters, ... */
lic_status lic_verify_subjects(const lic_image *image, const lic_places *places,
                               lic_error *error); /* accounts, reports, ... */
lic_status lic_verify_entries(const lic_image *image,
                              lic_error *error); /* entries, phases, inputs */
lic_status lic_verify_code(const lic_image *image, const lic_places *places,
                           lic_error *error);                        /* instructions */
lic_status lic_verify_gas(const lic_image *image, lic_error *error); /* blocks, phases, entries */

#endif
