#!/usr/bin/env bash
# [lang.type.12] Amounts that are exact to 20 decimals, with a digit far behind the half that they are rounded at:
# figures by hand. 12.345 is half a penny, to the even 12.34; 12.345 and 10^-20 is more. Rate is 0.5 and 10^-18, so that
# 0.05 * Rate is 0.025 and 5 * 10^-20, more than half a penny.
#
# Would catch: decimals cut off before the rounding, in amounts, products and sums of lines.
. "$(dirname "$0")/../lib.sh"
l=decimals.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/decimals.lic" --ledger $l --as Label \
    --set Rate=0.500000000000000001 | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger $l
check "clock" "$LICET" clock 2026-04-10 --ledger $l
printf '0.01\n0.04\n' >usage.tsv
check "a report" "$LICET" report "$contract" Usage usage.tsv --period 2026-Q1 --as Platform --ledger $l
earned() { query $l "SELECT earned_amount FROM term_results WHERE term = '$1'"; }
same "20 decimals" 12.35 "$(earned Fixed)"
same "half a penny" 12.34 "$(earned Half)"
same "a product of 20 decimals" 0.03 "$(earned Product)"
same "a sum of 20 decimals" 0.03 "$(earned Lines)"
same "exactly" 12.34500000000000000001,0.02500000000000000005 \
    "$(query $l "SELECT exact_amount FROM term_results WHERE term IN ('Fixed', 'Lines') ORDER BY term" | paste -sd ,)"
check "replays" "$LICET" replay $l
finish
