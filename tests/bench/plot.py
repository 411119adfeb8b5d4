"""Plots as SVG, by hand: lines(TITLE, X-LABEL, XS, {NAME: YS}) with both axes logarithmic. Values and names stand at the ends of
the lines, so that nothing hangs on colour."""
import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 380, 70, 190, 40, 50
COLOURS = ["#1b6ca8", "#c1440e", "#2e7d32", "#7b3f9e", "#8a6d00"]


def short(value):
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def decades(values):
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values)) - 1e-9))


def apart(places, gap=15):
    """Heights of labels, moved so that none covers another; in the order given."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    moved, last = [0.0] * len(places), -math.inf
    for n in order:
        last = moved[n] = max(places[n], last + gap)
    return moved


def lines(title, x_label, xs, series):
    x0, x1 = decades(xs)
    y0, y1 = decades([y for ys in series.values() for y in ys])

    def at_x(x):
        return LEFT + (math.log10(x) - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT)

    def at_y(y):
        return HEIGHT - BOTTOM - (math.log10(y) - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
           f'font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<text x="{LEFT}" y="22" font-size="14">{title}</text>']
    for n in range(x0, x1 + 1):
        x = at_x(10 ** n)
        out.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                   f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{short(10 ** n)}</text>')
    for n in range(y0, y1 + 1):
        y = at_y(10 ** n)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{short(10 ** n)}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{x_label}</text>')
    heights = apart([at_y(ys[-1]) + 4 for ys in series.values()])
    for (name, ys), colour, height in zip(series.items(), COLOURS, heights):
        points = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in zip(xs, ys))
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in zip(xs, ys)]
        out.append(f'<text x="{at_x(xs[-1]) + 8:.1f}" y="{height:.1f}" fill="{colour}">{name}: {short(ys[-1])}</text>')
    return "\n".join(out) + "\n</svg>\n"
