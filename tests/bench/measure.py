#!/usr/bin/env python3
"""Times commands in turn, in one run, and prints ratios to the first.

    measure.py [--runs N] [--fresh FOLDER] NAME=COMMAND NAME=COMMAND ...

Every round runs each command once, so that a slow minute of the machine hits all alike. Wall time and CPU
time (user + system, children too) are given as median, and the spread as (largest - smallest) / median.
--fresh empties FOLDER before each run: a command finds no file of the run before it. `NAME-empty=COMMAND`
is subtracted from NAME (start-up that is not to be measured). Prints JSON with --json.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time


def once(command, fresh):
    if fresh:
        shutil.rmtree(fresh, ignore_errors=True)
        os.makedirs(fresh)
    os.sync()
    begin = time.monotonic()
    child = subprocess.Popen(["sh", "-c", command], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE)
    talk = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.stderr.write(talk.decode(errors="replace")[-2000:])
        raise SystemExit(f"measure: `{command}` ended with {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def spread(values):
    middle = statistics.median(values)
    return (max(values) - min(values)) / middle if middle else 0.0


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--fresh")
    ap.add_argument("--json", action="store_true")
    ap.add_argument("commands", nargs="+")
    a = ap.parse_args()
    commands = dict(c.split("=", 1) for c in a.commands)
    taken = {name: [] for name in commands}
    for _ in range(a.runs):
        for name, command in commands.items():
            taken[name].append(once(command, a.fresh))
    shown = [name for name in commands if not name.endswith("-empty")]
    results = {}
    for name in shown:
        empty = taken.get(name + "-empty", [(0.0, 0.0, 0.0)] * a.runs)
        wall = [t[0] - e[0] for t, e in zip(taken[name], empty)]
        cpu = [t[1] - e[1] for t, e in zip(taken[name], empty)]
        results[name] = {"wall": statistics.median(wall), "wall_spread": spread(wall),
                         "cpu": statistics.median(cpu), "cpu_spread": spread(cpu),
                         "peak_mb": max(t[2] for t in taken[name])}
    base = results[shown[0]]
    for result in results.values():
        result["wall_ratio"] = result["wall"] / base["wall"]
        result["cpu_ratio"] = result["cpu"] / base["cpu"] if base["cpu"] else 0.0
    if a.json:
        print(json.dumps(results, indent=1))
        return
    print(f"{'':24} {'wall s':>8} {'spread':>7} {'cpu s':>8} {'spread':>7} {'peak MB':>8} "
          f"{'wall x':>7} {'cpu x':>7}")
    for name, r in results.items():
        print(f"{name:24} {r['wall']:8.3f} {r['wall_spread']:6.0%} {r['cpu']:8.3f} {r['cpu_spread']:6.0%} "
              f"{r['peak_mb']:8.0f} {r['wall_ratio']:7.2f} {r['cpu_ratio']:7.2f}")


if __name__ == "__main__":
    main()
