#!/usr/bin/env python3
"""The month of streams in SQL: databases.py [--runs N] [--json] [--size SIZE] FOLDER

Settles tests/workload's month in SQLite, PostgreSQL and DuckDB, as far as they are here, from files to synced result files
and a durable database, in turn with native.c, and compares every result. They run the same statements, whole sets at
a time, with indexes where they help; none signs, hashes, meters, proves or can replay. PostgreSQL runs as it
is installed, in a cluster of its own, whose start does not count. Numbers are 64-bit there: sizes S, M, L, not X.
"""
import argparse
import filecmp
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time

import measure

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REASONS = ("BAD_UTF8 BAD_COLUMNS BAD_LINE_ID BAD_ISRC UNKNOWN_ISRC UNKNOWN_TERRITORY UNKNOWN_PRODUCT NEGATIVE_UNITS "
           "BAD_UNITS UNITS_OVERFLOW BAD_GROSS GROSS_OVERFLOW DUPLICATE_LINE").split()
OUTPUTS = ("payees", "works", "contracts", "rejects", "totals")

TABLES = {  # name: columns; the first of works, contracts and payees is the place in the catalogue
    "territories": "code TEXT, factor BIGINT, tax BIGINT",
    "cards": "card TEXT, tier BIGINT, low BIGINT, free BIGINT, premium BIGINT, family BIGINT",
    "contracts": "n BIGINT, contract TEXT, card TEXT, share BIGINT, advance BIGINT",
    "works": "n BIGINT, isrc TEXT, contract TEXT, opening BIGINT, minimum BIGINT",
    "splits": "isrc TEXT, seq BIGINT, payee TEXT, share BIGINT",
    "payees": "n BIGINT, payee TEXT, code TEXT",
    "usage_lines": "line_no BIGINT, utf8 BIGINT, fields BIGINT, line_id TEXT, isrc TEXT, territory TEXT, product TEXT, "
                   "units TEXT, gross TEXT",
}
SETTLE = """
CREATE TABLE tiers AS SELECT card, product, rate, low,
    coalesce(lead(low) OVER (PARTITION BY card, product ORDER BY low), 4000000000000000000) AS high FROM (
    SELECT card, low, 'free' AS product, free AS rate FROM cards UNION ALL
    SELECT card, low, 'premium', premium FROM cards UNION ALL SELECT card, low, 'family', family FROM cards) AS c;
CREATE INDEX tiers_of ON tiers (card, product, low);
CREATE TABLE terms AS SELECT w.n, w.isrc, w.opening, c.card, c.share FROM works w JOIN contracts c ON c.contract = w.contract;
CREATE INDEX terms_of ON terms (isrc);
CREATE INDEX territory_of ON territories (code);
CREATE TABLE judged AS SELECT line_no, CASE
    WHEN utf8 = 0 THEN 'BAD_UTF8' WHEN fields <> 7 THEN 'BAD_COLUMNS'
    WHEN NOT UNSIGNED(line_id) OR length(line_id) > 18 THEN 'BAD_LINE_ID'
    WHEN NOT ISRC(u.isrc) THEN 'BAD_ISRC' WHEN w.isrc IS NULL THEN 'UNKNOWN_ISRC'
    WHEN t.code IS NULL THEN 'UNKNOWN_TERRITORY' WHEN product NOT IN ('free', 'premium', 'family') THEN 'UNKNOWN_PRODUCT'
    WHEN NEGATIVE(units) THEN 'NEGATIVE_UNITS' WHEN NOT UNSIGNED(units) THEN 'BAD_UNITS'
    WHEN length(units) > 10 OR NUMBER(units) > 1000000000 THEN 'UNITS_OVERFLOW'
    WHEN gross <> '' AND NOT UNSIGNED(gross) THEN 'BAD_GROSS'
    WHEN gross <> '' AND (length(gross) > 16 OR NUMBER(gross) > 1000000000000000) THEN 'GROSS_OVERFLOW' END AS reason,
    w.n AS work, w.opening, w.card, w.share, t.factor, product, line_id, units, gross
    FROM usage_lines u LEFT JOIN terms w ON w.isrc = u.isrc LEFT JOIN territories t ON t.code = u.territory;
CREATE TABLE taken AS SELECT line_no, work, card, share, factor, product, units, gross, opening
    + CAST(sum(units) OVER (PARTITION BY work ORDER BY line_no ROWS UNBOUNDED PRECEDING) AS BIGINT) AS upto
    FROM (SELECT line_no, work, card, share, factor, product, opening, CAST(units AS BIGINT) AS units,
        CASE WHEN gross = '' THEN 0 ELSE CAST(gross AS BIGINT) END AS gross,
        row_number() OVER (PARTITION BY CAST(line_id AS BIGINT) ORDER BY line_no) AS time FROM judged WHERE reason IS NULL) AS g
    WHERE time = 1;
CREATE TABLE rejected AS SELECT j.line_no, coalesce(j.reason, 'DUPLICATE_LINE') AS reason FROM judged j
    LEFT JOIN taken t ON t.line_no = j.line_no WHERE t.line_no IS NULL;
CREATE TABLE used AS SELECT work, CAST(sum(units) AS BIGINT) AS units,
    CAST(sum(GREATER(by_units * factor, gross * share)) AS BIGINT) AS value FROM (
    SELECT a.line_no, a.work, a.units, a.factor, a.gross, a.share,
        CAST(coalesce(sum((LESSER(t.high, a.upto) - GREATER(t.low, a.upto - a.units)) * t.rate), 0) AS BIGINT) AS by_units
    FROM taken a LEFT JOIN tiers t
        ON t.card = a.card AND t.product = a.product AND t.low < a.upto AND t.high > a.upto - a.units
    GROUP BY a.line_no, a.work, a.units, a.factor, a.gross, a.share) AS v GROUP BY work;
CREATE TABLE earned AS SELECT w.n, w.isrc, w.contract, w.minimum, w.opening + coalesce(u.units, 0) AS closing,
    coalesce(u.value, 0) AS value, ROUNDED(coalesce(u.value, 0)) AS earned FROM works w LEFT JOIN used u ON u.work = w.n;
CREATE TABLE settled AS SELECT n, isrc, contract, closing, value, earned, topup, earned + topup AS payable,
    LESSER(earned + topup, GREATER(0, advance - before)) AS recouped FROM (
    SELECT e.n, e.isrc, e.contract, e.closing, e.value, e.earned, GREATER(0, e.minimum - e.earned) AS topup, c.advance,
        coalesce(CAST(sum(GREATER(e.earned, e.minimum)) OVER (PARTITION BY e.contract ORDER BY e.n
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS BIGINT), 0) AS before
    FROM earned e JOIN contracts c ON c.contract = e.contract) AS s;
CREATE TABLE shared AS SELECT payee, base + CASE WHEN place <= net - bases THEN 1 ELSE 0 END AS amount FROM (
    SELECT isrc, payee, net, base, CAST(sum(base) OVER (PARTITION BY isrc) AS BIGINT) AS bases,
        row_number() OVER (PARTITION BY isrc ORDER BY rest DESC, seq) AS place FROM (
        SELECT p.isrc, p.seq, p.payee, s.payable - s.recouped AS net, (s.payable - s.recouped) * p.share / 10000 AS base,
            (s.payable - s.recouped) * p.share % 10000 AS rest FROM splits p JOIN settled s ON s.isrc = p.isrc) AS r) AS q;
CREATE TABLE paid AS SELECT n, payee, gross, ROUNDED(gross * tax) AS withheld FROM (
    SELECT p.n, p.payee, t.tax, coalesce(g.gross, 0) AS gross FROM payees p JOIN territories t ON t.code = p.code
    LEFT JOIN (SELECT payee, CAST(sum(amount) AS BIGINT) AS gross FROM shared GROUP BY payee) AS g ON g.payee = p.payee) AS x;
"""
ROUND = "(({0}) / 10000 + CASE WHEN ({0}) % 10000 > 5000 OR (({0}) % 10000 = 5000 AND ({0}) / 10000 % 2 = 1) THEN 1 ELSE 0 END)"
RESULTS = {
    "payees": "SELECT payee, gross, withheld, gross - withheld FROM paid ORDER BY n",
    "works": "SELECT isrc, closing, earned, topup, recouped, payable - recouped FROM settled ORDER BY n",
    "contracts": "SELECT c.contract, c.advance, coalesce(s.recouped, 0), c.advance - coalesce(s.recouped, 0) FROM contracts c "
                 "LEFT JOIN (SELECT contract, CAST(sum(recouped) AS BIGINT) AS recouped FROM settled GROUP BY contract) AS s "
                 "ON s.contract = c.contract ORDER BY c.n",
    "rejects": "SELECT line_no, reason FROM rejected ORDER BY line_no",
    "totals": "SELECT name, value FROM (" + " UNION ALL ".join(
        [f"SELECT {n} AS n, '{name}' AS name, ({sql}) AS value" for n, (name, sql) in enumerate(
            [("lines", "SELECT count(*) FROM judged"), ("accepted", "SELECT count(*) FROM taken"),
             ("rejected", "SELECT count(*) FROM rejected")]
            + [(r, f"SELECT count(*) FROM rejected WHERE reason = '{r}'") for r in REASONS]
            + [("units", "SELECT CAST(coalesce(sum(units), 0) AS BIGINT) FROM taken")]
            + [(name, f"SELECT CAST(sum({sql}) AS BIGINT) FROM {table}") for name, sql, table in (
                ("value_exact", "value", "settled"), ("earned", "earned", "settled"), ("topup", "topup", "settled"),
                ("recouped", "recouped", "settled"), ("distributed", "payable - recouped", "settled"),
                ("withheld", "withheld", "paid"), ("paid", "gross - withheld", "paid"))])]) + ") AS t ORDER BY n",
}


