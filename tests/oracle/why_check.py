#!/usr/bin/env python3
"""Recomputes a `licet why --json` tree with exact rationals, down to the report's own bytes.

    why_check.py WHY.json [REPORT.tsv] [--value AMOUNT] [--lines N]

Every node's value must follow from its children by the rule it names (docs/spec/api.md, "why"); every usage line
must stand in REPORT.tsv at the offset and size that the node says, as the line of that number, and hold the text that the
node reads its value from. --value: what the root must be; --lines N: at least N usage lines must have been read.
Prints how many nodes and lines were checked; exit 1 names the first node that does not follow.
"""
import argparse
import json
import os
import sys
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exact import marginal, round_to, share_out, share_out_pennies_to, whole  # noqa: E402


class Wrong(Exception):
    pass


def number(text):
    """Decimal or fraction text as a Fraction; a JSON number has no place where an amount stands."""
    if not isinstance(text, str):
        raise Wrong(f"{text!r} is not a decimal string")
    return F(text)


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
        return text.decode("utf-8").split("\t")


class Checker:
    def __init__(self, report):
        self.report, self.nodes, self.lines = report, 0, set()

    def check(self, node, path="root"):
        """Checks the node and what is below; gives its value."""
        here = f"{path} / {node.get('rule')} {node.get('label', '')}".rstrip()
        values = [self.check(child, here) for child in node.get("children", [])]
        self.nodes += 1
        rule = getattr(self, "rule_" + node["rule"].replace(" ", "_"), None)
        if rule is None:
            raise Wrong(f"{here}: no rule of this name")
        said = number(node["value"])
        try:
            computed = rule(node, values)
        except Wrong as problem:
            raise Wrong(f"{here}: {problem}") from None
        if computed != said:
            raise Wrong(f"{here}: says {node['value']}, its parts give {computed}")
        return said

    # -- leaves ----------------------------------------------------------------------------------------------

    def rule_constant(self, node, values):
        self.none(values)
        return number(node["value"])

    def rule_column(self, node, values):
        self.none(values)
        if self.report is None:
            raise Wrong("a report is needed")
        cells = self.report.line(int(node["line"]), int(node["offset"]), int(node["size"]))
        text = cells[int(node["column_index"])]
        self.lines.add(int(node["line"]))
        if text != node["text"]:
            raise Wrong(f"line {node['line']} holds {text!r}, not {node['text']!r}")
        if text == "":
            return number(node["empty"])
        return number(text) / 10 ** int(node.get("unit_scale", 0))

    @staticmethod
    def none(values):
        if values:
            raise Wrong("has parts")

    # -- arithmetic --------------------------------------------------------------------------------------------

    def rule_sum(self, _node, values):
        return sum(values, F(0))

    def rule_difference(self, _node, values):
        return values[0] - sum(values[1:], F(0))

    def rule_product(self, _node, values):
        result = F(1)
        for value in values:
            result *= value
        return result

    def rule_quotient(self, _node, values):
        return values[0] / values[1]

    def rule_greater(self, _node, values):
        return max(values)

    def rule_lesser(self, _node, values):
        return min(values)

    def rule_same(self, _node, values):
        (value,) = values
        return value

    def rule_round(self, node, values):
        (value,) = values
        return round_to(value, number(node["unit"]), node["mode"])

    # -- the agreement's own ---------------------------------------------------------------------------------------

    @staticmethod
    def tiers(node):
        return [(None if t["up_to"] is None else number(t["up_to"]), number(t["value"]))
                for t in node["tiers"]]

    def rule_marginal(self, node, values):
        """Children: where the count stood before, and the quantity."""
        return marginal(self.tiers(node), values[0], values[1])

    def rule_whole(self, node, values):
        return whole(self.tiers(node), values[-1])

    def rule_at_least(self, node, values):
        """Children: earned, floor; the value is what the floor adds."""
        return max(F(0), values[1] - values[0])

    def rule_at_most(self, node, values):
        return min(F(0), values[1] - values[0])

    def rule_less(self, _node, values):
        """Children: payable, available, and what must stay."""
        room = values[0] if len(values) < 3 else max(F(0), values[0] - values[2])
        return min(room, values[1])

    def rule_share(self, node, values):
        (value,) = values
        shares = [number(s) for s in node["shares"]]
        total = sum(shares)
        parts = [s / total for s in shares]
        if number(node.get("total", "1")) != total:
            raise Wrong("shares are not what they are said to total")
        if node.get("pennies_to") is not None:
            return share_out_pennies_to(value, parts, number(node["unit"]), int(node["pennies_to"]))[int(node["index"])]
        return share_out(value, parts, number(node["unit"]))[int(node["index"])]


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("why")
    ap.add_argument("report", nargs="?")
    ap.add_argument("--value")
    ap.add_argument("--lines", type=int, default=0)
    a = ap.parse_args()
    with open(a.why, encoding="utf-8") as f:
        tree = json.load(f)
    checker = Checker(Report(a.report) if a.report else None)
    try:
        value = checker.check(tree.get("tree", tree))
        if a.value is not None and value != F(a.value):
            raise Wrong(f"the root is {value}, not {a.value}")
        if len(checker.lines) < a.lines:
            raise Wrong(f"{len(checker.lines)} usage lines were read, expected at least {a.lines}")
    except Wrong as problem:
        raise SystemExit(f"why_check: {problem}")
    print(f"{checker.nodes} nodes and {len(checker.lines)} usage lines follow")


if __name__ == "__main__":
    main()
