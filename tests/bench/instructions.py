#!/usr/bin/env python3
"""What noise would hide: instructions counted by callgrind, the same in every run. instructions.py [--json] FOLDER

Of a usage line: a month of two sizes on one catalogue, and the difference divided by the lines between them, so that
start-up, catalogue and close do not count. Of a small transaction: the same with two numbers of them. Of a line of kernel K.
FOLDER holds native, native_kernel and verify_rate; LICET names licet, beside which its other programs are.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LINES = (8_000, 24_000)
GRANTS = (500, 1_500)
PASSES = (1, 3)
PASS_LINES = 100_000


def count(command, **more):
    told = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
                          capture_output=True, text=True, check=False, **more)
    if told.returncode:
        sys.exit(f"instructions: {command[0]}: {told.stderr[-500:]}")
    return int(re.search(r"Collected : (\d+)", told.stderr)[1])


def slope(sizes, counts):
    return (counts[1] - counts[0]) / (sizes[1] - sizes[0])


def month(licet, folder):
    """Instructions a line: native.c, licet's intake, licet's replay."""
    counts = {"native.c": [], "licet": [], "licet, replay": []}
    for lines in LINES:
        data = folder / f"lines-{lines}"
        subprocess.run([sys.executable, ROOT / "tests/workload/generate.py", "--size", "S", "--lines", str(lines), "--out",
                        data], check=True, stdout=subprocess.DEVNULL)
        counts["native.c"].append(count([folder / "native", data, folder / "out"]))
        ledger = folder / f"lines-{lines}.licet"
        environment = {**os.environ, "LICET_LEDGER": str(ledger)}
        rows = " ".join(f"{name}={data}/{file}.tsv" for name, file in (
            ("Territories", "territories"), ("Payees", "payees"), ("Cards.rates", "cards"), ("Contracts", "contracts"),
            ("Works", "works"), ("Works.holders", "splits")))
        begin = [f"init {ledger} --clock simulated:2026-01-01", "register Label --no-passphrase", "register Service --no-passphrase",
                 f"deploy {ROOT}/contracts/month_of_streams/month_of_streams.lic --as Label"]
        load = [f"load MonthOfStreams --as Label {rows}", "sign MonthOfStreams --as Label --as Service", "clock 2026-02-01"]
        for text in (begin, load):
            subprocess.run([licet, "batch"], input="\n".join(text) + "\n", text=True, check=True, env=environment,
                           capture_output=True)
        counts["licet"].append(count([licet, "batch"], env=environment, input="report MonthOfStreams Usage "
                                     f"{data}/usage.tsv --period 2026-01 --as Service\n"))
        counts["licet, replay"].append(count([licet, "replay", ledger]))
    return {name: slope(LINES, values) for name, values in counts.items()}


def kernel(licet, folder):
    of = {"native.c": folder / "native_kernel", "licet": pathlib.Path(licet).with_name("licet-kernel")}
    lines = [n * PASS_LINES for n in PASSES]
    return {name: slope(lines, [count([program, "k", n]) for n in PASSES]) for name, program in of.items()}


def grants(licet, folder):
    """Instructions a transaction, of which the verification of its signature."""
    program, counts = pathlib.Path(licet).with_name("licet-grants"), []
    for n in GRANTS:
        ledger = folder / f"grants-{n}.licet"
        (folder / "grants.out").mkdir(exist_ok=True)
        counts.append(count([program, ROOT / "tests/scenario/agreements/signed_grants.lic", folder / "grants", ledger,
                             folder / "grants.out", "--waiting", n, "--limit", n, "--threads", 1]))
    return {"licet": slope(GRANTS, counts)}


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ap.add_argument("--json", action="store_true")
    ap.add_argument("folder")
    a = ap.parse_args()
    folder, licet = pathlib.Path(a.folder).resolve(), os.environ["LICET"]
    if not shutil.which("valgrind"):
        print("not measured: valgrind is not installed", file=sys.stderr)
        print("{}" if a.json else "")
        return
    results = {"a line of the month": month(licet, folder), "a line of kernel K": kernel(licet, folder),
               "a small transaction, its making included": grants(licet, folder)}
    if a.json:
        print(json.dumps(results, indent=1))
        return
    for what, values in results.items():
        print(f"{what}: " + ", ".join(f"{name} {value:,.0f}" for name, value in values.items()) + " instructions")


if __name__ == "__main__":
    main()