def sql_for(dialect, text):
    """The statements in a dialect: what differs stands in the texts as functions of our own."""
    regular = {
        "sqlite": {"UNSIGNED": r"(length(\1) > 0 AND \1 NOT GLOB '*[^0-9]*' AND (\1 = '0' OR \1 NOT GLOB '0*'))",
                   "NEGATIVE": r"(length(\1) > 1 AND \1 GLOB '-*' AND substr(\1, 2) NOT GLOB '*[^0-9]*')",
                   "ISRC": r"(\1 GLOB '[A-Z][A-Z][A-Z0-9][A-Z0-9][A-Z0-9]" + "[0-9]" * 7 + "')",
                   "NUMBER": r"CAST(\1 AS BIGINT)"},
        "postgresql": {"UNSIGNED": r"(\1 ~ '^(0|[1-9][0-9]*)$')", "NEGATIVE": r"(\1 ~ '^-[0-9]+$')",
                       "ISRC": r"(\1 ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$')", "NUMBER": r"CAST(\1 AS BIGINT)"},
        "duckdb": {"UNSIGNED": r"regexp_full_match(\1, '0|[1-9][0-9]*')", "NEGATIVE": r"regexp_full_match(\1, '-[0-9]+')",
                   "ISRC": r"regexp_full_match(\1, '[A-Z]{2}[A-Z0-9]{3}[0-9]{7}')", "NUMBER": r"TRY_CAST(\1 AS BIGINT)"},
    }[dialect]
    for name, form in regular.items():
        text = re.sub(name + r"\(([a-z_.]+)\)", lambda m, f=form: f.replace(r"\1", m[1]), text)
    text = re.sub(r"ROUNDED\((coalesce\(u.value, 0\)|gross \* tax)\)", lambda m: ROUND.format(m[1]), text)
    low, high = ("min", "max") if dialect == "sqlite" else ("least", "greatest")
    text = text.replace("LESSER(", low + "(").replace("GREATER(", high + "(")
    return text.replace(" / ", " // ") if dialect == "duckdb" else text


