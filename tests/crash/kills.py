#!/usr/bin/env python3
"""The real program is killed at a moment that a seed chooses: at the n-th of its calls that change a file (kill_at.c).

A ledger goes through its first two months in commands of their own: init, keys, agreement, schedules, signatures, a clock, a
report of some thousand lines in small chunks over many blocks that is settled in steps over many more, a group of acts in
one block, a payment. First all of that without an interruption, and each call is listed; then, for each seed, one of the
commands is killed on a copy of the ledger as it was before it, and once more while it recovers. Half of the seeds are of one
part of the work each: a report's chunks come in; its steps; its close; a log is folded into the file (by a command that finds
the log of a writer that died); the ledger is made. The others fall where they may. Afterwards: the ledger replays and `doctor`
finds nothing; what the commands before had said is there; the command is given again, as often as it takes, and everything
ends with the amounts of the run without an interruption.

Would catch: what crashes.c catches, in the program as it is installed, on a real file system; a command that tells of a
transaction before it is written; a command that cannot be given again.

    tests/crash/kills.py [--kills N] [--seed S] [--jobs J]

N kills (40) with the seeds from 1, or the seed S alone. LICET names the program, LICET_BUILD the build with the library
crash_kill_at. The last line counts the kills, and how many of them hit which part of the work.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("LICET_SOURCE") or pathlib.Path(__file__).resolve().parents[2])
BUILD = pathlib.Path(os.environ.get("LICET_BUILD") or SOURCE / "build/release")
LICET = pathlib.Path(os.environ.get("LICET") or BUILD / "bin/licet").resolve()
SHIM = BUILD.resolve() / "tests" / "libcrash_kill_at.so"
LINES = 3000


class Wrong(Exception):
    pass


def environment(folder, **more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LICET")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder), "LICET_LEDGER": str(folder / "l.licet"), **more}


def licet(folder, *words, **more):
    return subprocess.run([LICET, *words], cwd=folder, env=environment(folder, **more), capture_output=True, text=True,
                          check=False)


def must(folder, *words):
    done = licet(folder, *words)
    if done.returncode != 0:
        raise Wrong(f"licet {' '.join(words)}: exit {done.returncode}: {done.stderr.strip()[:400]}")
    return done.stdout


# Each command: name, words. The ledger takes few transactions a block, and few lines of a report.
def commands(data):
    files = {"Territories": "territories", "Payees": "payees", "Cards.rates": "cards", "Contracts": "contracts",
             "Works": "works", "Works.holders": "splits"}
    tables = [f"{name}={data}/{file}.tsv" for name, file in files.items()]
    month = f"{SOURCE}/contracts/month_of_streams/month_of_streams.lic"
    return [
        ("init", ["init", "l.licet", "--clock", "simulated:2026-01-01", "--limit", "block_transactions=8",
                  "--limit", "work_per_block=400"]),
        ("key", ["key", "new", "Label", "--no-passphrase"]),
        ("key 2", ["key", "new", "Service", "--no-passphrase"]),
        ("register", ["register", "Label"]),
        ("register 2", ["register", "Service"]),
        ("deploy", ["deploy", month, "--as", "Label"]),
        ("load", ["load", "MonthOfStreams", *tables, "--as", "Label"]),
        ("sign", ["sign", "MonthOfStreams", "--as", "Label", "--as", "Service"]),
        ("fund", ["deploy", f"{SOURCE}/tests/scenario/agreements/held.lic", "--as", "Label",
                  "--party", "Owner=Label", "--party", "Keeper=Service"]),
        ("signatures", ["sign", "Stewardship", "--as", "Label", "--as", "Service"]),
        ("acts", ["batch", "acts"]),
        ("clock", ["clock", "2026-02-01"]),
        ("report", ["report", "MonthOfStreams", "Usage", f"{data}/usage.tsv", "--period", "2026-01", "--as", "Service",
                    "--chunk", "2000"]),
        ("pay", ["pay", "Stewardship", "Owner", "7.00", "--as", "Service"]),
    ]


def begin(folder):
    (folder / "acts").write_text("".join(f"act Stewardship TopUp added={n}.00 --as Service\n" for n in range(10, 15)))


def is_made(folder):
    """Whether there is a ledger; if not, that is what is said."""
    done = licet(folder, "show", "ledger")
    if done.returncode not in (0, 66):
        raise Wrong(f"an interrupted init: {done.stderr.strip()[:300]}")
    return done.returncode == 0


def amounts(folder):
    asked = ("term, key, net_units FROM term_results ORDER BY term, contract_number, row, period",
             "account, kind, key, units FROM balances ORDER BY contract_number, account, kind, key",
             "count(*) FROM payments")
    return [must(folder, "query", f"SELECT {what}") for what in asked]


def transactions(folder):
    if not (folder / "l.licet").exists() or not is_made(folder):
        return set()
    return {line.split()[-1] for line in must(folder, "log", "transactions").splitlines() if line}


def is_done(folder, name):
    """What a person would look at before giving a command again that seems to have failed."""
    answers = {
        "register": ("SELECT count(*) FROM parties WHERE name = 'Label'", "1"),
        "register 2": ("SELECT count(*) FROM parties WHERE name = 'Service'", "1"),
        "deploy": ("SELECT count(*) FROM contracts WHERE agreement = 'MonthOfStreams'", "1"),
        "fund": ("SELECT count(*) FROM contracts WHERE agreement = 'Stewardship'", "1"),
        "sign": ("SELECT status FROM contracts WHERE agreement = 'MonthOfStreams'", "open"),
        "signatures": ("SELECT status FROM contracts WHERE agreement = 'Stewardship'", "open"),
        "pay": ("SELECT count(*) FROM payments", "1"),
    }
    if name == "init":
        return is_made(folder)
    if name.startswith("key"):
        return (folder / "l.licet-keys" / ("Service.key" if name == "key 2" else "Label.key")).exists()
    if name == "clock":
        return "2026-02-01" in must(folder, "show", "ledger")
    if name not in answers:
        return False
    sql, expected = answers[name]
    return must(folder, "query", sql).strip() == expected


class Run:
    """A run without an interruption, with the ledger before each command."""

    def __init__(self, root):
        self.root = root
        data = root / "data"
        subprocess.run([sys.executable, "-B", SOURCE / "tests/workload/generate.py", "--size", "S", "--seed", "5", "--lines",
                        str(LINES), "--works", "200", "--payees", "60", "--contracts", "20", "--out", data],
                       stdout=subprocess.DEVNULL, check=True)
        self.commands = commands(data)
        folder = root / "whole"
        folder.mkdir()
        begin(folder)
        self.calls = []  # of each command: a list of lines
        for index, (_, words) in enumerate(self.commands):
            shutil.copytree(folder, root / f"before{index}")
            self.calls.append(self.list_calls(folder, words))
        self.amounts = amounts(folder)
        self.parts = self.find_parts(folder)
        self.folds = {}

    def list_calls(self, folder, words):
        path = folder.parent / f"list-{folder.name}"
        done = licet(folder, *words, LD_PRELOAD=str(SHIM), LICET_KILL_LIST=str(path))
        if done.returncode != 0:
            raise Wrong(f"licet {' '.join(words)} fails by itself: {done.stderr[:400]}")
        return path.read_text().splitlines()

    def find_parts(self, folder):
        """Calls (command, number from 0) while chunks come in, while steps are settled, while the close is written. Each block
        ends with the removal of its journal."""
        index = [name for name, _ in self.commands].index("report")
        with sqlite3.connect(f"file:{self.root}/before{index}/l.licet?mode=ro", uri=True) as db:
            height = db.execute("SELECT height FROM head").fetchone()[0]
        with sqlite3.connect(f"file:{folder}/l.licet?mode=ro", uri=True) as db:
            number, ended = db.execute("SELECT number, ended FROM transfers WHERE kind = 6").fetchone()
            last = db.execute("SELECT max(place >> 28) FROM chunks WHERE slot >> 20 = ?", (number,)).fetchone()[0]
        parts = {"report": [], "steps": [], "close": []}
        for call, line in enumerate(self.calls[index]):
            part = "report" if height < last else "steps" if height < ended - 1 else "close"
            if height < ended:
                parts[part].append((index, call))
            height += line == "remove l.licet-journal"
        parts["init"] = [(0, call) for call in range(len(self.calls[0]))]
        return parts

    def leave_log(self, index, folder):
        """The ledger before a command, as a writer leaves it who died when the blocks of the command before were in its log."""
        shutil.copytree(self.root / f"before{index}", folder)
        shutil.copy(self.root / f"before{index - 1}" / "l.licet", folder / "l.licet")
        script = ("import os, sqlite3, sys\n"
                  "db, after = sqlite3.connect(sys.argv[1]), sqlite3.connect(sys.argv[2])\n"
                  "db.execute('PRAGMA journal_mode = WAL')\n"
                  "db.execute('PRAGMA wal_autocheckpoint = 0')\n"
                  "after.backup(db)\n"
                  "os._exit(0)\n")
        subprocess.run([sys.executable, "-c", script, folder / "l.licet", self.root / f"before{index}" / "l.licet"],
                       check=True)
        (folder / "l.licet-lock").write_text("w")

    def fold(self, index):
        """The calls of a command that finds a log, and which of them fold it into the file."""
        if index not in self.folds:
            with tempfile.TemporaryDirectory(dir=self.root) as place:
                folder = pathlib.Path(place) / "l"
                self.leave_log(index, folder)
                calls = self.list_calls(folder, self.commands[index][1])
            end = calls.index("remove l.licet-wal")
            self.folds[index] = [call for call in range(end + 1) if calls[call].split()[1] in ("l.licet", "l.licet-wal")]
        return self.folds[index]

    def choose(self, seed, chance):
        """What is killed: the part of the work, the command, the call."""
        part = (None, "report", None, "steps", None, "close", "fold", "init", None, "fold")[seed % 10]
        if part == "fold":
            index = chance.randrange(5, len(self.commands))
            return part, index, chance.choice(self.fold(index))
        calls = self.parts[part] if part else [(i, c) for i, lines in enumerate(self.calls) for c in range(len(lines))]
        index, call = chance.choice(calls)
        if part is None:
            part = next((p for p, found in self.parts.items() if (index, call) in found), self.commands[index][0])
        return part, index, call


def kill_at(folder, words, call, how):
    done = licet(folder, *words, LD_PRELOAD=str(SHIM), LICET_KILL_AT=f"{call} {how}")
    return done.returncode == -9


def give_again(folder, name, words):
    """Without an interruption, until it is done. What can be repeated is repeated; else one looks first."""
    if name == "acts":
        told = int(must(folder, "query", "SELECT count(*) FROM postings WHERE to_account = 'Fund'"))
        lines = (folder / "acts").read_text().splitlines(keepends=True)
        (folder / "acts").write_text("".join(lines[told:]))
        if told == len(lines):
            return
    if name == "load":
        loaded = set(must(folder, "query", "SELECT subject FROM uploads WHERE kind = 'load' AND state = 'complete'").split())
        words = [w for w in words if w.split("=")[0] not in loaded]
        if not any("=" in w for w in words):
            return
    if not is_done(folder, name):
        done = licet(folder, *words)
        signed = "signed" in done.stderr
        if done.returncode != 0 and not (name.startswith("sign") and signed):
            raise Wrong(f"given again, {name} ends with {done.returncode}: {done.stderr.strip()[:300]}")


def look(folder, before):
    if not before and not is_made(folder):
        return
    must(folder, "replay")
    doctor = licet(folder, "doctor")
    if doctor.returncode != 0:
        raise Wrong(f"doctor: {doctor.stdout[-300:]} {doctor.stderr[-300:]}")
    missing = before - transactions(folder)
    if missing:
        raise Wrong(f"transactions are gone: {sorted(missing)[:3]}")


def one(run, seed):
    """Returns the part of the work that was hit."""
    chance = random.Random(seed)
    part, index, at = run.choose(seed, chance)
    name, words = run.commands[index]
    how = chance.choice(["before", "half", "after"])
    with tempfile.TemporaryDirectory(dir=run.root) as place:
        folder = pathlib.Path(place) / "l"
        if part == "fold":
            run.leave_log(index, folder)
        else:
            shutil.copytree(run.root / f"before{index}", folder)
        before = transactions(run.root / f"before{index}")
        killed = kill_at(folder, words, at + 1, how)
        if not killed:
            raise Wrong(f"{name} was not killed at call {at + 1}")
        if chance.random() < 0.5 and not is_done(folder, name):
            kill_at(folder, words, 1 + chance.randrange(40), how)
        look(folder, before)
        give_again(folder, name, words)
        for later, more in run.commands[index + 1:]:
            done = licet(folder, *more)
            if done.returncode != 0:
                raise Wrong(f"{later} after {name}: {done.stderr.strip()[:300]}")
        if amounts(folder) != run.amounts:
            raise Wrong(f"killed in {name}, call {at + 1} ({how}): the amounts are others")
        must(folder, "replay")
    return part


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    seeds = [options.seed] if options.seed is not None else range(1, options.kills + 1)
    hit, wrong = collections.Counter(), 0
    with tempfile.TemporaryDirectory(prefix="licet-kills-") as place:
        run = Run(pathlib.Path(place))

        def attempt(seed):
            try:
                return seed, one(run, seed), None
            except Wrong as error:
                return seed, None, error

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for seed, name, error in pool.map(attempt, seeds):
                if error is None:
                    hit[name] += 1
                    continue
                wrong += 1
                print(f"not ok - seed {seed}: {error}\nagain: tests/crash/kills.py --seed {seed}")
    parts = ", ".join(f"{name} {count}" for name, count in hit.most_common())
    print(f"{'not ok' if wrong else 'ok'} - {sum(hit.values())} kills are survived ({parts}): {wrong} are not")
    return 1 if wrong else 0


sys.exit(main())
