#!/usr/bin/env python3
"""Lines of each layer that the tests executed, in a build of the preset `coverage` whose tests have run.

    tests/coverage.py [--missing] [BUILD]

BUILD is build/coverage. A line counts once however often it was compiled; a line of a header counts in the header's
layer. --missing lists each file's lines that nothing executed. Processes that end by _exit or are killed (scripts,
extensions, the killed ones of the crash suite) leave no counts: what runs in them alone is missing here."""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]


def files_of(counts):
    """The sources of one object, and what gcov says of their lines."""
    said = subprocess.run(["gcov", "--json-format", "--stdout", counts.name], cwd=counts.parent, capture_output=True,
                          text=True, check=True)
    for file in json.loads(said.stdout)["files"]:
        yield (SOURCE / file["file"]).resolve(), file["lines"]  # objects know no folder but this one


def layer_of(path):
    folder, below = path.parts[:2]
    return folder if folder == "stdlib" or below in ("src", "include") else f"{folder}/{below}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--missing", action="store_true")
    arguments.add_argument("build", nargs="?", default=SOURCE / "build/coverage", type=pathlib.Path)
    options = arguments.parse_args()
    build = options.build.resolve()
    executed = collections.defaultdict(dict)
    for counts in sorted(build.rglob("*.gcda")):
        for path, lines in files_of(counts):
            if not path.is_relative_to(SOURCE) or path.is_relative_to(build):
                continue
            known = executed[path.relative_to(SOURCE)]
            for line in lines:
                number = line["line_number"]
                known[number] = known.get(number, False) or line["count"] > 0
    layers = collections.defaultdict(lambda: [0, 0])
    for path, lines in sorted(executed.items()):
        if path.parts[0] in ("tests", "build"):
            continue
        for total in layers[layer_of(path)], layers["all"]:
            total[0] += len(lines)
            total[1] += sum(lines.values())
        missing = [str(number) for number in sorted(lines) if not lines[number]]
        if options.missing and missing:
            print(f"{path}: {' '.join(missing)}")
    if not layers:
        sys.exit(f"{os.path.relpath(build)} has no counts: build the preset coverage and run its tests")
    for name, (lines, hit) in sorted(layers.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{name:16} {hit:6} of {lines:6} lines {100 * hit / lines:5.1f} %")


if __name__ == "__main__":
    main()
