"""Shared by the lints: which files are the project's, C without comments and strings, and reporting."""
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("LICET_SOURCE") or pathlib.Path(__file__).parents[2])
BUILD = pathlib.Path(os.environ.get("LICET_BUILD") or SOURCE / "build/release")

# What must give the same result on every machine.
DETERMINISTIC = ("vm", "stdlib", "compiler", "runtime/ledger", "runtime/engine", "runtime/store",
                 "runtime/client")
_SKIPPED = {"build", "demo-out", ".git"}


def files(*suffixes, under=("",)):
    """The project's files with these suffixes, relative, in order."""
    found = []
    for top in under:
        for folder, folders, names in os.walk(SOURCE / top):
            folders[:] = sorted(f for f in folders if f not in _SKIPPED)
            if folder.endswith("tests/fuzz"):
                folders.remove("corpus")  # inputs, not sources
            found += [pathlib.Path(folder, n).relative_to(SOURCE) for n in names if n.endswith(suffixes)]
    return sorted(set(found))


def text(path):
    return (SOURCE / path).read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code(path):
    """C text with comments blanked and literals emptied; line numbers stay."""
    def blank(match):
        token = match.group()
        if token[0] in "\"'":
            return token[0] * 2
        return re.sub(r"[^\n]", " ", token)
    return _TOKEN.sub(blank, text(path))


def layer(path):
    """"vm/base" for vm/base/src/date.c; "stdlib" for stdlib/src/module.c."""
    parts = path.parts
    return "/".join(parts[:2]) if parts[0] in ("vm", "runtime") else parts[0]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


class Report:
    """Findings by rule; a rule without findings is a passed case."""

    def __init__(self):
        self.rules = {}

    def rule(self, name):
        self.rules.setdefault(name, [])

    def finding(self, rule, words):
        self.rules.setdefault(rule, []).append(words)

    def finish(self):
        for rule, findings in self.rules.items():
            if not findings:
                print(f"ok - {rule}")
                continue
            print(f"not ok - {rule}: {len(findings)} findings")
            for words in findings[:30]:
                print(f"    {words}")
        failed = sum(1 for findings in self.rules.values() if findings)
        print(f"{len(self.rules) - failed} passed, {failed} failed")
        sys.exit(1 if failed else 0)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)
