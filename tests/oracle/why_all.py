#!/usr/bin/env python3
"""Asks a ledger why for everything that anybody has, is owed or owes, and recomputes each answer.

    why_all.py LICET LEDGER [[PERIOD=]REPORT.tsv]... [--units-of COLUMN]... [--payees N]

What there is to explain comes from the views. Every duty must be derived by --duty, with its amount, its day and what
is open of it; every posting on an account of a payee must stand in the payee's derivation of its block, and the last
one leave what `balances` says; and the payee's derivations by year must have every duty to and from it. --payees N:
at most N rows of schedules are asked for, those with most to explain first (parties are asked for always). Prints what was
derived; exit 1 says what is missing or does not follow. why_check.py has the rules.
"""
import argparse
import json
import os
import subprocess
import sys
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from why_check import Checker, Report, Wrong  # noqa: E402


class Ledger:
    def __init__(self, licet, path, reports, units_of):
        self.licet, self.path, self.reports, self.units_of = licet, path, reports, units_of
        self.derivations = self.nodes = self.lines = 0
        self.moved = None  # (height, account, key) -> what the block's postings did to the account

    def ask(self, *arguments):
        """The JSON of a command; None: there is nothing."""
        done = subprocess.run([self.licet, *arguments, "--json", "--ledger", self.path], capture_output=True, check=False)
        if done.returncode == 66:
            return None
        if done.returncode != 0:
            raise Wrong(f"licet {' '.join(arguments)}: {done.stderr.decode()[:300]}")
        return json.loads(done.stdout)

    def rows(self, sql):
        return self.ask("query", sql)

    def why(self, *arguments):
        tree = self.ask("why", *arguments)
        if tree is None:
            return None
        checker = Checker(tree, self.reports, self.units_of)
        try:
            checker.run()
        except Wrong as problem:
            raise Wrong(f"why {' '.join(arguments)}: {problem}") from None
        self.check_earlier(tree)
        self.derivations += 1
        self.nodes += len(checker.nodes)
        self.lines += len(checker.lines)
        return tree


    def movements(self):
        if self.moved is None:
            self.moved = Counter()
            for p in self.rows("SELECT height, from_account, from_key, to_account, to_key, units FROM postings"):
                self.moved[(p["height"], p["from_account"], p["from_key"] or "")] -= int(p["units"])
                self.moved[(p["height"], p["to_account"], p["to_key"] or "")] += int(p["units"])
        return self.moved

    def check_earlier(self, tree):
        """What earlier blocks are said to have done to an account is what their postings did, no block is missing."""
        accounts = {a for _, a, _ in self.movements()}
        nodes = by_id(tree)
        for node in tree["nodes"]:
            leaves = [nodes[c] for c in node.get("children", [])]
            rest = leaves.pop(0) if leaves and leaves[0]["rule"] == "opening" else None
            if not leaves or any(n["rule"] != "earlier" for n in leaves) or node["rule"] != "sum":
                continue
            name, key, here = leaves[0]["field"].split(".")[-1], leaves[0].get("key", ""), tree["runs"][node["run"]]["block"]
            if name not in accounts:
                continue
            said = Counter()
            for leaf in leaves:
                said[leaf["block"]] += int(leaf["units"])
            want, held = {}, 0
            for height, units in sorted((h, u) for (h, a, k), u in self.movements().items() if (a, k) == (name, key)):
                if height < here and units != 0:
                    want[height], held = units, held + units
                    if held == 0: # what was there before is gone
                        want = {}
            if rest is not None: # older blocks than those that are told are told as one
                older = {h: u for h, u in want.items() if h < min(said)}
                if len(said) < 24 or not older or rest.get("block") != max(older) or int(rest["units"]) != sum(older.values()):
                    raise Wrong(f"block {here}: blocks {older} left to {name} {key}, derived is {rest}")
                want = {h: u for h, u in want.items() if h not in older}
            if {h: u for h, u in said.items() if h < here and u != 0} != want:
                raise Wrong(f"block {here}: earlier blocks did {want} to {name} {key}, derived are {dict(said)}")


def by_id(tree):
    return {n["id"]: n for n in tree["nodes"]}


def roots(tree, rule):
    nodes = by_id(tree)
    return [nodes[r] for r in tree["roots"] if nodes[r]["rule"] == rule]


def check_duties(ledger, contract, duties):
    for duty in duties:
        number = duty["number"]
        tree = ledger.why(contract, "--duty", str(number))
        if tree is None:
            raise Wrong(f"duty {number} is not explained")
        made = roots(tree, "duty")
        if [(n["duty"], n["units"]) for n in made] != [(number, duty["duty_units"])]:
            raise Wrong(f"duty {number}: {duty['duty_units']} is not what is derived")
        open_now, cancelled = roots(tree, "open"), roots(tree, "cancelled")
        left = open_now[-1]["units"] if open_now else duty["duty_units"]
        if bool(cancelled) != (duty["state"] == "cancelled") or (cancelled and cancelled[0]["units"] != left):
            raise Wrong(f"duty {number} is {duty['state']}, derived is cancelled {cancelled} of {left}")
        if not cancelled and left != duty["open_units"]:
            raise Wrong(f"duty {number}: open is {duty['open_units']}, derived are {left}")
        days = [by_id(tree)[made[0]["children"][1]]["value"]] + [n["value"] for n in roots(tree, "due")]
        if days[-1] != duty["due"] and duty["state"] != "cancelled":
            raise Wrong(f"duty {number}: due {duty['due']}, derived is {days[-1]}")


