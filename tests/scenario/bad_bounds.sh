#!/usr/bin/env bash
# Reports at every limit: what is at the limit is accepted, and one above is refused, with the place and the remedy.
#
# Would catch: a limit that is off by one on either side, one that is told without its number, its line or what to do.
. "$(dirname "$0")/../lib.sh"
goods=$SOURCE/tests/scenario/agreements/merchandise.lic
begun() { # LEDGER AGREEMENT [LIMIT]: a contract that waits for its first report
    "$LICET" init "$1" --clock simulated:2026-02-20 ${3:+--limit "$3"} >/dev/null 2>err || { not_ok "a ledger" "$(cat err)"; return; }
    local party parties=(Owner Maker)
    [ "$2" = "$goods" ] || parties=(Label Service)
    for party in "${parties[@]}"; do
        "$LICET" key new "$party" --no-passphrase --ledger "$1" >/dev/null 2>&1
        "$LICET" register "$party" --ledger "$1" >/dev/null 2>&1
    done
    contract=$("$LICET" deploy "$2" --ledger "$1" --as "${parties[0]}" 2>/dev/null | cut -d ' ' -f 1)
    [ "$2" = "$goods" ] || "$LICET" load "$contract" Payees=payees.tsv --as Label --ledger "$1" >/dev/null 2>&1
    "$LICET" sign "$contract" --as "${parties[0]}" --as "${parties[1]}" --ledger "$1" >/dev/null 2>&1
    "$LICET" clock 2026-04-10 --ledger "$1" >/dev/null 2>&1
}
sales() { "$LICET" report "$contract" Sales "$2" --period 2026-Q1 --as Maker --ledger "$1" "${@:3}"; }
# above WHAT PLACE REMEDY COMMAND...: refused, in words that hold both.
above() {
    refused "$1" 65 "$2.*;.*$3" "${@:4}"
}
seq 1 998 | awk '{ printf "S%d\tGB\t1\t1.00\n", $1 }' >most.tsv

# Values of a line, and the number of lines.
begun l.licet "$goods"
{ cat most.tsv; printf 'twelve-bytes\tGB\t1000000\t10000.00\nleast\tGB\t1\t0.50\n'; } >at.tsv
remember l.licet
one_above() { # WHAT PLACE LINE
    { head -n 500 most.tsv; printf "$3\n"; } >above.tsv
    above "$1" "$2" "." sales l.licet above.tsv
    grep -q '501' "$WORK/.err" || not_ok "$1" "line 501 is not named: $(cat "$WORK/.err")"
}
one_above "a text of 13 bytes where 12 are" "sku" 'thirteen-byte\tGB\t1\t1.00'
one_above "a count one above its bound" "units" 'X\tGB\t1000001\t1.00'
one_above "an amount one above its bound" "price" 'X\tGB\t1\t10000.01'
one_above "an amount one below what is required" "2.2" 'X\tGB\t1\t0.49'
one_above "a column too many" "column" 'X\tGB\t1\t1.00\t'
one_above "a column too few" "column" 'X\tGB\t1'
one_above "a count beyond 64 bits" "units" 'X\tGB\t18446744073709551616\t1.00'
{ cat at.tsv; printf 'more\tGB\t1\t1.00\n'; } >above.tsv
above "1,001 lines where 1,000 are" "1,\?000.*1,\?001" "agreement" sales l.licet above.tsv
unchanged "the ledger is as it was" l.licet
check "1,000 lines, with a text, a count and an amount at their bounds" sales l.licet at.tsv
same "all of them are accepted" 1000 "$(query l.licet "SELECT accepted FROM reports")"

# Bytes and lines that the ledger takes.
bytes=$(wc -c <at.tsv)
begun bytes.licet "$goods" upload_bytes=$((bytes - 1))
above "a byte more than the ledger takes" "at.tsv is larger than $((bytes - 1)) bytes" "smaller file" sales bytes.licet at.tsv
begun bytes.licet2 "$goods" upload_bytes="$bytes"
check "as many bytes as the ledger takes" sales bytes.licet2 at.tsv
begun lines.licet "$goods" upload_lines=999
above "a line more than the ledger takes" "999 lines" "split the file\|operator" sales lines.licet at.tsv
begun lines.licet2 "$goods" upload_lines=1000
check "as many lines as the ledger takes" sales lines.licet2 at.tsv --chunk 262144
refused "a chunk larger than any may be" 64 "262144" sales lines.licet2 at.tsv --chunk 262145

# A line of 65,536 bytes is read, and judged; of a longer one nothing is.
printf 'P1\ttitle\n' >payees.tsv
begun long.licet "$SOURCE/tests/scenario/agreements/titles.lic"
usage() { "$LICET" report "$contract" Usage "$1" --period "$2" --as Service --ledger long.licet; }
line() { printf 'P1\t%s\t1\n' "$(head -c $(($1 - 5)) /dev/zero | tr '\0' x)"; } # of so many bytes, its end not counted
line 65536 >at.tsv
{ printf 'P1\ttitle\t1\n'; line 65537; } >above.tsv
same "the line is as long as it is to be" 65537 "$(wc -c <at.tsv)"
above "a line of 65,537 bytes" "line 2.*65,\?536\|65,\?536.*line 2\|line 2.*64 KiB" "." usage above.tsv 2026-01
check "a line of 65,536 bytes" usage at.tsv 2026-01
same "is judged by its columns" "0 1" "$(query long.licet "SELECT accepted || ' ' || rejected FROM reports")"
finish
