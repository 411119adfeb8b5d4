/* undefine_kinds.h - clears the macros that a user of records.def defined. No include guard: it is
 * included after every use. */
#undef PART
#undef RECORD
#undef END_RECORD
#undef TEXT
#undef BYTES
#undef NUM
#undef INT
#undef WIDE
#undef FLAG
#undef NAME
#undef REF
#undef OPT
#undef SPAN
#undef OWN
#undef TYPE
#undef NEST
#undef HASH
#undef SET
#undef CODE
#undef GAS
#undef ITEM_TEXT
#undef ITEM_NUM
#undef INSTRUCTION
