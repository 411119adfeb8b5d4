"""clang-format over all C sources, where clang-format is installed.

Catches: a file that was not formatted."""
import shutil

from linting import SOURCE, Report, files, run, skip

if shutil.which("clang-format") is None:
    skip("clang-format is not there")
version = run("clang-format", "--version").stdout
if "version 14." not in version:
    skip(f"formatting is checked with version 14, this is {version.strip()}")

report = Report()
rule = "C sources are formatted"
report.rule(rule)
sources = [p for p in files(".c", ".h") if not str(p).startswith("tests/workload/")]
done = run("clang-format", "--dry-run", *(str(SOURCE / p) for p in sources), cwd=SOURCE)
seen = {line.split(":")[0] for line in done.stderr.splitlines() if "clang-format-violations" in line}
for name in sorted(seen):
    report.finding(rule, name)
report.finish()
