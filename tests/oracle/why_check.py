#!/usr/bin/env python3
"""Recomputes `licet why --json` with exact rationals, down to the report's own bytes.

    why_check.py WHY.json [[PERIOD=]REPORT.tsv]... [--due AMOUNT] [--lines N] [--units-of COLUMN]...

Every node's units must follow from its children by the rule it names (docs/spec/api.md, "why"), its value must be
those units at its scale, and each usage line must stand at the offset and size that the node says in the report of
its run's period (a REPORT without a period stands for all), as the line of that number, its cell giving the units.
--due: what the duties among the roots must add up to; --lines N: at least N usage lines must have been read;
--units-of: a column whose cells are whole numbers of the scale's unit (`in units of`, `in bps`). Prints how many nodes
and lines were checked; exit 1 names the first node that does not follow.
"""
import argparse
import datetime
import json
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import round_to, share_out  # noqa: E402

LEAVES = ("schedule", "parameter", "literal", "opening", "input", "lookup", "as_of", "earlier", "payment", "folded")
NUMBERS = ("count", "money", "exact", "rate", "price")
DAY_ZERO = datetime.date(1970, 1, 1)


class Wrong(Exception):
    pass


def whole(text):
    """Units are decimal strings: a JSON number would lose what is beyond 2^53."""
    if not isinstance(text, str):
        raise Wrong(f"{text!r} is not a decimal string")
    return int(text)


