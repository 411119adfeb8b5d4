#!/usr/bin/env bash
# licet dev: each save is checked and tested, and its ledger is that of the folder's deals.
#
# Would catch: a save that is not seen, whichever way an editor writes it; one that is seen and does nothing again, or
# does too much; a broken save that ends it, or takes the ledger with it; tests of an agreement that does not compile
# told as its fault; a session that keeps an old ledger, or loses one that did not change; reset that resets nothing;
# lines that run outside of the sandbox; a terminal that stays in disorder.
. "$(dirname "$0")/../lib.sh"
talk() { # FILE ARGUMENT...: a conversation on stdin
    cat >script
    python3 -B "$SOURCE/tests/tools/terminal.py" --script script "$@"
}
fresh() {
    rm -rf "$1"
    check "a folder" "$LICET" new simple "$1" --quiet
}
# An editor's way: another file beside it, which takes its name.
edit() { echo "sed '$1' $2 >$2.tmp && mv $2.tmp $2"; }

fresh once
"$LICET" dev once --once --seed 7 --fuzz 1 >out 2>&1
same "one round has the tests' exit code" 0 $?
grep -q '^simple.lic: well$' out && ok "the agreement is told" || not_ok "the agreement" "$(cat out)"
grep -q '^13 passed, 0 failed$' out && ok "the tests are counted" || not_ok "the tests" "$(cat out)"
grep -q '  0 FirstNovel open active 2026-01-01' out && ok "the deal stands on its first day, signed" || not_ok "the deal" "$(cat out)"
sed -i 's/12.5%/12%/' once/simple.lic
"$LICET" dev once --once --seed 7 --fuzz 1 >out 2>&1
same "a failing one has exit code 1" 1 $?
grep -q 'expected GBP 3,950.48, got GBP 3,792.46' out && ok "with the money" || not_ok "with the money" "$(cat out)"
"$LICET" dev once --once --json --fuzz 1 >out 2>&1
same "JSON is a document a line" "agreement tests ledger" \
    "$(python3 -c 'import json, sys; print(*[json.loads(line)["event"] for line in open("out")])')"
"$LICET" dev nowhere --once >out 2>&1
same "a folder that is not there" 66 $?
same "no input is the end" 1 "$("$LICET" dev once --fuzz 1 --quiet </dev/null >/dev/null 2>&1; echo $?)"

# -- over pipes: a rename, a broken save, one in place, and what does not count ---------------------------------------
fresh simple
talk --pipe "$LICET" dev simple --seed 7 --fuzz 1 >out <<SCRIPT
expect 13 passed, 0 failed
expect ledger on 2026-01-01
type c = contract_named("FirstNovel")
type advance "2026-04-10"
type c:file("Sales", "2026-Q1", "ebook\t1\t800.00\n").accepted
type c:owed("Author")
expect GBP 85.00
run $(edit 's/Author:  85%/Author:  80%/' simple/simple.lic)
expect saved: simple.lic
expect shares of \`Pool\` add up to 95 %
expect help: make the last one 20%
expect simple.scenario.lua: not run, simple.lic is not well
expect the ledger stays as it was
type c:owed("Author")
expect GBP 85.00
run sed -i 's/Agent:   15%/Agent:   20%/' simple/simple.lic
expect simple.lic: well
expect FAIL  a quarter's sales are shared
expect expected GBP 3,357.91, got GBP 3,160.38
expect ledger on 2026-01-01
type c
run $(edit 's/Author:  80%/Author:  85%/; s/Agent:   20%/Agent:   15%/' simple/simple.lic)
expect 13 passed, 0 failed
expect ledger on 2026-01-01
type advance "2026-02-02"
run echo text >simple/notes.txt
run $(edit 's/a bad line refuses the report/a bad line/' simple/simple.scenario.lua)
expect saved:
expect simple.scenario.lua
expect simple.scenario.lua: 13 passed, 0 failed
expect ledger on 2026-02-02
type reset
expect ledger on 2026-01-01
run mkdir more && cp simple/simple.scenario.lua more/other.scenario.lua && cp simple/simple.lic more/ && mv more simple/
expect more/other.scenario.lua: 13 passed, 0 failed
expect 26 passed, 0 failed
run mv simple/more gone
expect 13 passed, 0 failed
type state
expect ledger on 2026-01-01
type test
expect simple.scenario.lua: 13 passed, 0 failed
type os.execute("true")
expect error:
run $(edit 's/"simple.lic"/"nowhere.lic"/' simple/deal.lua)
expect deals: deal.lua:2: deal FirstNovel, agreement: nowhere.lic
expect the ledger stays as it was
run $(edit 's/"nowhere.lic"/"simple.lic"/' simple/deal.lua)
expect ledger on 2026-01-01
type quit
SCRIPT
status=$?
[ $status -eq 0 ] || cat out
same "all of it, and the exit code of the last tests" 0 $status
grep -q 'error: .*' out && grep -q '^contract FirstNovel$' out && not_ok "another ledger's contract is forgotten" "$(cat out)" || ok "another ledger's contract is forgotten"

# -- on a terminal ---------------------------------------------------------------------------------------------------
fresh simple
export HOME=$PWD TERM=xterm
talk "$LICET" dev simple --seed 7 --fuzz 1 >out <<SCRIPT
expect 13 passed, 0 failed
expect dev> 
type 20 + 3
expect 23
run $(edit 's/12.5%/12%/' simple/simple.lic)
expect saved: simple.lic
expect got GBP 3,792.46
expect dev> 
run $(edit 's/12%/12.5%/' simple/simple.lic)
expect 13 passed, 0 failed
expect ledger on
expect dev> 
type c = contract_named("FirstNovel")
type c:state()
expect active
expect dev> 
end
SCRIPT
same "on a terminal" 0 $? || cat -v out
grep -q 'c:state()' .licet_history && ok "lines are kept" || not_ok "lines are kept" "$(ls -a)"
talk sh -c "trap : INT; '$LICET' dev simple --seed 7 --filter quarter; stty -a" >out <<SCRIPT
expect dev> 
interrupt
SCRIPT
grep -q ' icanon' out && ok "an interruption leaves the terminal in order" || not_ok "the terminal" "$(cat -v out)"
finish
