#!/usr/bin/env python3
"""A month of streams with exact rationals and any wording of its terms.

    month.py DATA_DIR OUT_DIR [--products a,b,c] [--choose greater|lesser] [--no-minimum]
             [--rounding MODE] [--reverse-ties] [--recoup-first] [--payout-first]

With no option it gives what tests/workload/oracle.py gives (a test compares them); the options say
what a changed agreement must give. It shares no code with that program or the engine: amounts
are Fractions of a dollar, and the units appear only where a file is read or written.
"""
import argparse
import os
import re
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import marginal, read_tsv, round_to, text  # noqa: E402

MICRO, BP = F(1, 1_000_000), F(1, 10_000)
REASONS = ("BAD_UTF8", "BAD_COLUMNS", "BAD_LINE_ID", "BAD_ISRC", "UNKNOWN_ISRC",
           "UNKNOWN_TERRITORY", "UNKNOWN_PRODUCT", "NEGATIVE_UNITS", "BAD_UNITS",
           "UNITS_OVERFLOW", "BAD_GROSS", "GROSS_OVERFLOW", "DUPLICATE_LINE")


class Catalogue:
    def __init__(self, folder, products):
        def rows(name):
            return read_tsv(os.path.join(folder, name))
        self.territories = {c: (int(f) * BP, int(w) * BP) for c, f, w in rows("territories.tsv")}
        starts = {}
        for card, _n, start, *rates in rows("cards.tsv"):
            if len(rates) < len(products):
                raise SystemExit("a card has fewer rates than there are products")
            starts.setdefault(card, []).append((int(start), [int(r) * MICRO for r in rates]))
        self.cards = {}                       # card -> product -> tiers of (upper edge, rate)
        for card, tiers in starts.items():
            edges = [t[0] for t in tiers[1:]] + [None]
            self.cards[card] = {p: [(e, t[1][i]) for e, t in zip(edges, tiers)]
                                for i, p in enumerate(products)}
        self.contracts = {k: (c, int(s) * BP, int(a) * MICRO)
                          for k, c, s, a in rows("contracts.tsv")}
        self.works = {w: (k, int(o), int(m) * MICRO) for w, k, o, m, _t in rows("works.tsv")}
        self.payees = {p: t for p, t in rows("payees.tsv")}
        self.holders = {}
        for work, _n, payee, share in rows("splits.tsv"):
            self.holders.setdefault(work, []).append((payee, int(share) * BP))


def whole_number(field):
    return re.fullmatch(r"0|[1-9][0-9]*", field, re.ASCII) is not None