def prepare(folder, data, into):
    """The catalogue with places and without titles, and the lines in columns: part of the time."""
    into.mkdir(parents=True)
    for name in ("territories", "cards", "splits"):
        os.symlink(data / f"{name}.tsv", into / f"{name}.tsv")
    for name, fields in (("contracts", "$1,$2,$3,$4"), ("works", "$1,$2,$3,$4"), ("payees", "$1,$2")):
        with open(into / f"{name}.tsv", "wb") as out:
            subprocess.run(["awk", "-F", "\t", "-v", "OFS=\t", f"{{print NR-1,{fields}}}", data / f"{name}.tsv"],
                           stdout=out, check=True)
    with open(data / "usage.tsv", "rb") as usage, open(into / "usage_lines.tsv", "wb") as out:
        subprocess.run([folder / "month_lines"], stdin=usage, stdout=out, check=True)


def create():
    return "".join(f"CREATE TABLE {name} ({columns});\n" for name, columns in TABLES.items())


def sqlite(folder, run):
    script = ["PRAGMA journal_mode = WAL;", "PRAGMA synchronous = FULL;", "PRAGMA cache_size = -400000;", "BEGIN;", create(), ".mode ascii",
              '.separator "\\t" "\\n"']
    script += [f".import {run}/in/{name}.tsv {name}" for name in TABLES]
    script += [sql_for("sqlite", SETTLE), "COMMIT;"]
    for name in OUTPUTS:
        script += [f".once {run}/out/{name}.out.tsv", RESULTS[name] + ";"]
    subprocess.run(["sqlite3", "-bail", run / "month.db"], input="\n".join(script), text=True, check=True,
                   stdout=subprocess.DEVNULL)


