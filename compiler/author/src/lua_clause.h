/* lua_clause.h - clauses and agreements in Lua: templates with holes, the values that fill them, and what is
 * composed of them. The compiler's fragments (licet/fragment.h) do the work; docs/spec/clauses.md says what a
 * script sees. */
#ifndef LICET_AUTHOR_LUA_CLAUSE_H
#define LICET_AUTHOR_LUA_CLAUSE_H

#include "lua_state.h"

#include <licet/fragment.h>

/* Sets the globals `clause`, `agreement` and `clauses`. */
void lic_lua_open_clauses(lua_State *L);

/* True when the value at `index` is a composed agreement: its name and its canonical text, which stay as
 * long as the value. */
bool lic_lua_is_agreement(lua_State *L, int index, lic_slice *name, lic_slice *text);

/* -- lua_filling.c: from values to fillings ---------------------------------------------------------------- */

/* A value that is none of Lua's: a text, a word, a set, lines, an expression. */
void lic_lua_open_parts(lua_State *L); /* the table of constructors is on top */
/* Pushes a part; its payload (a string or a table) is on top and is taken. `values`: stack index of the values
 * of a template, or 0. */
void lic_lua_push_part(lua_State *L, lic_filling_kind kind, int values);
/* LIC_FILLING_NONE + kind of the part, or -1. */
int lic_lua_part_kind(lua_State *L, int index);
/* The template of the text with the values of the table at `values` (0: none). Everything lies in `arena` or
 * in Lua strings that the table holds. Raises on what can fill no hole. */
lic_template lic_lua_template(lua_State *L, lic_slice text, int values, lic_arena *arena);

/* An arena that ends with the userdata on top of the stack, or sooner with lic_lua_arena_end; raises when
 * memory is out. */
lic_arena *lic_lua_arena(lua_State *L);
void lic_lua_arena_end(lua_State *L, int index);
/* Raises when lists or templates stand too deeply in one another: each level takes a place of the stack. */
void lic_lua_check_depth(lua_State *L);
/* lua_define.c: clause.define. */
int lic_lua_define(lua_State *L);

/* -- lua_clause.c ------------------------------------------------------------------------------------------- */

/* The fragment of the clause at `index`, or NULL. */
const lic_fragment *lic_lua_clause_at(lua_State *L, int index);
/* Gives all clauses in the value at `index` (a clause, or a list of clauses and lists) this origin: a string
 * on top of the stack, which is taken. */
void lic_lua_clause_origin(lua_State *L, int index);
/* Reads the text as a clause with the values at `values` (0: none), and pushes it. */
void lic_lua_push_clause(lua_State *L, lic_slice text, int values);
/* Raises what a compile found: "PLACE: title (P15), and 2 more mistakes". */
LIC_NORETURN void lic_lua_raise_found(lua_State *L, const char *place, const lic_diagnostic *found,
                                      size_t more);
/* lua_agreement.c: agreement "Name" "Title" { … } */
void lic_lua_open_agreements(lua_State *L);

#endif