def judge(raw, cat, products, used):
    """The reason for which the line is set aside, or its values."""
    try:
        cells = raw.decode("utf-8").split("\t")
    except UnicodeDecodeError:
        return "BAD_UTF8"
    if len(cells) != 7:
        return "BAD_COLUMNS"
    line, work, territory, product, units, gross, _ = cells
    checks = (
        ("BAD_LINE_ID", whole_number(line) and len(line) <= 18),
        ("BAD_ISRC", re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", work, re.ASCII)),
        ("UNKNOWN_ISRC", work in cat.works),
        ("UNKNOWN_TERRITORY", territory in cat.territories),
        ("UNKNOWN_PRODUCT", product in products),
        ("NEGATIVE_UNITS", not re.fullmatch(r"-[0-9]+", units, re.ASCII)),
        ("BAD_UNITS", whole_number(units)),
        ("UNITS_OVERFLOW", not whole_number(units) or int(units) <= 10 ** 9),
        ("BAD_GROSS", gross == "" or whole_number(gross)),
        ("GROSS_OVERFLOW", not whole_number(gross) or int(gross) <= 10 ** 15),
        ("DUPLICATE_LINE", line not in used))
    for reason, passed in checks:
        if not passed:
            return reason
    used.add(line)
    return work, territory, product, int(units), int(gross or "0") * MICRO


def split(amount, shares, reverse):
    """Largest remainder in micro-USD; ties go in written order, or the other way round."""
    exact = [amount * s for s in shares]
    parts = [round_to(x, MICRO, "floor") for x in exact]
    left = (amount - sum(parts)) / MICRO
    rank = sorted(range(len(shares)),
                  key=lambda i: (parts[i] - exact[i], -i if reverse else i))
    for i in rank[:int(left)]:
        parts[i] += MICRO
    return parts


def close_work(exact, minimum, open_advance, a):
    earned = round_to(exact, MICRO, a.rounding)
    if a.recoup_first:
        recouped = min(earned, open_advance)
        topup = max(F(0), minimum - (earned - recouped))
    else:
        topup = F(0) if a.no_minimum else max(F(0), minimum - earned)
        recouped = min(earned + topup, open_advance)
    return earned, topup, recouped, earned + topup - recouped


def micro(value):
    return text(value * 1_000_000, 0)


def settle(a):
    products = a.products.split(",")
    cat = Catalogue(a.data, products)
    value = {w: F(0) for w in cat.works}
    units = {w: row[1] for w, row in cat.works.items()}
    counts, rejects, used, lines, units_total = dict.fromkeys(REASONS, 0), [], set(), 0, 0
    best = max if a.choose == "greater" else min
    with open(os.path.join(a.data, "usage.tsv"), "rb") as f:
        for raw in f:
            lines += 1
            result = judge(raw[:-1] if raw[-1:] == b"\n" else raw, cat, products, used)
            if isinstance(result, str):
                counts[result] += 1
                rejects.append((str(lines), result))
                continue
            work, territory, product, count, gross = result
            card, share, _ = cat.contracts[cat.works[work][0]]
            by_units = marginal(cat.cards[card][product], units[work], count)
            value[work] += best(by_units * cat.territories[territory][0], gross * share)
            units[work] += count
            units_total += count
    left = {k: row[2] for k, row in cat.contracts.items()}
    gross_of = {p: F(0) for p in cat.payees}
    rows = {"works": [], "payees": [], "contracts": [], "rejects": rejects}
    sums = dict.fromkeys(("earned", "topup", "recouped", "distributed", "withheld", "paid"), F(0))
    for work, (contract, _opening, minimum) in cat.works.items():
        closed = close_work(value[work], minimum, left[contract], a)
        left[contract] -= closed[2]
        shares = cat.holders[work]
        for (payee, _), part in zip(shares, split(closed[3], [s for _, s in shares], a.reverse_ties)):
            gross_of[payee] += part
        rows["works"].append((work, str(units[work]), *map(micro, closed)))
        for name, amount in zip(("earned", "topup", "recouped", "distributed"), closed):
            sums[name] += amount
    for payee, territory in cat.payees.items():
        gross = gross_of[payee]
        tax = F(0) if a.payout_first else round_to(gross * cat.territories[territory][1], MICRO, a.rounding)
        rows["payees"].append((payee, micro(gross), micro(tax), micro(gross - tax)))
        sums["withheld"] += tax
        sums["paid"] += gross - tax
    rows["contracts"] = [(k, micro(c[2]), micro(c[2] - left[k]), micro(left[k]))
                         for k, c in cat.contracts.items()]
    rows["totals"] = [("lines", str(lines)), ("accepted", str(lines - len(rejects))),
                      ("rejected", str(len(rejects))), *((k, str(n)) for k, n in counts.items()),
                      ("units", str(units_total)), ("value_exact", text(sum(value.values()) * 10 ** 10, 0)),
                      *((k, micro(v)) for k, v in sums.items())]
    return rows


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("data")
    ap.add_argument("out")
    ap.add_argument("--products", default="free,premium,family")
    ap.add_argument("--choose", choices=("greater", "lesser"), default="greater")
    ap.add_argument("--no-minimum", action="store_true")
    ap.add_argument("--rounding", default="half_even")
    ap.add_argument("--reverse-ties", action="store_true")
    ap.add_argument("--recoup-first", action="store_true")
    ap.add_argument("--payout-first", action="store_true")
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    for name, rows in settle(a).items():
        with open(os.path.join(a.out, f"{name}.out.tsv"), "w", encoding="ascii", newline="\n") as f:
            f.writelines("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
