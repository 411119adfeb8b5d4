# Adds up test cases from CTest's log (Testing/Temporary/LastTest.log) and prints what failed, what was
# skipped, and the line `N passed, N failed`. Exit 1 when anything failed, or nothing ran.
#
# A test's cases are its lines `ok - ` and `not ok - `, else cmocka's totals, else its last line
# `N passed, N failed`; a test without any counts as one. A test that CTest calls failed without a
# failed case (it crashed, hung, or gave a wrong exit code) counts as one failed case more.
function begin(name) {
    test = name; ok = not_ok = unit_ok = unit_not_ok = said_ok = said_not_ok = 0; said = 0
}
function finish(verdict,    good, bad) {
    if (verdict == "skipped") { skipped++; print "skipped: " test; return }
    if (ok + not_ok > 0) { good = ok; bad = not_ok }
    else if (unit_ok + unit_not_ok > 0) { good = unit_ok; bad = unit_not_ok }
    else if (said) { good = said_ok; bad = said_not_ok }
    else { good = verdict == "passed"; bad = 0 }
    if (verdict == "failed" && bad == 0) { bad = 1; print "failed: " test " (no case says so: crash, time limit or exit code)" }
    else if (bad > 0) print "failed: " test ", " bad " of " good + bad " cases"
    passed += good; failed += bad
}
/^[0-9]+\/[0-9]+ Testing: /          { begin($3) }
/^ok - /                             { ok++ }
/^not ok - /                         { not_ok++ }
/^\[  PASSED  \] [0-9]+ test\(s\)/   { unit_ok += $4 }
/^\[  FAILED  \] [0-9]+ test\(s\)/   { unit_not_ok += $4 }
/^[0-9]+ passed, [0-9]+ failed$/     { said = 1; said_ok = $1; said_not_ok = $3 }
/^Test Passed\.$/                    { finish("passed"); seen++ }
/^Test Failed\.$/                    { finish("failed"); seen++ }
/^Test Skipped\.$/                   { finish("skipped"); seen++ }
/^Test Timeout\.$/                   { finish("failed"); seen++ }
END {
    if (seen == 0) { print "failed: no test ran"; failed++ }
    if (skipped > 0) print skipped " skipped"
    print passed + 0 " passed, " failed + 0 " failed"
    exit failed > 0
}