def duckdb(folder, run):
    code = [f"import duckdb; d = duckdb.connect('{run}/month.duckdb'); d.execute('SET enable_progress_bar = false')", f"d.execute('''{create()}''')"]
    code += [f"d.execute(\"COPY {name} FROM '{run}/in/{name}.tsv' (DELIMITER '\\t', HEADER false, QUOTE '', ESCAPE '', "
             f"NULLSTR '\\\\N')\")" for name in TABLES]
    code += [f"d.execute({sql_for('duckdb', SETTLE)!r})"]
    code += [f"d.execute(\"COPY ({RESULTS[name]}) TO '{run}/out/{name}.out.tsv' (DELIMITER '\\t', HEADER false, QUOTE '')\")"
             for name in OUTPUTS]
    subprocess.run([sys.executable, "-c", "\n".join(code + ["d.close()"])], check=True)


class Cluster:
    """A PostgreSQL of its own, stopped at the end."""

    def __init__(self, folder):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        self.bin = found[-1].parent if found else None
        self.folder = folder / "postgresql"
        self.user = "postgres" if os.getuid() == 0 else None

    def run(self, *words, **more):
        return subprocess.run([*(["runuser", "-u", self.user, "--"] if self.user else []), *map(str, words)], check=True,
                              cwd="/", **more)

    def start(self):
        if self.bin is None:
            return False
        self.folder.mkdir()
        if self.user:
            shutil.chown(self.folder, self.user)
            for place in (self.folder, *self.folder.parents):
                if place.stat().st_uid == os.getuid() and not place.stat().st_mode & 1:
                    place.chmod(place.stat().st_mode | 0o711)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.run(self.bin / "initdb", "-D", self.folder / "data", "-A", "trust", "--locale=C", "-E", "UTF8", **quiet)
        self.run(self.bin / "pg_ctl", "-D", self.folder / "data", "-w", "-o", f"-c listen_addresses= -k {self.folder}",
                 "-l", self.folder / "log", "start", **quiet)
        return True

    def psql(self, text, database="postgres"):
        self.run(self.bin / "psql", "-X", "-q", "-h", self.folder, "-v", "ON_ERROR_STOP=1", "-d", database, input=text, text=True,
                 stdout=subprocess.DEVNULL, env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"})

    def seconds(self):
        """CPU of the server and of all its processes that have ended."""
        pid = (self.folder / "data/postmaster.pid").read_text().split("\n", 1)[0]
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def month(self, _folder, run):
        shutil.chown(run / "out", self.user) if self.user else None
        script = ["BEGIN;", create()]
        script += [f"\\copy {name} from '{run}/in/{name}.tsv'" for name in TABLES]
        script += ["ANALYZE;", sql_for("postgresql", SETTLE.replace("CREATE TABLE earned", "ANALYZE;\nCREATE TABLE earned", 1)), "COMMIT;"]
        script += [f"\\copy ({RESULTS[name]}) to '{run}/out/{name}.out.tsv'" for name in OUTPUTS]
        self.psql("\n".join(script) + "\n", "month")

    def fresh(self):
        self.psql("DROP DATABASE IF EXISTS month")
        self.psql("CREATE DATABASE month")
        self.psql("CHECKPOINT")
        time.sleep(0.3)

    def stop(self):
        self.run(self.bin / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop", stdout=subprocess.DEVNULL)


def once(folder, data, name, settle, cluster):
    """One run from files to synced files: (wall, CPU)."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    (run / "out").mkdir(parents=True)
    if name == "PostgreSQL":
        cluster.fresh()
    os.sync()
    before = cluster.seconds() if name == "PostgreSQL" else 0.0
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    if settle is None:
        subprocess.run([folder / "native", data, run / "out"], check=True)
    else:
        prepare(folder, data, run / "in")
        settle(folder, run)
        subprocess.run(["sync", *(run / f"out/{o}.out.tsv" for o in OUTPUTS)], check=True)
    wall = time.monotonic() - begin
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
    if name == "PostgreSQL":
        time.sleep(0.5)
        cpu += cluster.seconds() - before
    for o in OUTPUTS:
        if not filecmp.cmp(run / f"out/{o}.out.tsv", folder / f"expected/{o}.out.tsv", shallow=False):
            sys.exit(f"databases: {name}: {o}.out.tsv differs from the reference")
    shutil.rmtree(run)
    return wall, cpu


def programs(cluster):
    """What is here; the rest is named on standard error."""
    found, missing = {"native.c": None}, []
    if shutil.which("sqlite3"):
        found["SQLite"] = sqlite
    else:
        missing.append("SQLite (sqlite3)")
    if cluster.start():
        found["PostgreSQL"] = cluster.month
    else:
        missing.append("PostgreSQL (postgresql)")
    if subprocess.run([sys.executable, "-c", "import duckdb"], capture_output=True, check=False).returncode == 0:
        found["DuckDB"] = duckdb
    else:
        missing.append("DuckDB (python3 module duckdb)")
    if missing:
        print("not measured, not installed: " + ", ".join(missing), file=sys.stderr)
    return found


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ap.add_argument("--runs", type=int, default=3)
    ap.add_argument("--json", action="store_true")
    ap.add_argument("data")
    ap.add_argument("folder")
    a = ap.parse_args()
    folder, data = pathlib.Path(a.folder).resolve(), pathlib.Path(a.data).resolve()
    cluster = Cluster(folder)
    subprocess.run([folder / "native", data, folder / "expected"], check=True)
    found = programs(cluster)
    taken = {name: [] for name in found}
    try:
        for _ in range(a.runs):
            for name, settle in found.items():
                taken[name].append(once(folder, data, name, settle, cluster))
    finally:
        if "PostgreSQL" in found:
            cluster.stop()
    base = statistics.median(t[0] for t in taken["native.c"])
    results = {name: {"wall": statistics.median(t[0] for t in times), "wall_spread": measure.spread([t[0] for t in times]),
                      "cpu": statistics.median(t[1] for t in times), "cpu_spread": measure.spread([t[1] for t in times]),
                      "wall_ratio": statistics.median(t[0] for t in times) / base} for name, times in taken.items()}
    if a.json:
        print(json.dumps(results, indent=1))
        return
    for name, r in results.items():
        print(f"{name:12} {r['wall']:8.3f} s {r['wall_spread']:5.0%}  CPU {r['cpu']:8.3f} s {r['cpu_spread']:5.0%}  {r['wall_ratio']:6.2f} x")


if __name__ == "__main__":
    main()
