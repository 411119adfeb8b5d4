#!/usr/bin/env python3
"""The synchronisation licence: who gets what of each payment, from its prose; one result a line.

    sync.py [--rounding MODE] [--pennies-to Publisher]

A fee of 120,000.01 in parts of 25, 25 and 50 % (signature, delivery, release), bonuses of 15,000.00 and
35,000.03 when the gross passes 10 and 25 million; each payment is shared 60 / 40 when it is made, and the
odd penny is the composer's. The first n parts of a fee are together its share rounded half up.
"""
import argparse
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import round_to, share_out_pennies_to, text  # noqa: E402

FEE, PARTS = F("120000.01"), (F(25, 100), F(25, 100), F(50, 100))
BONUSES = (F(15_000), F("35000.03"))
UNIT, SHARES = F(1, 100), (F(60, 100), F(40, 100))


def parts_of_fee(mode):
    sums = [round_to(FEE * sum(PARTS[:n]), UNIT, mode) for n in range(len(PARTS) + 1)]
    return [later - before for before, later in zip(sums, sums[1:])]


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--rounding", default="half_up")
    ap.add_argument("--pennies-to", choices=("Publisher", "Composer"), default="Composer")
    a = ap.parse_args()
    odd = ("Publisher", "Composer").index(a.pennies_to)
    totals = [F(0), F(0)]
    for name, amount in zip(("signature", "delivery", "release", "first", "second"),
                            [*parts_of_fee(a.rounding), *BONUSES]):
        parts = share_out_pennies_to(amount, SHARES, UNIT, odd)
        totals = [t + p for t, p in zip(totals, parts)]
        print(name, text(amount), *(text(p) for p in parts), sep="\t")
    print("total", text(sum(totals)), *(text(t) for t in totals), sep="\t")


if __name__ == "__main__":
    main()
