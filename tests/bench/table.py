#!/usr/bin/env python3
"""Writes docs/bench.md: table.py [--runs N] [--size SIZE] [--keep FILE] [--only MEASURE,...]

Runs the measures of tests/bench, each beside its yardsticks in the same run, and puts every figure into the page; prose
that needs none stands in bench.md.in. Rows in which licet is behind its yardstick or its goal are listed by themselves. What the
measures printed is kept as JSON in FILE (docs/bench.json when absent), so that one of them can be run again --only.
"""
import argparse
import json
import os
import pathlib
import platform
import resource
import subprocess
import sys
import time

import growth

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MEASURES = ("kernel", "month", "month_large", "databases", "grants", "instructions", "growth")
SIZED = ("month", "databases") # those that want the size of the month of streams


def run(measure, words, runs):
    """The JSON that a measure prints behind its words, or None when it fails."""
    script, words = ("month", ["L"]) if measure == "month_large" else (measure, words)
    done = subprocess.run([HERE / f"{script}.sh", *words, str(runs)], stdout=subprocess.PIPE, text=True, check=False,
                          env={"LICET": str(ROOT / "build/release/bin/licet"), **os.environ, "LICET_BENCH_JSON": "1"})
    starts = [i for i in (done.stdout.find("\n{"), done.stdout.find("\n[")) if i >= 0]
    text = done.stdout if done.stdout[:1] in ("{", "[") else done.stdout[min(starts) + 1:] if starts else ""
    if done.returncode or not text:
        print(f"table: {measure} gave nothing (exit {done.returncode})", file=sys.stderr)
        return None
    return json.JSONDecoder().raw_decode(text)[0]


