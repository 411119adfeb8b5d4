"""Adds up test cases from CTest's JUnit files; prints what failed, what was skipped and, last, the line
`N passed, N failed`. Exit 1 when anything failed or nothing ran.

A test's cases are its lines `ok - ` and `not ok - `, else cmocka's totals, else its last line
`N passed, N failed`; a test without any counts as one. A test that CTest calls failed without a failed
case (it crashed, hung, was not built, gave a wrong exit code) counts as one failed case more."""
import re
import sys
import xml.etree.ElementTree as tree

CMOCKA = re.compile(r"^\[  (PASSED|FAILED)  \] (\d+) test\(s\)", re.MULTILINE)
SAID = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


def cases(output):
    good = len(re.findall(r"^ok - ", output, re.MULTILINE))
    bad = len(re.findall(r"^not ok - ", output, re.MULTILINE))
    if good + bad:
        return good, bad
    totals = {"PASSED": 0, "FAILED": 0}
    for verdict, count in CMOCKA.findall(output):
        totals[verdict] += int(count)
    if any(totals.values()):
        return totals["PASSED"], totals["FAILED"]
    said = SAID.findall(output)
    return (int(said[-1][0]), int(said[-1][1])) if said else (None, 0)


def main(files):
    passed = failed = skipped = seen = 0
    for file in files:
        try:
            tests = list(tree.parse(file).getroot().iter("testcase"))
        except (OSError, tree.ParseError) as problem:
            failed += 1
            print(f"failed: no result of a test run: {problem}")
            continue
        for test in tests:
            seen += 1
            name, skip = test.get("name"), test.find("skipped")
            if skip is not None and skip.get("message") in ("SKIP_RETURN_CODE=77", "Disabled"):
                skipped += 1
                print(f"skipped: {name}")
                continue
            good, bad = cases(test.findtext("system-out") or "")
            if test.get("status") == "run":
                good = 1 if good is None else good
            elif bad == 0:
                failed += 1
                print(f"failed: {name}: no case says so (crash, time limit, exit code, or not built)")
            if bad:
                print(f"failed: {name}, {bad} of {(good or 0) + bad} cases")
            passed += good or 0
            failed += bad
    if seen == 0:
        failed += 1
        print("failed: no test ran")
    if skipped:
        print(f"{skipped} skipped")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
