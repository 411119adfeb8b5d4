#!/usr/bin/env python3
"""Runs licet-grants and its yardsticks in turn and prints medians: grants.py [--runs N] [--json] GRANTS AGREEMENT FOLDER.

A *stream* hands all transactions over at once; their blocks hold at most 10,000. With N *waiting*, N are handed over,
and the next N when their block is written: the latency of each is the time of its block. Rates are transactions a second.
"""
import argparse
import filecmp
import json
import os
import re
import statistics
import subprocess

# name, options of licet-grants; `log`: the bare log of the same bytes runs behind it
CASES = [
    ("stream, 2 threads", ["--waiting", "10000", "--stream", "1", "--threads", "2"]),
    ("stream, 1 thread", ["--waiting", "10000", "--stream", "1", "--threads", "1"]),
    ("1 waiting", ["--waiting", "1", "--limit", "500"]),
    ("100 waiting", ["--waiting", "100", "--limit", "20000"]),
    ("10,000 waiting", ["--waiting", "10000"]),
]


def verify_rate(folder, threads):
    told = subprocess.run([f"{folder}/verify_rate", "20000", "1000", str(threads)], check=True,
                          capture_output=True, text=True).stdout
    return float(re.search(r"verify .*: (\d+)/s", told)[1])


def remove(path):
    for end in ("", "-wal", "-shm", "-journal", "-lock"):
        if os.path.exists(path + end):
            os.unlink(path + end)


def run_case(a, options):
    ledger, out = f"{a.folder}/grants.licet", f"{a.folder}/grants.out"
    os.makedirs(out, exist_ok=True)
    remove(ledger)
    os.sync()
    told = subprocess.run([a.grants, a.agreement, f"{a.folder}/grants", ledger, out, "--log", "1", *options],
                          check=True, capture_output=True, text=True).stdout
    if "--limit" not in options and not all(
            filecmp.cmp(f"{out}/{name}", f"{a.folder}/grants.want/{name}", shallow=False)
            for name in ("grants.out.tsv", "balances.out.tsv")):
        raise SystemExit("grants: other results than the oracle's")
    size = os.path.getsize(ledger)
    licet, log = (json.loads(line) for line in told.splitlines())
    remove(ledger)
    return {"per_second": licet["per_second"], "cpu_us": licet["cpu_us"], "p50_ms": licet["p50_ms"],
            "p99_ms": licet["p99_ms"], "commit_ms": licet["commit_ms"], "log_ms": log["commit_ms"],
            "log_per_second": log["per_second"], "of_log": log["seconds"] / licet["seconds"],
            "commit_of_log": log["commit_ms"] / licet["commit_ms"],
            "bytes": size / licet["transactions"], "signed_bytes": licet["bytes"] / licet["transactions"]}


def spread(values):
    middle = statistics.median(values)
    return (max(values) - min(values)) / middle if middle else 0.0


def summary(samples):
    result = {key: statistics.median(s[key] for s in samples) for key in samples[0]}
    result["spread"] = spread([s["per_second"] for s in samples])
    return result


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--json", action="store_true")
    ap.add_argument("grants")
    ap.add_argument("agreement")
    ap.add_argument("folder")
    a = ap.parse_args()
    limits = {1: [], 2: []}
    taken = {name: [] for name, _ in CASES}
    for _ in range(a.runs):
        for threads, rates in limits.items():
            rates.append(verify_rate(a.folder, threads))
        for name, options in CASES:
            taken[name].append(run_case(a, options))
    results = {name: summary(samples) for name, samples in taken.items()}
    limit = {f"{threads} threads": statistics.median(rates) for threads, rates in limits.items()}
    if a.json:
        print(json.dumps({"verify_per_second": limit, "grants": results}, indent=1))
        return
    print(f"libsodium verifies {limit['1 threads']:,.0f} a second on one thread, {limit['2 threads']:,.0f} on two")
    print(f"{'':18} {'a second':>9} {'spread':>7} {'of limit':>8} {'cpu us':>7} {'p50 ms':>9} {'p99 ms':>9} "
          f"{'log/s':>9} {'of log':>7} {'commit ms':>9} {'of log':>7} {'bytes':>6}")
    for name, r in results.items():
        one = name.endswith("1 thread")
        print(f"{name:18} {r['per_second']:9,.0f} {r['spread']:6.0%} "
              f"{r['per_second'] / limit['1 threads' if one else '2 threads']:8.2f} {r['cpu_us']:7.1f} "
              f"{r['p50_ms']:9.2f} {r['p99_ms']:9.2f} {r['log_per_second']:9,.0f} {r['of_log']:7.3f} "
              f"{r['commit_ms']:9.2f} {r['commit_of_log']:7.3f} {r['bytes']:6.0f}")


if __name__ == "__main__":
    main()
