#!/usr/bin/env python3
"""Commands that a document shows, with what they print: runs them and compares.

    transcript.py run DOCUMENT           prints each command and its output
    transcript.py check DOCUMENT         compares with the document: a line `ok - ...` or `not ok - ...` each
    transcript.py bless DOCUMENT         writes into the document what came out
    transcript.py time DOCUMENT RUNS     milliseconds of each command: median and largest

In the document, an indented line that begins with `$ ` is a command, one that begins with `> ` goes on with it, and
the indented lines behind it are what it prints, standard output and error together; `[N]` at the end is
an exit code other than 0. All commands run in one shell, in an empty folder, with LICET first in PATH. In a line of
output … stands for anything: hashes and keys differ from run to run.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

MARK = "\x1e"
HASH = re.compile(r"\b[0-9a-f]{64}\b")
KEY = re.compile(r"\bdid:key:z[1-9A-HJ-NP-Za-km-z]+")


def read(document):
    """-> (lines, steps): each step is [command, first line of output, line behind it]."""
    with open(document, encoding="utf-8") as file:
        lines = file.read().split("\n")
    steps = []
    for number, line in enumerate(lines):
        if line.startswith("    $ "):
            steps.append([line[6:], number + 1, number + 1])
        elif steps and steps[-1][2] == number and line.startswith("    "):
            steps[-1][2] += 1
            if line.startswith("    > ") and steps[-1][1] == number:
                steps[-1][0] += "\n" + line[6:]
                steps[-1][1] += 1
    return lines, steps


def execute(steps):
    """-> for each step its output's lines, and its time in milliseconds."""
    script = ["exec 2>&1 </dev/null"]
    for command, _, _ in steps:
        script += [f"printf '{MARK}'; began=$EPOCHREALTIME", command,
                   f"status=$?; printf '{MARK}%s %s %s' $status ${{began/./}} ${{EPOCHREALTIME/./}}"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LICET_")}
    environment.update(LC_ALL="C", TZ="UTC", PATH=os.path.dirname(os.environ["LICET"]) + ":" + os.environ["PATH"])
    with tempfile.TemporaryDirectory(prefix="licet-transcript.") as folder:
        done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=folder, env=environment, check=False,
                              capture_output=True, timeout=600)
    parts = done.stdout.decode("utf-8", errors="replace").split(MARK)[1:]
    results = []
    for text, end in zip(parts[0::2], parts[1::2]):
        status, began, ended = end.split()
        shown = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []
        if status != "0":
            shown.append(f"[{status}]")
        results.append((shown, (int(ended) - int(began)) / 1000))
    if len(results) != len(steps):
        raise SystemExit(f"transcript: only {len(results)} of {len(steps)} commands ran")
    return results


def fits(expected, found):
    """Do the lines fit, … standing for anything?"""
    patterns = [".*".join(re.escape(part) for part in line.split("…")) for line in expected]
    return len(expected) == len(found) and all(map(re.fullmatch, patterns, found))


def shown_in(lines, step):
    return [line[4:].rstrip() for line in lines[step[1]:step[2]]]


def check(lines, steps, results):
    failures = 0
    for step, (found, _) in zip(steps, results):
        expected = shown_in(lines, step)
        command = step[0].replace("\n", " ")
        if fits(expected, [line.rstrip() for line in found]):
            print(f"ok - {command}")
        else:
            failures += 1
            print(f"not ok - {command}: expected [{'|'.join(expected)[:400]}] got [{'|'.join(found)[:400]}]")
    return failures


def bless(document, lines, steps, results):
    for step, (found, _) in reversed(list(zip(steps, results))):
        if fits(shown_in(lines, step), [line.rstrip() for line in found]):
            continue
        short = [KEY.sub("did:key:…", HASH.sub("…", line)) for line in found]
        lines[step[1]:step[2]] = [("    " + line).rstrip() if line else "    " for line in short]
    with open(document, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def time(steps, runs):
    taken = [[ms for _, ms in execute(steps)] for _ in range(runs)]
    rows = [(command.split("\n")[0], statistics.median(times), max(times))
            for (command, _, _), times in zip(steps, zip(*taken))]
    if os.environ.get("LICET_BENCH_JSON"):
        print(json.dumps([{"step": name, "median_ms": f"{middle:.1f}", "largest_ms": f"{most:.1f}"}
                          for name, middle, most in rows]))
        return
    print(f"{'median':>9} {'largest':>9}  step, {runs} runs, milliseconds")
    for name, middle, most in rows:
        print(f"{middle:9.1f} {most:9.1f}  {name[:80]}")


def main():
    what, document = sys.argv[1:3]
    lines, steps = read(document)
    if not steps:
        raise SystemExit(f"transcript: {document} shows no commands")
    if what == "time":
        time(steps, int(sys.argv[3]))
        return 0
    results = execute(steps)
    if what == "run":
        for step, (found, _) in zip(steps, results):
            print("\n".join(["$ " + step[0].replace("\n", "\n> "), *found]))
    elif what == "bless":
        bless(document, lines, steps, results)
    elif what == "check":
        return 1 if check(lines, steps, results) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