def legs(tree, payee, table_of):
    """Postings below the payee's balances: (from, from key, to, to key, units) and how often."""
    nodes, found, seen = by_id(tree), Counter(), set()
    stack = [n for n in roots(tree, "balance") if n["of"].get("key") == payee]
    while stack:
        node = stack.pop()
        for child in node.get("children", []):
            each = nodes[child]
            if each["rule"] == "posting" and child not in seen:
                seen.add(child)
                found[(each["from"]["account"], each["from"].get("key", ""), each["to"]["account"],
                       each["to"].get("key", ""), each["units"])] += 1
            elif each["rule"] == "sum" and each.get("table") == node.get("table", each.get("table")):
                if each.get("field") == node.get("field", each.get("field")) and each.get("key") == payee:
                    stack.append(each)
    return found


def check_payee(ledger, contract, payee, table, years):
    mine = f"'{table}', '{payee}'"
    postings = ledger.rows(
        "SELECT height, from_account, from_key, to_account, to_key, units FROM postings"
        f" WHERE (from_schedule, from_key) = ({mine}) OR (to_schedule, to_key) = ({mine}) ORDER BY height")
    for height in sorted({p["height"] for p in postings}):
        tree = ledger.why(contract, payee, "--block", str(height))
        if tree is None:
            raise Wrong(f"{payee}: the postings of block {height} are not explained")
        want = Counter((p["from_account"], p["from_key"] or "", p["to_account"], p["to_key"] or "", p["units"])
                       for p in postings if p["height"] == height)
        if legs(tree, payee, table) != want:
            raise Wrong(f"{payee}, block {height}: postings {dict(want)}, derived are {dict(legs(tree, payee, table))}")
        last = tree
    if postings:
        for balance in roots(last, "balance"):
            said = ledger.rows("SELECT units FROM balances WHERE account = '%s' AND schedule = '%s' AND key = '%s'"
                               % (balance["of"]["account"], table, payee))
            moved = [p for p in postings if (p["from_account"], p["from_key"]) == (balance["of"]["account"], payee) or
                     (p["to_account"], p["to_key"]) == (balance["of"]["account"], payee)]
            if moved[-1]["height"] == postings[-1]["height"] and said[0]["units"] != balance["units"]:
                raise Wrong(f"{payee}: {balance['of']['account']} is {said[0]['units']}, derived are {balance['units']}")
    explained = set()
    for year in years:
        tree = ledger.why(contract, payee, "--period", str(year))
        explained |= {n["duty"] for n in roots(tree, "duty")} if tree else set()
    return explained


def busiest(ledger, limit):
    rows = ledger.rows("SELECT schedule, key FROM balances WHERE kind = 'payee' ORDER BY length(units) DESC, units DESC")
    return [(r["schedule"], r["key"]) for r in rows[:limit]]


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("licet")
    ap.add_argument("ledger")
    ap.add_argument("reports", nargs="*")
    ap.add_argument("--units-of", action="append", default=[])
    ap.add_argument("--payees", type=int, default=5)
    a = ap.parse_args()
    reports = {}
    for each in a.reports:
        period, equals, path = each.partition("=")
        reports[period if equals else None] = Report(path if equals else each)
    ledger = Ledger(a.licet, a.ledger, reports, a.units_of)
    try:
        contract = ledger.rows("SELECT id FROM contracts")[0]["id"]
        duties = ledger.rows("SELECT * FROM duties ORDER BY number")
        check_duties(ledger, contract, duties[:200])
        days = ledger.rows("SELECT made AS day FROM duties UNION SELECT date FROM postings")
        years = sorted({d["day"][:4] for d in days} | {str(int(d["day"][:4]) - 1) for d in days})
        payees = [("parties", r["name"]) for r in ledger.rows("SELECT name FROM contract_parties ORDER BY row")]
        for table, payee in payees + busiest(ledger, a.payees):
            explained = check_payee(ledger, contract, payee, table, years)
            want = {d["number"] for d in duties if d["debtor"] == payee or
                    (d["creditor"] == payee and d["schedule"] == table)}
            if not want <= explained:
                raise Wrong(f"{payee}: duties {sorted(want - explained)} are in no year")
    except Wrong as problem:
        raise SystemExit(f"why_all: {problem}")
    print(f"{ledger.derivations} derivations, {ledger.nodes} nodes and {ledger.lines} usage lines follow; {len(duties)} duties")


if __name__ == "__main__":
    main()
