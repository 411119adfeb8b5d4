"""The tables in docs/spec/bytecode.md against the tables that the code is made of.

Catches: an instruction, native function or trap that was added or changed and not documented.
`--write` brings the page up to date."""
import re
import sys

from linting import SOURCE, Report, text

PAGE = "docs/spec/bytecode.md"
INCLUDE = "vm/image/include/licet"
ROW = {
    "opcodes": re.compile(r'^OP\((\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*(\d+),\s*"(.*)"\)$', re.M),
    "natives": re.compile(r'^NATIVE\((\w+),\s*(\d+),\s*(\d+),\s*(\w+),\s*LIC_ARGS\d(?:\(([^)]*)\))?,'
                          r'\s*(\w+),\s*(\d),\s*"(.*)"\)$', re.M),
    "traps": re.compile(r'^TRAP\((\w+),\s*(\d+),\s*"(\w+)",\s*"(.*)"\)$', re.M),
}


RESULT = {"NONE": "of its field"}


def cell(value):
    return "" if value in ("NONE", "0") else value


def escape(words):
    return words.replace("|", "\\|")


def opcodes(rows):
    yield "| n | instruction | a | b | c | imm | gas | meaning |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, number, a, b, c, imm, gas, doc in rows:
        yield f"| {number} | {name} | {cell(a)} | {cell(b)} | {cell(c)} | {cell(imm)} | {gas} | {escape(doc)} |"


def natives(rows):
    yield "| n | function | arguments | subject | result | gas | answered by | meaning |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, number, gas, result, arguments, subject, host, doc in rows:
        by = "interpreter" if host == "0" else "engine"
        yield (f"| {number} | {name} | {arguments.lower()} | {cell(subject).lower()} | {RESULT.get(result, result.lower())} "
               f"| {gas} | {by} | {doc} |")


def traps(rows):
    yield "| n | id | meaning |"
    yield "|---|---|---|"
    for _, number, name, message in rows:
        yield f"| {number} | {name} | {message} |"


report = Report()
page = text(PAGE)
written = page
for table, lines in (("opcodes", opcodes), ("natives", natives), ("traps", traps)):
    rule = f"the table of {table} in {PAGE} is up to date"
    report.rule(rule)
    source = text(f"{INCLUDE}/{table}.def")
    rows = ROW[table].findall(source)
    if len(rows) != len(re.findall(r"^[A-Z]+\(", source, re.M)):
        report.finding(rule, f"{table}.def has a row that this script cannot read")
    begin, end = f"<!-- {table} -->\n", f"<!-- end of {table} -->"
    if begin not in page or end not in page:
        report.finding(rule, f"the page has no place for it: {begin.strip()}")
        continue
    head, rest = written.split(begin, 1)
    old, tail = rest.split(end, 1)
    new = "".join(line + "\n" for line in lines(rows))
    written = head + begin + new + end + tail
    if old != new:
        report.finding(rule, "run tests/lint/bytecode.py --write")

if "--write" in sys.argv:
    (SOURCE / PAGE).write_text(written, encoding="utf-8")
    sys.exit(0)
report.finish()
