/* check/works.c - which works two grants have in common: by the schedule that they name, and by
 * identifiers that stand in the file, in a grant or in the rows of its schedule. Identifiers are compared
 * in canonical form. */
#include "check/grants.h"

#include <licet/reference.h>
#include <string.h>

struct lic_works {
    const void *of; /* the schedule's symbol, or the grant's clause */
    lic_slice *ids; /* canonical, the number of the kind before it, ascending */
    size_t count, capacity;
    lic_works *next;
};

static void add_id(lic_compilation *c, lic_works *works, uint16_t kind, lic_slice text)
{
    char canonical[LIC_IDENTIFIER_TEXT];
    if (lic_identifier_canonical(kind, text, canonical) != LIC_IDENTIFIER_GOOD) return;
    works->ids = lic_grow(c, works->ids, works->count, &works->capacity, sizeof *works->ids);
    works->ids[works->count++] = lic_slice_text(lic_text(c, "%u %s", kind, canonical));
}

static int compare(lic_slice a, lic_slice b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.data, b.data, size);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static void merge(lic_slice *target, const lic_slice *source, size_t middle, size_t count)
{
    size_t left = 0, right = middle;
    for (size_t i = 0; i < count; i++) {
        bool first = right == count || (left < middle && compare(source[left], source[right]) <= 0);
        target[i] = first ? source[left++] : source[right++];
    }
}

/* By halves, between two arrays. */
static void sort(lic_slice *ids, lic_slice *other, size_t count)
{
    if (count < 2) return;
    size_t middle = count / 2;
    sort(ids, other, middle);
    sort(ids + middle, other + middle, count - middle);
    memcpy(other, ids, count * sizeof *ids);
    merge(ids, other, middle, count);
}

static void add_rows(lic_compilation *c, lic_works *works, const lic_symbol *schedule)
{
    for (uint32_t i = 0; i < schedule->node->child_count; i++) {
        const lic_node *row = schedule->node->children[i];
        if (row->kind != LIC_NODE_ROW) continue;
        const lic_symbol *column = schedule->members;
        for (uint32_t k = 0; column && k < row->child_count; k++, column = column->next_member)
            if (column->form == LIC_FORM_IDENTIFIER && row->children[k]->kind == LIC_NODE_TEXT)
                add_id(c, works, column->meaning.unit, row->children[k]->text);
    }
}

const lic_works *lic_works_of(lic_compilation *c, const lic_symbol *grant, lic_works **known)
{
    const lic_node *clause = lic_grant_clause(grant, "of");
    if (!clause) return NULL;
    const lic_node *word = clause->children[0];
    bool schedule = word->kind == LIC_NODE_NAME_REF;
    const void *of = schedule ? (const void *)word->symbol : (const void *)clause;
    for (const lic_works *w = *known; w; w = w->next)
        if (w->of == of) return w;
    lic_works *works = lic_new(c, sizeof *works);
    *works = (lic_works){.of = of, .next = *known};
    *known = works;
    uint16_t kind = 0;
    if (schedule && word->symbol) add_rows(c, works, word->symbol);
    if (!schedule && lic_identifier_find(word->name, &kind))
        add_id(c, works, kind, clause->children[1]->text);
    sort(works->ids, lic_new(c, (works->count + 1) * sizeof *works->ids), works->count);
    return works;
}

bool lic_works_shared(const lic_works *a, const lic_works *b)
{
    if (!a || !b) return false;
    if (a == b) return true;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        int order = compare(a->ids[i], b->ids[k]);
        if (order == 0) return true;
        if (order < 0) i++;
        else k++;
    }
    return false;
}
