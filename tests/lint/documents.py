"""The documents against what they describe.

Catches: a clause of the language specification without a test, a test of a clause that is gone; a
diagnostic code without a golden test or an explain page; a clause function that is not documented or
not tried; a group of the library that no agreement names; a link to a file that is not there; a test that trust.md names and nobody has."""
import re
from pathlib import Path

from linting import BUILD, SOURCE, Report, files, run, text

report = Report()

TAG = re.compile(r"\[lang\.[a-z]+\.[0-9]+\]")
LANGUAGE = "every clause of the specification has a test"
GONE = "every tested clause stands in the specification"
TWICE = "no clause number stands twice"
for rule in (LANGUAGE, GONE, TWICE):
    report.rule(rule)

stated = {}
for path in files(".md", under=("docs/spec",)):
    for tag in TAG.findall(text(path)):
        if tag in stated:
            report.finding(TWICE, f"{tag} in {path} and {stated[tag]}")
        stated[tag] = path
tested = {}
for path in files(".lic", ".c", ".sh", ".py", ".golden", under=("tests",)):
    if path.parts[1] != "lint":
        for tag in TAG.findall(text(path)):
            tested.setdefault(tag, path)
for tag in sorted(set(stated) - set(tested)):
    report.finding(LANGUAGE, f"{tag} of {stated[tag]}")
for tag in sorted(set(tested) - set(stated)):
    report.finding(GONE, f"{tag} in {tested[tag]}")
if not stated:
    report.finding(LANGUAGE, "docs/spec holds no clause at all")

PAGES = "every diagnostic code has an explain page"
GOLDEN = "every diagnostic code has a golden test"
licet = BUILD / "bin/licet"
report.rule(PAGES)
report.rule(GOLDEN)
if not licet.exists():
    report.finding(PAGES, "licet is not built")
else:
    listed = run(str(licet), "explain", "--list").stdout
    codes = re.findall(r"^([A-Z][0-9]+[a-z]?)\b", listed, re.MULTILINE)
    if len(codes) < 15:
        report.finding(PAGES, f"`licet explain --list` lists {len(codes)} codes")
    golden = "\n".join(text(path) for path in files("", under=("tests/golden",)))
    for code in codes:
        page = run(str(licet), "explain", code)
        if page.returncode != 0 or len(page.stdout) < 80:
            report.finding(PAGES, code)
        if not re.search(rf"(error|warning|note)\[{code}\]", golden):
            report.finding(GOLDEN, code)

LIBRARY = "every function of the clause library is documented and has a golden test"
report.rule(LIBRARY)
manual = text(Path("docs/spec/clauses.md"))
tried = "\n".join(text(path) for path in files(".lua", under=("tests/clauses",)))
for path in files(".lua", under=("stdlib/clauses",)):
    source = text(path)
    if not source.startswith("--- "):
        report.finding(LIBRARY, f"{path} does not begin with what it is for")
    for function in re.findall(r'clause\.define\("([a-z_.]+)"', source):
        if f"`{function} {{" not in manual:
            report.finding(LIBRARY, f"{function} is not in docs/spec/clauses.md")
        if function not in tried:
            report.finding(LIBRARY, f"{function} has no test in tests/clauses")

GROUPS = "every group of the library is named by an agreement"
report.rule(GROUPS)
agreements = "\n".join(text(path) for path in
                       files(".lic", under=("contracts", "tests/conformance", "tests/scenario")))
groups = [name for path in files(".lic", under=("stdlib/modules",))
          for name in re.findall(r"^set (\w+)", text(path), re.MULTILINE)]
for name in groups:
    if not re.search(rf"\b{name}\b", agreements):
        report.finding(GROUPS, name)
if not groups:
    report.finding(GROUPS, "the library has no groups")

LINKS = "links between documents lead somewhere"
report.rule(LINKS)
for path in files(".md"):
    prose = re.sub(r"```.*?```|`[^`]*`", "", text(path), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", prose):
        if "://" in target or target.startswith("mailto:"):
            continue
        if not (SOURCE / path.parent / target).exists():
            report.finding(LINKS, f"{path}: {target}")

TESTS = "tests that docs/trust.md and SECURITY.md name exist"
report.rule(TESTS)
named = text(Path("docs/trust.md")) + text(Path("SECURITY.md"))
declared = {kind: "\n".join(text(path) for path in files(".cmake", under=(f"tests/{kind}",)))
            for kind in ("portable", "crash", "golden", "conformance")}
for kind, name in sorted(set(re.findall(r"`([a-z]+)\.([a-zA-Z0-9_]+)`", named))):
    if kind in ("scenario", "unit"):
        path = f"tests/scenario/{name}.sh" if kind == "scenario" else f"tests/unit/test_{name}.c"
        there = (SOURCE / path).exists()
    else:
        there = kind in declared and re.search(rf"\b{name}\b", declared[kind])
    if not there:
        report.finding(TESTS, f"{kind}.{name}")
for name in sorted(set(re.findall(r"`(fuzz_\w+)`", named))):
    if not (SOURCE / f"tests/fuzz/{name}.c").exists():
        report.finding(TESTS, name)
if "`scenario." not in named:
    report.finding(TESTS, "none is named")

report.finish()