def used():
    """CPU seconds of everything that ran and ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.machine())
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    compiler = subprocess.run([os.environ.get("CC", "cc"), "--version"], capture_output=True, text=True, check=False)
    return {"date": time.strftime("%Y-%m-%d"), "machine": model, "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1),
            "commit": commit.stdout.strip(), "compiler": compiler.stdout.split("\n", 1)[0]}


class Rows:
    """Rows of the table: `behind` says in words why a row is lost, or nothing."""

    def __init__(self):
        self.rows = []

    def add(self, work, ours, yardstick, theirs, ratio, goal, behind=""):
        self.rows.append((work, ours, yardstick, theirs, ratio, goal, behind))

    def table(self):
        out = ["| work | licet | yardstick | its figure | ratio | goal | |", "|---|---|---|---|---|---|---|"]
        out += ["| " + " | ".join((*row[:6], "**behind**" if row[6] else "")) + " |" for row in self.rows]
        return "\n".join(out)

    def lost(self):
        lines = [f"- {row[0]}, against {row[2]}: {row[6]}" for row in self.rows if row[6]]
        return "\n".join(lines) or "None in this run."


def seconds(r):
    return f"{r['wall']:.2f} s ±{r['wall_spread'] / 2:.0%}, CPU {r['cpu']:.2f} s"


def of_kernel(rows, told):
    ours, native = told["licet interpreter"], told["native C"]
    ratio = ours["cpu"] / native["cpu"]
    rows.add("kernel K, 100,000 lines of arithmetic a pass", seconds(ours), "checked native C", seconds(native), f"{ratio:.2f} (CPU)",
             "≤ 2.3", f"{ratio:.2f} times its CPU; the goal is 2.3" if ratio > 2.3 else "")


def of_month(rows, told, size):
    ours = told["licet settle.sh"]
    for name, limit in (("native.c", 1.5), ("native_batch.c", None)):
        theirs = told[name]
        wall, cpu = ours["wall"] / theirs["wall"], ours["cpu"] / theirs["cpu"]
        goal = f"≤ {limit}" if limit else ""
        behind = f"{wall:.2f} times its wall time, {cpu:.2f} times its CPU" if wall > 1 else ""
        rows.add(f"month of streams, size {size}, files to synced results", seconds(ours), name, seconds(theirs),
                 f"{wall:.2f} (CPU {cpu:.2f})", goal, behind + (f"; the goal is {limit}" if limit and wall > limit else ""))
    most = 1500 if size == "L" else 400
    rows.add("its peak memory", f"{ours['peak_mb']:.0f} MB", "native.c", f"{told['native.c']['peak_mb']:.0f} MB",
             f"{ours['peak_mb'] / told['native.c']['peak_mb']:.2f}", f"≤ {most} MB",
             f"more than the goal of {most} MB" if ours["peak_mb"] > most else "")


def of_databases(rows, told, month):
    """Through native.c, which ran in both runs."""
    for name in ("DuckDB", "PostgreSQL", "SQLite"):
        if name not in told:
            rows.add("the same month", "", name, "not installed here", "", "")
            continue
        factor = told["native.c"]["wall"] / month["native.c"]["wall"]
        cpu = told["native.c"]["cpu"] / month["native.c"]["cpu"]
        ratio = month["licet settle.sh"]["wall"] * factor / told[name]["wall"]
        ratio_cpu = month["licet settle.sh"]["cpu"] * cpu / told[name]["cpu"]
        rows.add("the same month, unsigned and without proofs there", f"{told[name]['wall_ratio'] * ratio:.2f} × native.c", name,
                 f"{told[name]['wall_ratio']:.1f} × native.c ({seconds(told[name])})", f"{ratio:.2f} (CPU {ratio_cpu:.2f})", "",
                 f"{ratio:.2f} times its wall time" if ratio > 1 else "")


def of_grants(rows, told):
    limits = told["verify_per_second"]
    for name, threads in (("stream, 2 threads", "2 threads"), ("stream, 1 thread", "1 threads")):
        r = told["grants"][name]
        part = r["per_second"] / limits[threads]
        rows.add(f"small signed transactions, {name}", f"{r['per_second']:,.0f}/s ±{r['spread'] / 2:.0%}, CPU {r['cpu_us']:.0f} µs each",
                 "libsodium verifying alone", f"{limits[threads]:,.0f}/s", f"{part:.2f}", "10,000/s, then 36,000/s",
                 f"{part:.0%} of its rate" + ("; the first goal is 10,000/s" if r["per_second"] < 10_000 and threads[0] == "2" else ""))
    for name, limit in (("100 waiting", 0.10), ("10,000 waiting", 0.03)):
        r = told["grants"][name]
        rows.add(f"block commit, {name}", f"{r['commit_ms']:.2f} ms", "bare log of the same bytes, synced", f"{r['log_ms']:.2f} ms",
                 f"{r['commit_of_log']:.3f} of the log's speed", f"≥ {limit}",
                 f"{r['commit_of_log']:.3f} of its speed" + (f"; the goal is {limit}" if r["commit_of_log"] < limit else ""))
    for name in ("1 waiting", "100 waiting", "10,000 waiting"):
        r = told["grants"][name]
        rows.add(f"latency of a transaction, {name}", f"p50 {r['p50_ms']:.2f} ms, p99 {r['p99_ms']:.2f} ms",
                 "a bare log's commit", f"{r['log_ms']:.2f} ms", f"{r['p50_ms'] / r['log_ms']:.1f}", "")


def of_instructions(rows, told):
    for work, values in told.items():
        native = values.get("native.c")
        for name, value in values.items():
            if name == "native.c":
                continue
            ratio = value / native if native else None
            rows.add(f"instructions, {work}" + (", replayed" if "replay" in name else ""), f"{value:,.0f}",
                     "native.c" if native else "", f"{native:,.0f}" if native else "", f"{ratio:.2f}" if ratio else "", "",
                     f"{ratio:.2f} times as many" if ratio and ratio > 1 else "")


def of_growth(rows, told):
    last = told[-1]
    wall, cpu = (last[f"replay {what}"] / last[f"intake {what}"] for what in ("ns/line", "CPU"))
    lost = [f"{wall:.2f} times its time"] if wall > 1 else []
    lost += [f"{cpu:.2f} times its CPU"] if cpu > 1.05 else []
    ours, theirs = (f"{last[f'{of} ns/line']:,.0f} ns, CPU {last[f'{of} CPU']:,.0f} ns" for of in ("replay", "intake"))
    rows.add(f"replay of {last['entries']:,} entries, a line", ours, "their intake", theirs, f"{wall:.2f} (CPU {cpu:.2f})", "≤ 1",
             " and ".join(lost))


def write(told, rows):
    about = told["about"]
    text = (HERE / "bench.md.in").read_text()
    grown = told.get("growth_about", about)
    for key, value in {
        "GROWN": f"Measured {grown['date']}, commit {grown['commit']}, load {grown['load']} at the start.",
        "ABOUT": f"{about['date']}, commit {about['commit']}; {about['machine']}, {about['cores']} cores, load {about['load']} at the "
                 f"start; {about['compiler']}; {about['runs']} runs in turn, medians, ± half the spread.",
        "TABLE": rows.table(), "LOST": rows.lost(), "GROWTH": growth.table(told["growth"]) if told.get("growth") else "Not measured."}.items():
        text = text.replace(f"@{key}@", value.rstrip("\n"))
    (ROOT / "docs/bench.md").write_text(text)
    if told.get("growth"):
        growth.draw(told["growth"], ROOT / "docs")


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--keep", default=str(ROOT / "docs/bench.json"))
    ap.add_argument("--size", default="M", help="of the month of streams: S is for trying the table out")
    ap.add_argument("--only", help="measures to run again; nothing runs when it is empty")
    a = ap.parse_args()
    keep = pathlib.Path(a.keep)
    told = json.loads(keep.read_text()) if a.only is not None and keep.exists() else {}
    wanted = list(MEASURES) if a.only is None else [m for m in a.only.split(",") if m]
    if wanted:
        told["about"] = {**machine(), "runs": a.runs, "size": a.size}
    for measure in wanted:
        print(f"table: {measure} ...", file=sys.stderr, flush=True)
        begin, before = time.monotonic(), used()
        got = run(measure, [a.size] if measure in SIZED else [], a.runs)
        print(f"table: {measure} took {time.monotonic() - begin:.0f} s, CPU {used() - before:.0f} s", file=sys.stderr, flush=True)
        if got:
            told[measure] = got
            if measure == "growth": # which is seldom measured to the same size as the rest
                told["growth_about"] = {**told["about"], "load_after": round(os.getloadavg()[0], 1)}
            keep.write_text(json.dumps(told, indent=1) + "\n")
    rows = Rows()
    for measure, fill in (("month", of_month), ("month_large", of_month), ("databases", of_databases), ("kernel", of_kernel), ("grants", of_grants),
                          ("growth", of_growth), ("instructions", of_instructions)):
        if told.get(measure) and (measure != "databases" or told.get("month")):
            more = {"databases": [told.get("month")], "month": [told["about"].get("size", "M")], "month_large": ["L"]}
            fill(rows, told[measure], *more.get(measure, []))
    write(told, rows)


if __name__ == "__main__":
    main()
