#!/usr/bin/env bash
# Escapes for terminals and formulas for spreadsheets in what outsiders write: keys and titles of a schedule, usage lines,
# references, arguments, names of files, words of a command line.
#
# Would catch: a command that prints outside text as it is, so that a title clears the reader's screen, sets the window's
# name, or turns the rest of a statement around; a cell of a CSV file that a spreadsheet computes.
. "$(dirname "$0")/../lib.sh"
agreement=$SOURCE/tests/scenario/agreements/titles.lic
clear=$'\e[2J' name=$'\e]0;owned\a' csi=$'\xc2\x9b31m' turn=$'\xe2\x80\xae' line=$'\xe2\x80\xa8' erase=$'\x7f'
formula="=HYPERLINK(1)"
printf '%s\n' "P1$clear	$name" "P2$csi	$turn" "P3$erase	$line" "$formula	+1+2" "@SUM(1)	-2+3" "Zoë	नमस्ते" >payees.tsv
{
    awk -F '\t' '{ printf "%s\t%s\t%d00\n", $1, $2, NR }' payees.tsv
    printf 'P1%s\t%s\t0\n' "$clear" "$name"
    printf 'P9%s%s\t%s\t5\n' "$clear" "$csi" "$turn"
    printf 'P1%s\t%s\tmany%s\n' "$clear" "$turn" "$erase"
} >usage.tsv

# tame WHAT COMMAND...: whatever it answers, nothing that it writes steers a terminal; and it says something.
tame() {
    local what=$1 status
    shift
    "$@" >"$WORK/.out" 2>"$WORK/.err" </dev/null
    status=$?
    cat "$WORK/.out" "$WORK/.err" >"$WORK/.both"
    if [ $status -gt 100 ]; then
        not_ok "$what" "exit $status"
    elif [ ! -s "$WORK/.both" ]; then
        not_ok "$what" "nothing is said"
    elif python3 "$SOURCE/tests/tools/tame.py" <"$WORK/.both" >"$WORK/.wild"; then
        ok "$what"
    else
        not_ok "$what" "$(head -3 "$WORK/.wild" | tr '\n' '|')"
    fi
}
licet() { "$LICET" "$@" --ledger l.licet; }

printf '%s' "$clear" | python3 "$SOURCE/tests/tools/tame.py" >/dev/null && not_ok "the check sees an escape" "it does not" ||
    ok "the check sees an escape"
new_ledger l.licet 2026-01-01 Label Service || not_ok "a ledger" "cannot be made"
contract=$(licet deploy "$agreement" --as Label | cut -d ' ' -f 1)
cp payees.tsv "payees$clear.tsv"
tame "load, from a file with such a name" licet load "$contract" "Payees=payees$clear.tsv" --as Label
check "signed" licet sign "$contract" --as Label --as Service
check "a month passes" licet clock 2026-02-02
tame "a report" licet report "$contract" Usage usage.tsv --period 2026-01 --as Service
same "six lines are accepted" 6 "$(query l.licet "SELECT accepted FROM reports")"
tame "an act with such an argument" licet act "$contract" Note "words=$clear" --as Label
check "an act" licet act "$contract" Note "words=plain" --as Label
check "statements are made" licet clock 2026-03-05
tame "a payment to such a payee" licet pay "$contract" "P1$clear" 1.00 --as Service
tame "a payment with such a reference" licet pay "$contract" "$formula" 1.00 --reference "$turn" --as Service

