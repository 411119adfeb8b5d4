#!/usr/bin/env python3
"""Lists places where code names a thing that only contracts/month_of_streams may know.

    foreign_names.py ROOT        one `FILE:LINE: NAME` a line

Looks through the product (vm, compiler, stdlib, runtime, other contracts, cmake) for the agreement's
declared names and the workload's reasons: reasons anywhere, other names as whole string literals in C, since
words like `units` or `work` are also plain words. Words of the language itself are no names.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rename import declared  # noqa: E402

PLAIN = {"factor"}  # of a multiplication, in the derivation of an amount
# Columns of published file formats are called what their standard calls them.
FORMATS = os.path.join("stdlib", "extensions")
FOLDERS = ("vm", "compiler", "stdlib", "runtime", "cmake", "contracts")
HOME = os.path.join("contracts", "month_of_streams")


def names_of(root):
    folder = os.path.join(root, HOME)
    (agreement,) = [n for n in os.listdir(folder) if n.endswith(".lic")]
    source = open(os.path.join(folder, agreement), encoding="utf-8").read()
    names, words = declared(source)
    reasons = [line.rstrip("\n").split("\t")[3] for line in open(os.path.join(folder, "mapping.tsv"),
                                                               encoding="utf-8")
               if line.startswith("reason\t")]
    return set(names) | set(words), set(reasons)


def language_words(root):
    """Words that the language's own tables of leaders, tokens, nodes and views hold."""
    words = set()
    for folder in ("compiler", "vm", "runtime"):
        for path, _dirs, files in os.walk(os.path.join(root, folder)):
            for name in files:
                if name.endswith(".def"):
                    text = open(os.path.join(path, name), encoding="utf-8").read()
                    words |= set(re.findall(r"[A-Za-z_]+", text))
    return words


def main():
    root = sys.argv[1]
    names, reasons = names_of(root)
    names -= PLAIN | {n for n in language_words(root) if not n[0].isupper()}
    literal = re.compile(r'"((?:[^"\\]|\\.)*)"')
    for folder in FOLDERS:
        for path, dirs, files in os.walk(os.path.join(root, folder)):
            dirs.sort()
            if os.path.relpath(path, root).startswith(HOME):
                continue
            for name in sorted(files):
                file = os.path.join(path, name)
                with open(file, encoding="utf-8", errors="replace") as f:
                    for number, line in enumerate(f, 1):
                        hits = [r for r in reasons if r in line]
                        formats = os.path.relpath(path, root).startswith(FORMATS)
                        if name.endswith((".c", ".h", ".def")) and not formats:
                            hits += [s for s in literal.findall(line) if s in names]
                        for hit in hits:
                            print(f"{os.path.relpath(file, root)}:{number}: {hit}")


if __name__ == "__main__":
    main()
