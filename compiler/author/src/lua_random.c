/* lua_random.c - math.random: whole numbers from a seed that is given, the same on every machine.
 * xoshiro256** 1.0 (Blackman, Vigna: "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021),
 * its state filled by SplitMix64 (Steele, Lea, Flood: OOPSLA 2014). No secrets come from it. */
#include "lua_parts.h"

static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void lic_lua_random_seed(lic_lua_random *random, uint64_t seed)
{
    for (size_t i = 0; i < LIC_COUNT(random->state); i++) random->state[i] = split_mix(&seed);
}

static uint64_t rotate(uint64_t value, unsigned by)
{
    return value << by | value >> (64 - by);
}

static uint64_t draw(lic_lua_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

/* From 0 to `last`, each as likely: draws beyond the last whole multiple are thrown away. */
static uint64_t draw_up_to(lic_lua_random *random, uint64_t last)
{
    if (last == UINT64_MAX) return draw(random);
    uint64_t range = last + 1, unfair = (UINT64_MAX - range + 1) % range, drawn = 0;
    do drawn = draw(random);
    while (drawn < unfair);
    return drawn % range;
}

/* random(n): 1 to n; random(m, n): m to n; random(0): any integer. */
int lic_lua_random_call(lua_State *L)
{
    lic_lua_random *random = &lic_lua_of(L)->random;
    if (lua_gettop(L) == 0)
        return luaL_error(L, "math.random() would be a fraction: give a range, math.random(1, n)");
    lua_Integer low = 1, high = luaL_checkinteger(L, 1);
    if (lua_gettop(L) == 1 && high == 0) {
        lua_pushinteger(L, (lua_Integer)draw(random));
        return 1;
    }
    if (lua_gettop(L) > 1) low = high, high = luaL_checkinteger(L, 2);
    luaL_argcheck(L, low <= high, lua_gettop(L) > 1 ? 2 : 1, "the range is empty");
    uint64_t drawn = draw_up_to(random, (uint64_t)high - (uint64_t)low);
    lua_pushinteger(L, (lua_Integer)((uint64_t)low + drawn));
    return 1;
}
