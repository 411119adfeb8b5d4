#!/usr/bin/env python3
"""The merchandise licence with exact rationals, from its prose: one result a line.

    merchandise.py DATA_DIR [--rounding MODE] [--marginal] [--reserve-last]

A quarter owes a rate of gross sales that depends on the units sold, for all of them: 4 % up to and with
1,000, 6 % below 10,000, 8 % from there; at most 5,000.00. Ten percent of what is due is put into the
reserve; the rest is paid when it is 25.00 or more, otherwise it waits. A year owes what is missing to
12,000.00, in proportion to the days of the year in the term (2026-02-15 to 2027-10-31).
"""
import argparse
import datetime
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import read_tsv, round_to, text  # noqa: E402

UNIT = F(1, 100)
FIRST, LAST = datetime.date(2026, 2, 15), datetime.date(2027, 10, 31)


def rate(units):
    if units <= 1_000:
        return F(4, 100)
    return F(6, 100) if units < 10_000 else F(8, 100)


def marginal_amount(units, gross):
    """What a reader who takes `whole` for `marginal` would compute (for the test's own test)."""
    if not units:
        return F(0)
    parts = ((min(units, 1_000), F(4, 100)), (max(0, min(units, 9_999) - 1_000), F(6, 100)),
             (max(0, units - 9_999), F(8, 100)))
    return sum(n * r for n, r in parts) * gross / units


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("data")
    ap.add_argument("--rounding", default="half_up")
    ap.add_argument("--marginal", action="store_true")
    ap.add_argument("--reserve-last", action="store_true")
    a = ap.parse_args()
    due = reserve = F(0)
    net_of_year = {}
    for name in sorted(n[:-4] for n in os.listdir(a.data) if n.endswith(".tsv")):
        lines = [(int(u), F(p)) for _s, _c, u, p in read_tsv(os.path.join(a.data, f"{name}.tsv"))]
        units, gross = sum(u for u, _ in lines), sum(u * p for u, p in lines)
        exact = marginal_amount(units, gross) if a.marginal else rate(units) * gross
        earned = round_to(exact, UNIT, a.rounding)
        cut = min(F(0), F(5_000) - earned)
        due += earned + cut
        net_of_year[int(name[:4])] = net_of_year.get(int(name[:4]), F(0)) + earned + cut
        kept = round_to(due / 10, UNIT, a.rounding)
        if not a.reserve_last:
            due -= kept
            reserve += kept
        paid = due if due >= 25 else F(0)
        due -= paid
        if a.reserve_last:
            kept = min(kept, due)
            due -= kept
            reserve += kept
        print("Toy", name, text(earned), text(cut), text(earned + cut), sep="\t")
        print("Returns", name, text(kept), sep="\t")
        print("Payout", name, text(paid), text(due), sep="\t")
    for year, net in sorted(net_of_year.items()):
        first, last = max(datetime.date(year, 1, 1), FIRST), min(datetime.date(year, 12, 31), LAST)
        fraction = F((last - first).days + 1, 365)
        missing = max(F(0), round_to(12_000 * fraction - net, UNIT, a.rounding))
        print("Yearly", year, text(missing), last + datetime.timedelta(days=60), sep="\t")
    print("Due", "end", text(due), sep="\t")
    print("Reserve", "end", text(reserve), sep="\t")


if __name__ == "__main__":
    main()
