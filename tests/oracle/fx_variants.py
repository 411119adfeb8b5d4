#!/usr/bin/env python3
"""The extension fx_table against a reader of its own: tables drawn at random in the three forms, whole and
broken, and thousands of questions.

Would catch: another rate than the last on or before the day, a stale, missing or inverse rate that is
answered, a zero, double or unreadable one that is taken, an error at another line, a rate whose digits
change. Prints its seed; LICET_SEED repeats.
"""
import datetime
import glob
import os
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction as F

BUILD = os.environ["LICET_BUILD"]
CALLER = os.path.join(BUILD, "tests/call_extension")
INTERFACE = glob.glob(os.path.join(BUILD, "**/licet/fx_table.interface"), recursive=True)[0]
CODES = ["EUR", "USD", "GBP", "JPY", "SEK"]
BAD_RATES = ["0", "0.000", "-1.5", "1,5", "", "abc", "1e3", "01", "1.", ".5", "1.1234567890123456789"]
DAY = datetime.date(2026, 1, 1)


def day(n):
    return (DAY + datetime.timedelta(days=n)).isoformat()


class Table:
    """Rates by pair and day, or the failure (code, line)."""

    def __init__(self, form, lines):
        self.rates, self.failure = {}, None
        conflicts, first = [], {}
        for n, date, base, quote, rate in self.cells(form, lines):
            if self.failure:
                return
            if not re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]{1,18})?|-(0|[1-9][0-9]*)(\.[0-9]{1,18})?", rate) or (
                    rate[0] == "-" and F(rate) == 0):
                self.failure = ("malformed", n)
            elif F(rate) <= 0:
                self.failure = ("zero", n)
            elif (base, quote, date) in first:
                if F(first[base, quote, date]) != F(rate):
                    conflicts.append(n)
            else:
                first[base, quote, date] = rate
                self.rates.setdefault((base, quote), {})[date] = rate
        if conflicts and not self.failure:
            self.failure = ("conflict", min(conflicts))

    def cells(self, form, lines):
        width = len(lines[0].split(",")) if lines else 0
        for n, line in enumerate(lines[1:], 2):
            cells = [c.strip() for c in line.split(",")]
            if len(cells) != width:
                self.failure = ("malformed", n)
                return
            date = cells[6 if form == "portal" else 0]
            try:
                date = datetime.datetime.strptime(date, "%d %B %Y").date().isoformat()
            except ValueError:
                pass
            try:
                datetime.date.fromisoformat(date)
            except ValueError:
                self.failure = ("malformed", n)
                return
            if form == "wide":
                for code, cell in zip(lines[0].split(",")[1:], cells[1:]):
                    if cell not in ("", "N/A"):
                        yield n, date, "EUR", code.strip(), cell
                continue
            base, quote, rate = (cells[3], cells[2], cells[7]) if form == "portal" else cells[1:4]
            if not all(re.fullmatch("[A-Z]{3}", c) for c in (base, quote)) or base == quote:
                self.failure = ("malformed", n)
                return
            yield n, date, base, quote, rate

    def ask(self, base, quote, date, stale):
        """Code, or rate and its day."""
        try:
            asked = datetime.date.fromisoformat(date)
        except ValueError:
            return "question"
        if base == quote or stale < 0 or not all(re.fullmatch("[A-Z]{3}", c) for c in (base, quote)):
            return "question"
        days = [d for d in self.rates.get((base, quote), {}) if d <= date]
        if not days:
            absent = (base, quote) not in self.rates
            return "inverse" if absent and (quote, base) in self.rates else "missing"
        last = max(days)
        if (asked - datetime.date.fromisoformat(last)).days > stale:
            return "stale"
        return self.rates[base, quote][last], last


