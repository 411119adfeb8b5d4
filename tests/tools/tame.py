"""Says which characters of its input would steer a terminal: controls but tabs and line ends, the second set of
controls, changes of the direction of writing, separators of lines that are no newlines, and what is no UTF-8. Exit
code 1 when there are any.

    licet show contract X | python3 tests/tools/tame.py
"""
import sys
import unicodedata

data = sys.stdin.buffer.read()
found = set()
try:
    text = data.decode("utf-8")
except UnicodeDecodeError as error:
    found.add(f"no UTF-8 at byte {error.start}: {data[error.start - 20:error.start + 4]!r}")
    text = data.decode("utf-8", "replace")
for at, c in enumerate(text):
    control = unicodedata.category(c) == "Cc" and c not in "\t\n"
    turns = unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    if control or turns or c in "\u200e\u200f\u061c\u2028\u2029":
        found.add(f"U+{ord(c):04X} in {text[max(0, at - 30):at + 5]!r}")
for each in sorted(found):
    print(each)
sys.exit(1 if found else 0)
