"""Who uses each opcode and native function: agreements under contracts/ and tests/, and kernel K.

Catches: an instruction made for one agreement, or one that nothing uses any more: each has at least two
users. Prints the list; `-v` prints it when all is well, too."""
import re
import sys

from linting import BUILD, Report, files, run, text

LICET = BUILD / "bin/licet"

OPCODE = re.compile(r"^OP\((\w+),", re.MULTILINE)
NATIVE = re.compile(r"^NATIVE\((\w+),", re.MULTILINE)
opcodes = [name.lower() for name in OPCODE.findall(text("vm/image/include/licet/opcodes.def"))]
natives = [name.lower() for name in NATIVE.findall(text("vm/image/include/licet/natives.def"))]
users = {name: set() for name in opcodes + natives}

report = Report()
rule = "the listings can be read"
report.rule(rule)
if not LICET.exists():
    report.finding(rule, "licet is not built")
    report.finish()


def note(listing, user):
    """An instruction is indented and begins with its mnemonic; CALL names a native in its operands."""
    found = set()
    for line in listing.splitlines():
        match = re.match(r"\s+([A-Z][A-Z0-9_]+)\b([^;]*)", line)
        if match is None or match.group(1).lower() not in opcodes:
            continue
        found.add(match.group(1).lower())
        if match.group(1) == "CALL":
            words = re.findall(r"[A-Za-z_]+", match.group(2).lower())
            found.update(word for word in words if word in natives)
    for word in found:
        users[word].add(user)
    return bool(found)


agreements = files(".lic", under=("contracts", "tests/conformance", "tests/scenario"))
compiled = 0
for path in agreements:
    done = run(str(LICET), "dump", "--stage", "bytecode", str(path))
    if done.returncode == 0 and note(done.stdout, str(path)):
        compiled += 1
    elif path.parts[0] == "contracts":
        report.finding(rule, f"{path}: {done.stderr.strip()[:200]}")
for path in files(".lst", under=("tests/bench",)):
    if not note(text(path), str(path)):
        report.finding(rule, f"{path}: no instruction in it")
if compiled < 2:
    report.finding(rule, "fewer than two agreements compile")

for kind, names in (("opcode", opcodes), ("native", natives)):
    rule = f"every {kind} has two users"
    report.rule(rule)
    for name in names:
        if len(users[name]) < 2:
            report.finding(rule, f"{name}: {', '.join(sorted(users[name])) or 'no user'}")

if "-v" in sys.argv:
    for name, by in users.items():
        print(f"{name:16} {len(by):3}  {', '.join(sorted(by))}")
report.finish()
