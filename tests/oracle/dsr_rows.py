#!/usr/bin/env python3
"""The rows that `licet convert dsr` makes of a report, from what tests/oracle/dsr.py reads.

    dsr_rows.py REVENUE CONTROLLER RATE FILE...

REVENUE is sale, amount or net; CONTROLLER a rights controller or nothing; RATE what one unit of the report's
currency is in the wanted one. Prints isrc, territory, plan, usages, revenue; rows of one key are one row.
"""
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dsr  # noqa: E402

PLANS = {"AdvertisementSupportedModel": "ad_funded", "SubscriptionModel": "premium"}


def main():
    revenue, controller, rate, *paths = sys.argv[1:]
    report = dsr.Report(paths).run()
    sales = [dict(cells) for kind, cells in report.out if kind == "sale"]
    shares = [dict(cells) for kind, cells in report.out if kind == "share"]
    rows = {}
    for sale in sales:
        mine = [s for s in shares if (s["sale_file"], s["sale_line"]) == (sale["file"], sale["line"])
                and controller in ("", s["controller"])]
        stated = [sale["revenue"]] if revenue == "sale" else [s[revenue] for s in mine]
        stated = [F(text) for text in stated if text]
        plan = PLANS.get(sale["model"], "")
        if not stated or not sale["isrc"] or not plan or len(sale["territory"]) != 2:
            continue
        row = rows.setdefault((sale["isrc"], sale["territory"], plan), [0, F(0)])
        row[0] += sale["usages"]
        row[1] += sum(stated) * F(rate)
    for key, (usages, amount) in rows.items():
        print(*key, usages, dsr.shown(amount), sep="\t")


if __name__ == "__main__":
    main()
