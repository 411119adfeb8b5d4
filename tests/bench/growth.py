#!/usr/bin/env python3
"""How a ledger behaves while it grows: growth.py [--entries N] [--folder FOLDER] [--json] [--write FOLDER]

One agreement with a catalogue of fixed size is settled month after month until its ledger holds N entries: usage
lines and postings. At each power of ten: how fast lines come in, how long it takes to open the ledger, to show a statement and
to explain an amount (of the first month with as many lines as the others, and of the last: medians of several), to replay, and
what an entry takes in the file. Each command is a process of its own and opens the ledger itself. --write puts the table and the plots
(growth.json, growth-*.svg) into FOLDER. The ledger is removed at the end; 10^8 entries take 6.3 GB.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import plot

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MONTH_LINES, FIRST_LINES = 100_000, 8_000
CALLS = 7


class Ledger:
    """The ledger, and licet called on it."""

    def __init__(self, licet, folder):
        self.licet, self.folder = licet, folder
        self.path = folder / "growth.licet"
        self.months = 0

    def run(self, *words, text=None):
        """A command; returns (wall, CPU, output)."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        done = subprocess.run([self.licet, *words], input=text, capture_output=True, text=True, check=False,
                              env={**os.environ, "LICET_LEDGER": str(self.path)}, cwd=self.folder)
        wall = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"growth: {' '.join(words)[:100]}: {done.stderr[-1000:]}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return wall, cpu, done.stdout

    def begin(self):
        """The agreement with a longer term, and fewer lines a month so that its counters stay in range; loaded and signed."""
        text = (ROOT / "contracts/month_of_streams/month_of_streams.lic").read_text()
        text = text.replace("to 2026-12-31", "to 2225-12-31").replace("at most 20,000,000,", f"at most {MONTH_LINES:,},")
        (self.folder / "growth.lic").write_text(text)
        tables = {"Territories": "territories", "Payees": "payees", "Cards.rates": "cards",
                  "Contracts": "contracts", "Works": "works", "Works.holders": "splits"}
        rows = " ".join(f"{name}=data/{file}.tsv" for name, file in tables.items())
        self.run("batch", text=f"init {self.path} --clock simulated:2026-01-01\n"
                 "register Label --no-passphrase\nregister Service --no-passphrase\ndeploy growth.lic --as Label\n")
        self.run("batch", text=f"load MonthOfStreams --as Label {rows}\n"
                 "sign MonthOfStreams --as Label --as Service\n")

    def settle(self, count, file):
        """So many more months with the lines of a file."""
        lines = []
        for n in range(self.months, self.months + count):
            lines.append(f"clock {month(n + 1)}-01")
            lines.append(f"report MonthOfStreams Usage {file} --period {month(n)} --as Service")
        self.months += count
        return self.run("batch", text="\n".join(lines) + "\n")[:2]

    def postings(self):
        """Of the last month."""
        sql = f"SELECT count(*) FROM postings WHERE period = '{month(self.months - 1)}'"
        return int(self.run("query", sql)[2].split()[0])


def month(n):
    return f"{2026 + n // 12}-{n % 12 + 1:02}"


def of_calls(ledger, *words):
    """Medians of some calls, milliseconds: wall and CPU."""
    calls = [ledger.run(*words) for _ in range(CALLS)]
    return statistics.median(c[0] for c in calls) * 1000, statistics.median(c[1] for c in calls) * 1000


