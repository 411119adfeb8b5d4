"""The examples of docs/spec/numbers.md, each line asked.

Catches: a specification whose worked examples are not what the code does."""
import pathlib
import re
import os

from asking import Asking

asking = Asking()
path = pathlib.Path(os.environ["LICET_SOURCE"]) / "docs/spec/numbers.md"
heading, inside, count = "", False, 0
for line in path.read_text(encoding="utf-8").splitlines():
    if line.startswith("## "):
        heading = line[3:]
    elif re.match(r"```", line):
        inside = line == "```example"
    elif inside:
        question, answer = line.split(" = ")
        asking.ask(f"numbers.md {heading}", question, answer)
        count += 1
if count < 40:
    raise SystemExit(f"only {count} examples in {path}")
asking.run()
