"""The table of commands and options, read without licet: rows of runtime/cli/include/licet/commands.def.

    table.py MACRO      prints the arguments of each MACRO(...), TAB-separated, a row a line

As a module: rows(MACRO) gives them as lists of texts; adjacent strings are joined, NULL is None."""
import os
import re
import sys

PATH = os.path.join(os.environ.get("LICET_SOURCE", os.path.join(os.path.dirname(__file__), "../..")),
                    "runtime/cli/include/licet/commands.def")
TOKEN = re.compile(r'\s*(?:/\*.*?\*/|"((?:[^"\\]|\\.)*)"|\'(.)\'|([^\s"\',()]+)|([,()]))', re.DOTALL)


def unescaped(text):
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)), text)


def arguments(body, at):
    """The arguments behind the parenthesis at `at`."""
    found, current, depth = [], [], 1
    while depth:
        match = TOKEN.match(body, at)
        at = match.end()
        text, letter, word, mark = match.groups()
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
        if mark == "," or not depth:
            found.append("".join(current) if current != ["NULL"] else None)
            current = []
        elif text is not None or letter is not None or word is not None:
            current.append(unescaped(text) if text is not None else letter or word)
    return found


def rows(macro):
    with open(PATH, encoding="utf-8") as file:
        body = file.read()
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
    body = re.sub(r"^#.*$", "", body, flags=re.MULTILINE)
    return [arguments(body, m.end()) for m in re.finditer(rf"\b{macro}\(", body)]


if __name__ == "__main__":
    for row in rows(sys.argv[1]):
        print("\t".join((cell or "").replace("\n", "\\n") for cell in row))
