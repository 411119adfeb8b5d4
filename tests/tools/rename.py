#!/usr/bin/env python3
"""Gives every declared name of an agreement another one, in its text and its mapping table.

    rename.py FOLDER TARGET [--usage FILE TARGET_FILE --field N]

FOLDER holds one .lic file and mapping.tsv; TARGET gets a copy with other names for the parties, schedules,
columns, accounts, counters, reports, terms, states, values and enumerated words. The new names sort
in the opposite order, so that nothing can hang on the alphabet. Words that stand as keywords of the
language (the first of a line, `in units of`) stay. --usage rewrites field N of a data file where it
holds an enumerated word.
"""
import argparse
import os
import re
import shutil

DECLARING = {"party", "schedule", "account", "counter", "fact", "given", "report", "royalty", "advance",
             "fee", "bonus", "minimum", "withholding", "reserve", "interest", "statement", "tiers",
             "grant", "action", "register", "agreement"}
NAMING = {"column", "key", "line", "let", "value"}
WORD = re.compile(r'"[^"]*"|\[[^\]]*\]|--.*|[A-Za-z_][A-Za-z0-9_]*')
BODY = "  "


def declared(source):
    """Names in the order in which they are declared, and the enumerated words."""
    names, words, block = [], [], None
    for line in source.splitlines():
        stripped = line.strip()
        if stripped and not line.startswith(BODY):
            block = stripped.split()[0]
        found = re.match(r"([a-z_]+)\s+([A-Za-z_][A-Za-z0-9_]*)", stripped)
        if found:
            leader, name = found.groups()
            top = not line.startswith(BODY)
            if top and leader in DECLARING and name[0].isupper():
                names.append(name)
            elif not top and leader in NAMING and not (leader == "line" and "=" not in stripped):
                names.append(name)
            if block == "lifecycle" and leader in ("initial", "states", "final"):
                names += [w for w in re.findall(r"[a-z_]+", stripped.split(", after")[0])[1:]]
        names += re.findall(r"for each ([a-z_]+)", stripped)
        for group in re.findall(r"one of \(([^)]*)\)", stripped):
            words += [w.strip() for w in group.split(",")]
    return list(dict.fromkeys(names)), list(dict.fromkeys(words))


def renaming(source):
    names, words = declared(source)
    every = list(dict.fromkeys(names + words))
    return {name: (f"N{900 - i}x" if name[0].isupper() else f"n{900 - i}_x")
            for i, name in enumerate(every)}, words


def rename_text(source, table):
    lines = []
    for line in source.splitlines():
        body_start = len(line) - len(line.lstrip())

        def swap(found, line=line, body_start=body_start):
            word = found.group(0)
            if word not in table:
                return word
            at = found.start()
            first = at == body_start and word[0].islower()
            in_units_of = word == "units" and line[:at].endswith("in ")
            return word if first or in_units_of else table[word]
        lines.append(WORD.sub(swap, line))
    return "\n".join(lines) + "\n"


def rename_mapping(text, table):
    def cell(kind, index, value):
        if kind == "reason" and index in (2, 3):
            return value
        if kind in ("rows", "value", "total", "totals", "rejected", "agreement") and index == 1:
            return value
        return ".".join(table.get(part, part) for part in value.split("."))
    out = []
    for line in text.splitlines():
        cells = line.split("\t")
        if not line.startswith("#"):
            cells = [cells[0]] + [cell(cells[0], i, c) for i, c in enumerate(cells[1:], 1)]
            if cells[0] == "value" or cells[0] == "total":
                cells[2] = line.split("\t")[2]          # the kind of result
        out.append("\t".join(cells))
    return "\n".join(out) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("folder")
    ap.add_argument("target")
    ap.add_argument("--usage", nargs=2)
    ap.add_argument("--field", type=int)
    a = ap.parse_args()
    shutil.copytree(a.folder, a.target, dirs_exist_ok=True)
    (agreement,) = [n for n in os.listdir(a.target) if n.endswith(".lic")]
    path = os.path.join(a.target, agreement)
    source = open(path, encoding="utf-8").read()
    table, words = renaming(source)
    with open(path, "w", encoding="utf-8") as f:
        f.write(rename_text(source, table))
    path = os.path.join(a.target, "mapping.tsv")
    mapping = open(path, encoding="utf-8").read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(rename_mapping(mapping, table))
    if a.usage:
        swaps = {w.encode(): table[w].encode() for w in words}
        with open(a.usage[0], "rb") as f, open(a.usage[1], "wb") as g:
            for line in f:
                cells = line.split(b"\t")
                if len(cells) > a.field:
                    cells[a.field] = swaps.get(cells[a.field], cells[a.field])
                g.write(b"\t".join(cells))


if __name__ == "__main__":
    main()
