#!/usr/bin/env python3
"""The patent licence's quarters and years with exact rationals, from its prose.

    patent.py DATA_DIR [--check] [--rounding MODE] [--credit-last]

A quarter owes the rate (4 %) of net sales in the territories of the patents; half of what was paid to
third parties is credited against it, never below 2 % of net sales; what is not used waits, and lapses
with the year. A year owes what is missing to the minimum (0 up to 2026, 100,000.00 for 2027, 150,000.00
after), in proportion to the part of the year in the term. Prints one result a line, TAB-separated.
"""
import argparse
import calendar
import datetime
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import read_tsv, round_to, text, whole  # noqa: E402

TERM_FIRST = datetime.date(2026, 4, 1)
COVERED = {"US", "JP", "DE", "FR", "GB"}
FLOORS = ((2026, F(0)), (2027, F(100_000)), (None, F(150_000)))
UNIT = F(1, 100)


def settle(folder, mode="half_up", credit_last=False):
    offset, year_of_offset, net_of_year, quarters = F(0), None, {}, []
    for name in sorted(n[:-4] for n in os.listdir(folder) if n.endswith(".tsv")):
        year = int(name[:4])
        if year != year_of_offset:
            offset, year_of_offset = F(0), year
        base = third = F(0)
        for _product, country, _units, gross, returns, freight, party in read_tsv(
                os.path.join(folder, f"{name}.tsv")):
            net = F(gross) - F(returns) - F(freight)
            assert net >= 0 and F(returns) + F(freight) <= F(15, 100) * F(gross), "a refused line"
            if country in COVERED:
                base += net
                third += F(party)
        if not credit_last:
            offset += third / 2
        earned = round_to(F(4, 100) * base, UNIT, mode)
        room = max(F(0), earned - round_to(F(2, 100) * base, UNIT, mode))
        used = min(offset, room)
        offset -= used
        if credit_last:
            offset += third / 2
        net_of_year[year] = net_of_year.get(year, F(0)) + earned - used
        quarters.append((name, earned, used, earned - used, offset))
    years = []
    for year, net in sorted(net_of_year.items()):
        first = max(datetime.date(year, 1, 1), TERM_FIRST)
        last = datetime.date(year, 12, 31)
        fraction = F((last - first).days + 1, 366 if calendar.isleap(year) else 365)
        missing = round_to(whole(FLOORS, year) * fraction - net, UNIT, mode)
        years.append((year, max(F(0), missing), last + datetime.timedelta(days=60)))
    return quarters, years, net_of_year


def audit(paid, audited, cost):
    """What an audit makes due: the shortfall, and the cost when it is above 5 %."""
    if audited < paid:
        return []
    due = [audited - paid]
    if audited - paid > F(5, 100) * audited:
        due.append(min(cost, F(75_000)))
    return due


def check(quarters, years, net_of_year):
    by_name = {q[0]: q[1:] for q in quarters}
    assert by_name["2027-Q1"] == (40_000, 15_000, 25_000, 0)
    assert by_name["2027-Q2"] == (20_000, 10_000, 10_000, 10_000)
    assert by_name["2027-Q3"] == (32_000, 10_000, 22_000, 0)
    assert by_name["2027-Q4"] == (8_000, 0, 8_000, 0)
    assert net_of_year[2027] == 65_000
    assert (2027, F(35_000), datetime.date(2028, 2, 29)) in years
    assert net_of_year[2028] == 200_000
    assert audit(F(200_000), F(215_000), F(30_000)) == [15_000, 30_000]
    assert audit(F(200_000), F(206_000), F(30_000)) == [6_000]


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("data")
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--rounding", default="half_up")
    ap.add_argument("--credit-last", action="store_true")
    a = ap.parse_args()
    quarters, years, net_of_year = settle(a.data, a.rounding, a.credit_last)
    if a.check:
        check(quarters, years, net_of_year)
        print("the worked figures come out")
        return
    for name, earned, used, net, _offset in quarters:
        print("Running", name, text(earned), "0.00", text(used), text(net), sep="\t")
    for year, missing, due in years:
        print("Annual", year, text(missing), due, sep="\t")


if __name__ == "__main__":
    main()
