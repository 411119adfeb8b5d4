#!/usr/bin/env python3
"""The first novel settled with exact rationals, from the prose of its README.

    simple.py FOLDER            FOLDER/PERIOD.tsv in order of period; one fact a line, TAB-separated
    simple.py --check FOLDER    the worked figures of the README, asserted
    --rounding MODE, --reverse-shares    another rule, so that a test can show that it would be noticed

Prose: of each quarter's receipts the publisher owes 12.5 %, rounded half even to the penny; the author gets 85 %,
the agent 15 %, to the penny by largest remainder, ties as written; all of it is paid out.
"""
import argparse
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import read_tsv, round_to, share_out, text  # noqa: E402

UNIT = F(1, 100)
WORKED = {"2026-Q1": ("3950.44", "3357.87", "592.57"), "2026-Q2": ("5410.96", "4599.32", "811.64")}


def settle(path, mode, shares):
    receipts = sum(F(row[2]) for row in read_tsv(path))
    earned = round_to(F(125, 1000) * receipts, UNIT, mode)
    parts = share_out(earned, [share for _, share in shares], UNIT)
    return earned, dict(zip((name for name, _ in shares), parts))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--rounding", default="half_even")
    ap.add_argument("--reverse-shares", action="store_true")
    ap.add_argument("folder")
    a = ap.parse_args()
    shares = [("Author", F(85, 100)), ("Agent", F(15, 100))]
    if a.reverse_shares:
        shares.reverse()
    for name in sorted(os.listdir(a.folder)):
        period = name.removesuffix(".tsv")
        earned, parts = settle(os.path.join(a.folder, name), a.rounding, shares)
        found = (text(earned), text(parts["Author"]), text(parts["Agent"]))
        if not a.check:
            print("term", period, found[0], sep="\t")
            print("payee", period, "Author", found[1], sep="\t")
            print("payee", period, "Agent", found[2], sep="\t")
        elif found != WORKED[period]:
            raise SystemExit(f"{period}: {found}, expected {WORKED[period]}")


if __name__ == "__main__":
    main()
