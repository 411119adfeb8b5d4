"""Exact arithmetic for the oracles: rationals, the four rounding modes, largest-remainder shares.

Written for the tests alone, from docs/spec/numbers.md; nothing here is shared with the engine, so
that an error in one of the two shows as a difference.
"""
from fractions import Fraction


def round_to(value, unit, mode):
    """`value` (Fraction) as a multiple of `unit`; mode half_even, half_up, floor or ceiling.

    half_up rounds a tie away from zero.
    """
    steps = Fraction(value) / Fraction(unit)
    low = steps.numerator // steps.denominator
    rest = steps - low
    if mode == "floor":
        up = False
    elif mode == "ceiling":
        up = rest > 0
    elif mode == "half_up":
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low >= 0)
    elif mode == "half_even":
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1)
    else:
        raise ValueError(f"no rounding mode {mode}")
    return (low + (1 if up else 0)) * Fraction(unit)


def share_out(amount, shares, unit):
    """Largest remainder; a tie goes to the share written first. Shares are fractions of one."""
    if sum(shares) != 1:
        raise ValueError("shares are not 100 %")
    parts = [round_to(amount * s, unit, "floor") for s in shares]
    rests = [amount * s - p for s, p in zip(shares, parts)]
    left = (amount - sum(parts)) / Fraction(unit)
    if left.denominator != 1 or left < 0:
        raise ValueError("the amount is not a multiple of the unit")
    order = sorted(range(len(shares)), key=lambda i: (-rests[i], i))
    for i in order[:int(left)]:
        parts[i] += Fraction(unit)
    return parts


def share_out_pennies_to(amount, shares, unit, party):
    """Every part is rounded down; what is left goes to share number `party`."""
    if sum(shares) != 1:
        raise ValueError("shares are not 100 %")
    parts = [round_to(amount * s, unit, "floor") for s in shares]
    parts[party] += amount - sum(parts)
    return parts


def marginal(tiers, start, quantity):
    """Sum over tiers of the part of (start, start + quantity] in each, times its value.

    `tiers`: (upper edge or None, value), ascending, upper edges inclusive.
    """
    total, low, end = Fraction(0), Fraction(0), start + quantity
    for edge, value in tiers:
        high = end if edge is None else min(Fraction(edge), end)
        part = high - max(low, start)
        if part > 0:
            total += part * value
        if edge is None:
            break
        low = Fraction(edge)
    return total


def whole(tiers, quantity):
    """The value of the one tier in which `quantity` lies."""
    for edge, value in tiers:
        if edge is None or quantity <= edge:
            return value
    raise ValueError("no tier")


def text(value, places=2):
    """A decimal with exactly `places` digits; refuses to lose any."""
    scaled = Fraction(value) * 10 ** places
    if scaled.denominator != 1:
        raise ValueError(f"{value} does not fit {places} decimals")
    sign, n = ("-" if scaled < 0 else ""), abs(scaled.numerator)
    whole_part, rest = divmod(n, 10 ** places)
    return f"{sign}{whole_part}.{rest:0{places}d}" if places else f"{sign}{n}"


def read_tsv(path):
    with open(path, "rb") as f:
        return [line.decode("utf-8").split("\t") for line in f.read().split(b"\n") if line]