def draw(rng):
    form = rng.choice(["narrow", "wide", "portal"])
    days = rng.sample(range(60), rng.randrange(1, 20))

    def rate():
        return rng.choice(["1.0853", "0.9", "155.02", "12", "1.08530", f"{rng.randrange(1, 10**6)}.{rng.randrange(10**9)}"])
    if form == "wide":
        codes = rng.sample(CODES[1:], rng.randrange(1, 4))
        lines = [",".join(["Date"] + codes + [""] * (tail := rng.randrange(2)))]
        for d in days:
            lines.append(",".join([day(d)] + [rng.choice([rate(), rate(), "N/A"]) for _ in codes] + [""] * tail))
        if rng.random() < 0.3:
            lines = [lines[0].replace(",", ", ")] + [
                (DAY + datetime.timedelta(days=days[0])).strftime("%d %B %Y") + lines[1][10:]]
        return form, lines
    pairs = [rng.sample(CODES, 2) for _ in range(rng.randrange(1, 4))]
    rows = [(day(d), b, q, rate()) for d in days for b, q in pairs if rng.random() < 0.8]
    if form == "portal":
        head = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE"
        return form, [head] + [f"k,D,{q},{b},SP00,A,{d},{r}" for d, b, q, r in rows]
    return form, ["date,base,quote,rate"] + [",".join(row) for row in rows]


def spoil(rng, lines):
    at = rng.randrange(1, len(lines)) if len(lines) > 1 else 0
    if at == 0:
        return lines
    cells = lines[at].split(",")
    choice = rng.randrange(4)
    if choice == 0:
        cells[-1 if cells[-1] else -2] = rng.choice(BAD_RATES)
    elif choice == 1:
        cells[rng.randrange(len(cells))] = rng.choice(["2026-02-30", "usd", "", "N/A", "5.5"])
    elif choice == 2:
        cells = cells[:-1] if rng.random() < 0.5 else cells + ["1"]
    else:
        other = lines[at].split(",")
        other[-1 if other[-1] else -2] = rng.choice(["1.0853", "1.08530", "2"])
        return lines + [",".join(other)]
    return lines[:at] + [",".join(cells)] + lines[at + 1:]


def compare(rng, form, lines):
    table = Table(form, lines)
    questions = []
    for _ in range(20):
        base, quote = rng.choice(CODES + ["XX"]), rng.choice(CODES)
        questions.append((base, quote, rng.choice([day(rng.randrange(-5, 90)), day(3), "2026-13-01"]),
                          rng.choice([0, 1, 3, 7, 100, -1])))
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        calls = [f"open\t16000000:{file.name}"] + ["\t".join(map(str, ("rate", 1, *q))) for q in questions]
        done = subprocess.run([CALLER, INTERFACE], input="\n".join(calls) + "\n", capture_output=True, text=True,
                              check=False)
    answers = done.stdout.splitlines()
    if done.returncode != 0 or len(answers) != len(calls):
        return f"exit {done.returncode}, {len(answers)} answers: {done.stderr[:200]}"
    if table.failure:
        code, line = table.failure
        good = answers[0].startswith(f"! {code}: ") and f"line {line}:" in answers[0]
        return None if good else f"{table.failure}: {answers[0]}"
    if answers[0] != "= 1\t":
        return answers[0]
    for question, answer in zip(questions, answers[1:]):
        expected = table.ask(*question)
        good = (answer.startswith(f"! {expected}: ") if isinstance(expected, str) else
                answer == "= " + "\t".join(expected) + "\t")
        if not good:
            return f"{question}: expected {expected}, got {answer}"
    return None


def main():
    seed = int(os.environ.get("LICET_SEED", "20260101"))
    print(f"seed {seed}")
    rng = random.Random(seed)
    passed = failed = 0
    seen = set()
    for _ in range(int(os.environ.get("LICET_VARIANTS", "300"))):
        form, lines = draw(rng)
        if rng.random() < 0.4:
            lines = spoil(rng, lines)
        failure = Table(form, lines).failure
        seen.add(failure and failure[0])
        difference = compare(rng, form, lines)
        passed, failed = passed + (difference is None), failed + (difference is not None)
        if difference:
            print(f"not ok - {form}: {difference}: {lines[:4]}")
    for code in (None, "malformed", "zero", "conflict"):
        passed, failed = passed + (code in seen), failed + (code not in seen)
        if code not in seen:
            print(f"not ok - no table was {code}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