for how in "" --json; do
    tame "show contract $how" licet show contract "$contract" $how
    tame "show schedule $how" licet show schedule "$contract" Payees $how
    tame "show schedule of a key $how" licet show schedule "$contract" Payees "P1$clear" $how
    tame "show term $how" licet show term "$contract" Fee $how
    tame "show parties $how" licet show parties $how
    tame "statement $how" licet statement "$contract" --period 2026-01 $how
    tame "statement of a payee $how" licet statement "$contract" --period 2026-01 --payee "P2$csi" $how
    tame "why $how" licet why "$contract" "P1$clear" --period 2026-01 $how
    tame "why in full $how" licet why "$contract" "P1$clear" --period 2026-01 --all $how
    tame "why of a contract $how" licet why "$contract" --period 2026-01 $how
    tame "log postings $how" licet log postings "$contract" $how
    tame "log events $how" licet log events "$contract" $how
    tame "log transactions $how" licet log transactions $how
    for view in schedule_rows reports report_reasons rejected_lines term_results duties payments statements \
        statement_lines postings usage_lines; do
        tame "query $view $how" licet query "SELECT * FROM $view" $how
    done
done
tame "a table" licet query "SELECT * FROM rejected_lines" --format table
tame "names of columns" licet query "SELECT 1 AS \"$clear$csi\"" --header
tame "names of columns of a table" licet query "SELECT 1 AS \"$clear$csi\"" --format table
tame "a query with a mistake" licet query "SELECT $clear FROM $turn"
tame "replay" "$LICET" replay l.licet

# Words of a command line, which somebody else may have put together.
for word in "$clear$csi$turn$name" $'\xff\xfe'; do
    for line in "$word" "show $word" "show contract $word" "show party $word" "show block $word" "statement $word --period 2026-01" \
        "statement $contract --period $word" "why $contract $word" "log $word" "query $word --format tsv" "log blocks --$word" \
        "register $word --as x" "pay $contract $word 1.00 --as Service" "pay $contract $formula $word --as Service" \
        "act $contract $word --as Label" "act $contract Note $word=1 --as Label" "fact $contract $word 1 --as Label" \
        "report $contract Usage $word --period 2026-02 --as Service" "load $contract Payees=$word --as Label" "clock $word" \
        "deploy $word --as Label" "sign $word --as Label" "submit $word" "key new $word --no-passphrase" "init $word/x --clock real"; do
        tame "licet $(printf %q "$line")" licet $line
    done
    for line in "new $word" "check $word" "explain $word" "build $word" "convert $word x" "author $word" "extension $word" \
        "test $word" "sim $word" "fmt $word" "dump $word" "expand $word" "replay $word" "doctor $word"; do
        tame "licet $(printf %q "$line")" "$LICET" $line
    done
done

# A source whose name, and whose text, hold escapes.
sed "s/Titles that/$clear$csi$turn/" "$agreement" >"bad$clear.lic"
tame "check" "$LICET" check "bad$clear.lic"
tame "check, in colour" env NO_COLOR= "$LICET" check "bad$clear.lic" --color never
tame "deploy" licet deploy "bad$clear.lic" --as Label

# Sheets of deals.
printf 'deal,agreement,Title\n%sx,%s,%s\n%sy,%s,%s\n' "$clear" "$turn" "$csi" "$name" "$csi" "$erase" >sheet.csv
tame "a sheet as CSV" "$LICET" author sheet.csv
printf 'print("%s", "%s")\nerror("%s")\n' '\27[2J' '\u{9b}31m' '\u{202e}' >sheet.lua
tame "a script that writes and fails" "$LICET" author sheet.lua

# A spreadsheet computes no cell: what begins like a formula is a text with an apostrophe before it.
tame "what would be" "$LICET" sim Titles --ledger l.licet
check "as CSV" "$LICET" sim Titles --ledger l.licet --output sim.csv
computed=$(python3 - sim.csv <<'PY'
import csv, re, sys
cells = [cell for row in csv.reader(open(sys.argv[1], newline="")) for cell in row]
print(sum(cell.startswith("'=HYPER") or cell.startswith("'@SUM") for cell in cells) > 0,
      [cell for cell in cells if cell[:1] in "=+-@\t\r" and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) and cell])
PY
)
same "no cell of it is a formula" "True []" "$computed"
check "as a page" "$LICET" sim Titles --ledger l.licet --output sim.html
tame "which is tame" cat sim.html
finish
