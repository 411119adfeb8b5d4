/* nearest.c - the word that somebody meant. */
#include <licet/bytes.h>

#define NEAREST_MAX 40 /* longer words are no misspelling of anything */

static size_t least(size_t a, size_t b, size_t c)
{
    size_t least_two = a < b ? a : b;
    return least_two < c ? least_two : c;
}

/* Optimal string alignment distance: insertions, deletions, substitutions, transpositions. */
static size_t distance(lic_slice a, lic_slice b)
{
    size_t rows[3][NEAREST_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b.size; j++) last[j] = j, before[j] = 0;
    for (size_t i = 1; i <= a.size; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t change = a.data[i - 1] == b.data[j - 1] ? 0 : 1;
            now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + change);
            bool swapped = i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
                           a.data[i - 2] == b.data[j - 1];
            if (swapped && before[j - 2] + 1 < now[j]) now[j] = before[j - 2] + 1;
        }
        size_t *spare = before;
        before = last, last = now, now = spare;
    }
    return last[b.size];
}

const char *lic_nearest(lic_slice word, const char *const *candidates, size_t count)
{
    if (word.size == 0 || word.size > NEAREST_MAX) return NULL;
    size_t best = word.size <= 3 ? 2 : word.size / 3 + 1; /* must be below this */
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        lic_slice candidate = lic_slice_text(candidates[i]);
        if (candidate.size > NEAREST_MAX) continue;
        size_t d = distance(word, candidate);
        if (d >= best || d >= candidate.size || d >= word.size) continue;
        best = d;
        nearest = candidates[i];
    }
    return nearest;
}