class Report:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.bytes = f.read()
        self.starts = [0]
        at = self.bytes.find(b"\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = self.bytes.find(b"\n", at + 1)

    def line(self, line, offset, size):
        if not 1 <= line <= len(self.starts) or self.starts[line - 1] != offset:
            raise Wrong(f"line {line} does not begin at byte {offset}")
        text = self.bytes[offset:offset + size]
        if b"\n" in text or self.bytes[offset + size:offset + size + 1] not in (b"\n", b""):
            raise Wrong(f"line {line} is not {size} bytes long")
        return text.decode("utf-8")


def rounded(value, mode):
    return int(round_to(value, 1, mode))


def tier_parts(children):
    """(lower edge, upper edge or None, value) of each tier, from edges and values in turn."""
    edges, values = children[0::2], children[1::2]
    return list(zip(edges, edges[1:] + [None], values))


def signed_sum(node, c):
    signs = node.get("signs", [1] * len(c))
    if len(signs) != len(c) or any(s not in (1, -1) for s in signs):
        raise Wrong("signs do not fit the children")
    return sum(s * v for s, v in zip(signs, c))


def tier_sum(_node, c):
    amount, before, total = c[0], c[1], 0
    for low, high, value in tier_parts(c[2:]):
        end = amount + before if high is None else min(high, amount + before)
        total += max(0, end - max(low, before)) * value
    return total


def tier_value(_node, c):
    found = None
    for low, _high, value in tier_parts(c[1:]):
        if found is None or c[0] > low:
            found = value
    return found


def share(node, c):
    weights, total, unit = c[1:], whole(node["total"]), whole(node["unit"])
    if sum(weights) != total:
        raise Wrong("the weights are not what they are said to total")
    return int(share_out(F(c[0]), [F(w, total) for w in weights], unit)[node["index"]])


# -- the calendar: dates as days since 1970-01-01 ---------------------------------------------------------------

def civil(days):
    day = DAY_ZERO + datetime.timedelta(days=days)
    return day.year, day.month, day.day


def of_civil(year, month, day):
    return (datetime.date(year, month, day) - DAY_ZERO).days


def last_of_month(year, month):
    return 31 if month == 12 else (datetime.date(year, month + 1, 1) - datetime.timedelta(days=1)).day


def add_months(days, months, how):
    year, month, day = civil(days)
    number = year * 12 + month - 1 + months
    year, month = number // 12, number % 12 + 1
    if day <= last_of_month(year, month):
        return of_civil(year, month, day)
    if how == "clip":
        return of_civil(year, month, last_of_month(year, month))
    return of_civil(year + month // 12, month % 12 + 1, 1)  # roll: the first day of the month after


def period_of(days, months, anchor):
    """First and last day of the period that holds the day; periods begin `months` apart, one on the anchor."""
    if anchor is None:
        year, month, _ = civil(days)
        month = (month - 1) // months * months + 1
        first = of_civil(year, month, 1)
        return first, add_months(first, months, "clip") - 1
    n = 0
    while add_months(anchor, n * months, "clip") > days:
        n -= 1
    while add_months(anchor, (n + 1) * months, "clip") <= days:
        n += 1
    return add_months(anchor, n * months, "clip"), add_months(anchor, (n + 1) * months, "clip") - 1


def completed(first, second, months, how):
    n = 0
    while second >= first and add_months(first, (n + 1) * months, how) <= second:
        n += 1
    return n


def date(node, c):
    native = node["native"].lower()
    anchor = None
    if "anchor" in node:
        anchor = (datetime.date.fromisoformat(node["anchor"]) - DAY_ZERO).days
    if native == "add_days":
        return c[0] + c[1]
    if native == "add_months":
        return add_months(c[0], c[1], node["months"])
    if native == "completed":
        return completed(c[0], c[1], c[2], node["months"])
    if native == "year_of":
        return civil(period_of(c[0], 12, anchor)[0])[0]
    if native in ("year_start", "year_end"):
        return period_of(c[0], 12, anchor)[native == "year_end"]
    if native in ("period_start", "period_end"):
        return period_of(c[1], c[0], anchor)[native == "period_end"]
    raise Wrong(f"no calendar function {node['native']}")


# -- rules ---------------------------------------------------------------------------------------------------------

def result(_node, c):
    """Net; the sixth child, where there is one, is the condition of `below`, which was not met."""
    if len(c) not in (5, 6):
        raise Wrong("a result has five values")
    if c[4] != 0 or (len(c) == 6 and c[5] != 0):
        raise Wrong("it came to something, or the condition was met")
    return c[4]


RULES = {
    "add": lambda n, c: c[0] + c[1],
    "subtract": lambda n, c: c[0] - c[1],
    "multiply": lambda n, c: c[0] * c[1],
    "minimum": lambda n, c: min(c),
    "maximum": lambda n, c: max(c),
    "less": lambda n, c: int(c[0] < c[1]),
    "at_most": lambda n, c: int(c[0] <= c[1]),
    "equal": lambda n, c: int(c[0] == c[1]),
    "and": lambda n, c: c[0] & c[1],
    "or": lambda n, c: c[0] | c[1],
    "not": lambda n, c: 1 - c[0],
    "scale": lambda n, c: c[0] * whole(n["factor"]),
    "round_product": lambda n, c: whole(n["unit"]) * rounded(F(c[0] * c[1], whole(n["divisor"])), n["mode"]),
    "round_quotient": lambda n, c: whole(n["unit"]) * rounded(
        F(c[0], whole(n["divisor"]) * (c[1] if len(c) > 1 else 1)), n["mode"]),
    "tier_sum": tier_sum, "tier_value": tier_value, "share": share, "date": date,
    "sum": signed_sum, "balance": signed_sum, "open": signed_sum,
    "posting": lambda n, c: c[0], "duty": lambda n, c: c[0],
    "due": lambda n, c: c[0], "cancelled": lambda n, c: c[0],
    "allotted": lambda n, c: min(c), "result": result,
}



class Checker:
    def __init__(self, tree, reports, units_of):
        """reports: period (None: all of them) -> Report"""
        self.tree, self.reports, self.units_of = tree, reports, units_of
        self.nodes, self.lines = {}, set()

    def report(self, node):
        period = self.tree["runs"][node["run"]].get("period")
        found = self.reports.get(period, self.reports.get(None))
        if found is None:
            raise Wrong(f"no report of {period} was given")
        return found

    def run(self):
        for node in self.tree["nodes"]:
            try:
                self.check(node)
            except (Wrong, KeyError, IndexError, TypeError, ValueError) as problem:
                raise Wrong(f"node {node.get('id')} ({node.get('rule')}): {problem}") from None
        for root in self.tree["roots"]:
            if root not in self.nodes:
                raise Wrong(f"root {root} is no node")

    def check(self, node):
        """Children stand before what follows from them, so one pass is enough."""
        said, rule = whole(node["units"]), node["rule"]
        children = [self.nodes[c] for c in node.get("children", [])]
        if rule == "usage":
            self.check_cell(node, said)
        elif rule in LEAVES:
            if children:
                raise Wrong("a leaf with children")
        elif rule in RULES:
            computed = RULES[rule](node, children)
            if computed != said:
                raise Wrong(f"says {said}, its parts give {computed}")
        else:
            raise Wrong("no rule of this name")
        if node["type"] in NUMBERS and F(node["value"]) * 10 ** node.get("scale", 0) != said:
            raise Wrong(f"{node['value']} is not {said} at its scale")
        if node["id"] in self.nodes:
            raise Wrong("the id stands twice")
        self.nodes[node["id"]] = said

    def check_cell(self, node, said):
        text = self.report(node).line(node["line"], node["offset"], node["size"])
        if text != node["text"]:
            raise Wrong(f"line {node['line']} is {text!r}")
        cell = text.split("\t")[node["column_number"]]
        self.lines.add((node["run"], node["line"]))
        if node["type"] not in NUMBERS:
            if node["value"] != cell:
                raise Wrong(f"the cell is {cell!r}, not {node['value']!r}")
            return
        scale = 0 if node["column"] in self.units_of else node.get("scale", 0)
        if F(cell or "0") * 10 ** scale != said:
            raise Wrong(f"the cell {cell!r} is not {said} units")

    def due(self):
        duties = [n for n in self.tree["nodes"] if n["id"] in self.tree["roots"] and n["rule"] == "duty"]
        return sum((F(n["value"]) for n in duties), F(0))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("why")
    ap.add_argument("reports", nargs="*")
    ap.add_argument("--due")
    ap.add_argument("--lines", type=int, default=0)
    ap.add_argument("--units-of", action="append", default=[])
    a = ap.parse_args()
    reports = {}
    for each in a.reports:
        period, equals, path = each.partition("=")
        reports[period if equals else None] = Report(path if equals else each)
    with open(a.why, encoding="utf-8") as f:
        checker = Checker(json.load(f), reports, a.units_of)
    try:
        checker.run()
        if a.due is not None and checker.due() != F(a.due):
            raise Wrong(f"the duties add up to {checker.due()}, not {a.due}")
        if len(checker.lines) < a.lines:
            raise Wrong(f"{len(checker.lines)} usage lines were read, expected at least {a.lines}")
    except Wrong as problem:
        raise SystemExit(f"why_check: {problem}")
    print(f"{len(checker.nodes)} nodes and {len(checker.lines)} usage lines follow")


if __name__ == "__main__":
    main()
