/* sim_page.c - the comparison as one HTML page with plots in SVG: no script, no network, no other file. Places on the
 * plots are worked in integers. */
#include "sim.h"

#include <licet/number.h>

#include <string.h>

enum {
    WIDTH = 720,
    HEIGHT = 320,
    LEFT = 110,
    RIGHT = 48,
    TOP = 16,
    BOTTOM = 40,
    SERIES = 8,
    BAR = 14
};

static const char *const colours[SERIES] = {"#1b6ca8", "#c8553d", "#3c8d5a", "#8a5aa8",
                                            "#b8860b", "#4a4e69", "#d1495b", "#00798c"};

static void put_html(lic_buffer *out, lic_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c == '<') lic_put_text(out, "&lt;");
        else if (c == '>') lic_put_text(out, "&gt;");
        else if (c == '&') lic_put_text(out, "&amp;");
        else if (c == '"') lic_put_text(out, "&quot;");
        else lic_put_u8(out, c < ' ' ? ' ' : c);
    }
}

static void put_name(const lic_sim_table *table, const lic_sim_line *line, bool clause,
                     lic_buffer *out)
{
    lic_buffer name;
    lic_buffer_init(&name, table->cli->allocator, 1 << 16);
    lic_sim_put_name(line, clause, &name);
    put_html(out, lic_slice_of(name.data, name.size));
    lic_buffer_free(&name);
}

static void put_cell(const lic_sim_table *table, const lic_sim_line *line, lic_i128 units,
                     bool sign, lic_buffer *out)
{
    lic_put_text(out, units < 0 ? "<td class=\"n neg\">" : "<td class=\"n\">");
    lic_sim_put_amount(table, line, units, sign, out);
    lic_put_text(out, "</td>");
}

static void put_table(const lic_sim_table *table, const lic_sim_line *lines, size_t count,
                      bool clauses, lic_buffer *out)
{
    bool change = table->variant_count == 2;
    lic_put_text(out, "<div class=\"wide\"><table><thead><tr><th>");
    lic_put_text(out, clauses ? "Account, payee and clause" : "Account and payee");
    lic_put_text(out, "</th><th></th>");
    for (size_t v = 0; v < table->variant_count; v++) {
        lic_put_text(out, "<th class=\"n\">");
        put_html(out, lic_slice_text(table->variants[v].label));
        lic_put_text(out, "</th>");
    }
    lic_put_text(out, change ? "<th class=\"n\">change</th></tr></thead><tbody>\n"
                             : "</tr></thead><tbody>\n");
    for (size_t i = 0; i < count; i++) {
        lic_put_text(out, "<tr><td>");
        put_name(table, &lines[i], clauses, out);
        lic_put_text(out, "</td><td>");
        put_html(out, lines[i].about->currency);
        lic_put_text(out, "</td>");
        for (size_t v = 0; v < table->variant_count; v++)
            put_cell(table, &lines[i], lines[i].units[v], false, out);
        if (change) put_cell(table, &lines[i], lines[i].units[1] - lines[i].units[0], true, out);
        lic_put_text(out, "</tr>\n");
    }
    lic_put_text(out, "</tbody></table></div>\n");
}

/* -- plots ----------------------------------------------------------------------------------------------------- */

/* Amounts of different units are not drawn on one scale: the plot shows the first line's currency. */
static bool is_drawn(const lic_sim_table *table, const lic_sim_line *line)
{
    return lic_slice_equal(line->about->currency, table->payees[0].about->currency);
}

static void bounds(const lic_sim_table *table, lic_i128 *least, lic_i128 *most)
{
    *least = *most = 0;
    for (size_t i = 0; i < table->payee_count; i++) {
        if (!is_drawn(table, &table->payees[i])) continue;
        for (size_t v = 0; v < table->variant_count; v++) {
            lic_i128 units = table->payees[i].units[v];
            if (units < *least) *least = units;
            if (units > *most) *most = units;
        }
    }
    if (*most == *least) *most = *least + 1;
}

static int scaled(lic_i128 value, lic_i128 least, lic_i128 most, int size)
{
    lic_i128 range = most - least;
    while (range > ((lic_i128)1 << 90)) { /* the plot has fewer points than that */
        value >>= 8, least >>= 8, range >>= 8;
    }
    return (int)((value - least) * size / range);
}

/* Labelled in whole major units: the plot shows a shape, the table the pennies. */
static void grid_line(const lic_sim_table *table, lic_i128 value, int y, lic_buffer *out)
{
    for (uint8_t i = 0; i < table->payees[0].about->scale; i++) value /= 10;
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(value, 0, text);
    lic_put_format(out,
                   "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"grid\"/><text x=\"%d\" "
                   "y=\"%d\" class=\"n\">",
                   LEFT, y, WIDTH - RIGHT, y, LEFT - 8, y + 4);
    lic_put_bytes(out, text, size);
    lic_put_text(out, "</text>");
}

static void put_axes(const lic_sim_table *table, lic_i128 least, lic_i128 most, lic_buffer *out)
{
    int size = HEIGHT - TOP - BOTTOM;
    for (int i = 0; i <= 4; i++)
        grid_line(table, least + (most - least) * i / 4, HEIGHT - BOTTOM - size * i / 4, out);
    lic_put_u8(out, '\n');
}

static int place_x(const lic_sim_table *table, size_t variant)
{
    size_t steps = table->variant_count > 2 ? table->variant_count - 2 : 1;
    return LEFT + (int)((variant - 1) * (size_t)(WIDTH - LEFT - RIGHT) / steps);
}