def look(ledger, payee, entries, lines, intake):
    """What is measured of the ledger as it is."""
    early, last = month(min(1, ledger.months - 1)), month(ledger.months - 1)
    row = {"entries": entries, "months": ledger.months, "MB": ledger.path.stat().st_size / 1e6,
           "bytes/entry": ledger.path.stat().st_size / entries,
           "intake ns/line": intake[0] / lines * 1e9, "intake CPU": intake[1] / lines * 1e9}
    wall, cpu, _ = ledger.run("replay")
    replayed = FIRST_LINES + (ledger.months - 1) * MONTH_LINES
    row["replay ns/line"], row["replay CPU"] = wall / replayed * 1e9, cpu / replayed * 1e9
    for name, words in {
        "open": ["show", "ledger"],
        "statement, early": ["statement", "MonthOfStreams", "--period", early, "--payee", payee],
        "statement, last": ["statement", "MonthOfStreams", "--period", last, "--payee", payee],
        "why, early": ["why", "MonthOfStreams", payee, "--period", early],
        "why, last": ["why", "MonthOfStreams", payee, "--period", last],
    }.items():
        row[name + " ms"], row[name + " CPU"] = of_calls(ledger, *words)
    row["peak MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return row


def grow(ledger, limit, say):
    """Settles and looks; yields a row for each power of ten up to the limit."""
    payee = (ledger.folder / "data/payees.tsv").read_text().split("\t", 1)[0]
    ledger.begin()
    lines, count = FIRST_LINES, 1
    intake = ledger.settle(1, "first.tsv")
    entries, target = lines + ledger.postings(), 10_000
    while True:
        say(look(ledger, payee, entries, lines, intake))
        target *= 10
        if target > limit:
            return
        if target == 100_000: # one month of the other size tells how many postings each brings
            intake = ledger.settle(1, "data/usage.tsv")
            a_month = MONTH_LINES + ledger.postings()
            count = 1
        else:
            count = round((target - entries) / a_month)
            intake = ledger.settle(count, "data/usage.tsv")
        lines = count * MONTH_LINES
        entries += count * a_month


def table(rows):
    """As Markdown: CPU behind wall in parentheses."""
    names = [n for n in rows[0] if not n.endswith("CPU")]
    out = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = []
        for name in names:
            cpu = row.get(name.rsplit(" ", 1)[0] + " CPU")
            cells.append(f"{row[name]:,.0f}" + (f" ({cpu:,.0f})" if cpu is not None else ""))
        out.append("| " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n"


def draw(rows, folder):
    x = [row["entries"] for row in rows]
    plots = {
        "intake": ("Intake and replay, ns of CPU a line", ["intake CPU", "replay CPU"]),
        "latency": ("A command, ms of CPU (opening the ledger included)",
                    ["open CPU", "statement, early CPU", "statement, last CPU", "why, early CPU", "why, last CPU"]),
        "size": ("The ledger's file, bytes an entry", ["bytes/entry"]),
    }
    for name, (title, series) in plots.items():
        ys = {s.removesuffix(" CPU"): [row[s] for row in rows] for s in series}
        (folder / f"growth-{name}.svg").write_text(plot.lines(title, "entries of the ledger", x, ys))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--entries", type=float, default=1e6)
    ap.add_argument("--folder")
    ap.add_argument("--json", action="store_true")
    ap.add_argument("--write", metavar="FOLDER")
    a = ap.parse_args()
    licet = os.environ.get("LICET", str(ROOT / "build/release/bin/licet"))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="licet-growth.", dir=a.folder))
    try:
        subprocess.run([sys.executable, ROOT / "tests/workload/generate.py", "--size", "S", "--out", folder / "data",
                        "--lines", str(MONTH_LINES)], check=True, stdout=subprocess.DEVNULL)
        with open(folder / "data/usage.tsv", encoding="utf-8", errors="surrogateescape") as usage, \
                open(folder / "first.tsv", "w", encoding="utf-8", errors="surrogateescape") as first:
            first.writelines(line for _, line in zip(range(FIRST_LINES), usage))
        rows = []

        def say(row):
            rows.append(row)
            print(f"growth: {row['entries']} entries measured", file=sys.stderr, flush=True)

        grow(Ledger(licet, folder), a.entries, say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if a.json:
        print(json.dumps(rows, indent=1))
    else:
        print(table(rows), end="")
    if a.write:
        target = pathlib.Path(a.write)
        (target / "growth.json").write_text(json.dumps(rows, indent=1) + "\n")
        draw(rows, target)


if __name__ == "__main__":
    main()
