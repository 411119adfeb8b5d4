#!/usr/bin/env python3
"""The streaming licence settled with exact rationals, from the prose of the agreement.

    streaming.py DATA_DIR              expected rows of the year, one fact a line, TAB-separated
    streaming.py --check DATA_DIR      the worked figures of the agreement's README, asserted

Options vary one rule at a time, so that a test can show that it would notice a wrong engine:
    --rounding MODE   --reverse-shares   --advance-first   (the advance recouped before the floor)

Prose: per quarter the platform owes 52 % of net revenue up to 1,000,000.00 a calendar year, 54 % up to
5,000,000.00, 55 % above, but at least 0.0012 a premium or family stream; the advance of 250,000.00
is recouped first; the rest is shared 50/35/10/5 to the penny by largest remainder; a payee with less
than 50.00 is carried forward.
"""
import argparse
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import marginal, read_tsv, round_to, share_out, text  # noqa: E402

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
TIERS = ((1_000_000, F(52, 100)), (5_000_000, F(54, 100)), (None, F(55, 100)))
SHARES = (("Label", F(50, 100)), ("Artist", F(35, 100)), ("Producer", F(10, 100)),
          ("Society", F(5, 100)))
ADVANCE, FLOOR, THRESHOLD, UNIT = F(250_000), F(12, 10_000), F(50), F(1, 100)
FLOOR_PLANS = ("premium", "family")
PLANS = ("premium", "family", "ad_funded")


def settle(folder, mode="half_even", shares=SHARES, advance_first=False):
    """-> list of quarters, each a dict of what its settlement yields."""
    advance, revenue_of_year = ADVANCE, F(0)
    owed = {name: F(0) for name, _ in shares}
    year = []
    for quarter in QUARTERS:
        lines = [(w, c, p, int(s), F(r)) for w, c, p, s, r
                 in read_tsv(os.path.join(folder, f"{quarter}.tsv"))]
        revenue = sum(x[4] for x in lines)
        exact = marginal(TIERS, revenue_of_year, revenue)
        revenue_of_year += revenue
        earned = round_to(exact, UNIT, mode)
        floor = round_to(FLOOR * sum(x[3] for x in lines if x[2] in FLOOR_PLANS), UNIT, mode)
        if advance_first:
            recouped = min(earned, advance)
            topup = max(F(0), floor - (earned - recouped))
            net = earned - recouped + topup
        else:
            topup = max(F(0), floor - earned)
            recouped = min(earned + topup, advance)
            net = earned + topup - recouped
        advance -= recouped
        parts = share_out(net, [s for _, s in shares], UNIT)
        payees = {}
        for (name, _), part in zip(shares, parts):
            before = owed[name]
            balance = before + part
            paid = balance if balance >= THRESHOLD else F(0)
            owed[name] = balance - paid
            payees[name] = (before, part, paid, owed[name])
        groups = {}
        for _w, country, plan, streams, amount in lines:
            s, r = groups.get((country, plan), (0, F(0)))
            groups[country, plan] = (s + streams, r + amount)
        year.append(dict(quarter=quarter, exact=exact, earned=earned, topup=topup,
                         recouped=recouped, net=net, advance=advance, payees=payees, groups=groups))
    return year


def facts(year):
    for q in year:
        name = q["quarter"]
        yield ("term", name, "Stream", *(text(q[k]) for k in ("earned", "topup", "recouped", "net")))
        yield ("balance", name, "Advance", text(q["advance"]))
        for payee in ("Label", "Artist", "Producer", "Society"):
            yield ("payee", name, payee, *(text(v) for v in q["payees"][payee]))
        for (country, plan), (streams, amount) in sorted(
                q["groups"].items(), key=lambda g: (g[0][0], PLANS.index(g[0][1]))):
            yield ("group", name, country, plan, str(streams), text(amount, 6))


def check(year):
    q1, q2, q3, q4 = year
    paid = {p: [q["payees"][p][2] for q in year] for p, _ in SHARES}
    want = {"Label": ("175500", "27000.01", "120000", "0"),
            "Artist": ("122850", "18900", "84000", "0"),
            "Producer": ("35100", "5400", "24000", "0"),
            "Society": ("17550", "2700", "12000", "0")}
    for payee, amounts in want.items():
        assert paid[payee] == [F(a) for a in amounts], (payee, paid[payee])
    assert (q1["earned"], q1["topup"], q1["recouped"], q1["net"]) == (601_000, 0, 250_000, 351_000)
    assert q2["exact"] == F("54000.0054") and q2["earned"] == F("54000.01")
    assert (q3["earned"], q3["topup"]) == (162_000, 78_000)
    assert (q4["earned"], q4["topup"]) == (F("0.03"), F("1.17"))
    assert [q4["payees"][p][3] for p, _ in SHARES] == [F("0.60"), F("0.42"), F("0.12"), F("0.06")]
    due = sum(q["earned"] + q["topup"] for q in year)
    recouped = sum(q["recouped"] for q in year)
    paid_out = sum(sum(v) for v in paid.values())
    carried = sum(q4["payees"][p][3] for p, _ in SHARES)
    assert due == F("895001.21") == recouped + paid_out + carried
    assert (recouped, paid_out, carried) == (250_000, F("645000.01"), F("1.20"))
    assert share_out(F("0.03"), [s for _, s in SHARES], UNIT) == [F("0.02"), F("0.01"), 0, 0]
    assert share_out(F(100), [F(1, 3)] * 3, UNIT) == [F("33.34"), F("33.33"), F("33.33")]


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("data")
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--rounding", default="half_even")
    ap.add_argument("--reverse-shares", action="store_true")
    ap.add_argument("--advance-first", action="store_true")
    a = ap.parse_args()
    shares = tuple(reversed(SHARES)) if a.reverse_shares else SHARES
    year = settle(a.data, a.rounding, shares, a.advance_first)
    if a.check:
        check(year)
        print("the worked figures come out")
        return
    for row in facts(year):
        print("\t".join(row))


if __name__ == "__main__":
    main()