/* A line a payee over the values of the sweep; variant 0 is how it went, and is not one of them. */
static void put_sweep(const lic_sim_table *table, lic_buffer *out)
{
    lic_i128 least = 0, most = 0;
    size_t drawn = 0, every = table->variant_count / 9 + 1;
    bounds(table, &least, &most);
    lic_put_format(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, HEIGHT);
    put_axes(table, least, most, out);
    for (size_t v = 1; v < table->variant_count; v += every) {
        lic_put_format(out, "<text x=\"%d\" y=\"%d\" class=\"m\">", place_x(table, v),
                       HEIGHT - BOTTOM + 18);
        put_html(out, lic_slice_text(table->variants[v].label));
        lic_put_text(out, "</text>");
    }
    for (size_t i = 0; i < table->payee_count && drawn < SERIES; i++) {
        if (!is_drawn(table, &table->payees[i])) continue;
        lic_put_format(out, "\n<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"",
                       colours[drawn]);
        for (size_t v = 1; v < table->variant_count; v++)
            lic_put_format(
                out, "%d,%d ", place_x(table, v),
                HEIGHT - BOTTOM -
                    scaled(table->payees[i].units[v], least, most, HEIGHT - TOP - BOTTOM));
        lic_put_text(out, "\"/>");
        drawn++;
    }
    lic_put_text(out, "</svg>\n<p class=\"key\">");
    drawn = 0;
    for (size_t i = 0; i < table->payee_count && drawn < SERIES; i++) {
        if (!is_drawn(table, &table->payees[i])) continue;
        lic_put_format(out, "<span style=\"color:%s\">&#9644;</span> ", colours[drawn++]);
        put_name(table, &table->payees[i], false, out);
        lic_put_text(out, " &ensp; ");
    }
    lic_put_text(out, "</p>\n");
}

/* Two bars a payee: now and then. */
static void put_bars(const lic_sim_table *table, lic_buffer *out)
{
    lic_i128 least = 0, most = 0;
    size_t rows = table->payee_count < 40 ? table->payee_count : 40;
    int left = 250, height = (int)rows * (2 * BAR + 12) + 10;
    bounds(table, &least, &most);
    lic_put_format(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, height);
    for (size_t i = 0; i < rows; i++) {
        const lic_sim_line *line = &table->payees[i];
        int y = (int)i * (2 * BAR + 12) + 6, zero = scaled(0, least, most, WIDTH - left - RIGHT);
        if (!is_drawn(table, line)) continue;
        lic_put_format(out, "\n<text x=\"%d\" y=\"%d\" class=\"n\">", left - 8, y + BAR + 4);
        put_name(table, line, false, out);
        lic_put_text(out, "</text>");
        for (size_t v = 0; v < 2 && v < table->variant_count; v++) {
            int end = scaled(line->units[v], least, most, WIDTH - left - RIGHT);
            lic_put_format(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>",
                           left + (end < zero ? end : zero), y + (int)v * BAR,
                           end < zero ? zero - end : end - zero, BAR - 2, colours[v]);
        }
    }
    lic_put_format(out,
                   "</svg>\n<p class=\"key\"><span style=\"color:%s\">&#9644;</span> now &ensp; "
                   "<span style=\"color:%s\">&#9644;</span> then</p>\n",
                   colours[0], colours[1]);
}

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:#222;max-width:64rem;margin:2rem auto;padding:0 "
    "1rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}\n"
    "td:first-child{white-space:nowrap}td,th{padding:.3rem .6rem;border-bottom:1px solid "
    "#ddd;text-align:left;vertical-align:top}\n"
    "thead th{border-bottom:2px solid "
    "#888}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".neg{color:#a33}svg{width:100%;height:auto;background:#fafafa;border:1px solid #eee}\n"
    "svg text{font:12px system-ui,sans-serif;fill:#444}svg text.n{text-anchor:end}svg "
    "text.m{text-anchor:middle}\n"
    ".grid{stroke:#ddd}.key{font-size:.9rem;color:#444}footer{color:#666;font-size:.85rem;margin-"
    "top:2rem}\n</style>\n<title>";

static void put_paragraph(const char *text, lic_buffer *out)
{
    if (text == NULL) return;
    lic_put_text(out, "<p>");
    put_html(out, lic_slice_text(text));
    lic_put_text(out, "</p>\n");
}

void lic_sim_page(const lic_sim_table *table, lic_buffer *out)
{
    lic_put_text(out, head);
    put_html(out, lic_slice_text(table->subject));
    lic_put_text(out, "</title></head><body>\n<h1>What if: ");
    put_html(out, lic_slice_text(table->subject));
    lic_put_text(out, "</h1>\n");
    put_paragraph(table->changed, out);
    put_paragraph(table->swept, out);
    if (table->payee_count > 0 && table->swept != NULL) put_sweep(table, out);
    else if (table->payee_count > 0) put_bars(table, out);
    lic_put_text(out, "<h2>What came to whom</h2>\n");
    put_table(table, table->payees, table->payee_count, false, out);
    lic_put_text(out, "<h2>By which clause</h2>\n");
    put_table(table, table->lines, table->line_count, true, out);
    lic_put_text(
        out,
        "<footer>Played on a ledger in memory by licet. No ledger was changed, nobody owes any of "
        "this.</footer>\n</body></html>\n");
}
