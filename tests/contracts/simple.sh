#!/usr/bin/env bash
# The first novel: two quarters to the penny as its README works them, and twelve quarters of seeded sales, many of them on
# half a penny, as the rational oracle works them; what is due, paid and explained.
#
# Would catch: a lost or invented penny, another rounding, another order of ties, a duty with a wrong date, a
# README whose figures are not the agreement's.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
folder=$SOURCE/contracts/simple
oracle=$SOURCE/tests/oracle/simple.py
seed=${LICET_SEED:-7}

# Totals of 16 n + 4 pence put the royalty on half a penny above an even one, of 160 n + 80 both shares on half a penny.
python3 - "$seed" <<'PY'
import os, random, sys
draw = random.Random(int(sys.argv[1]))
os.mkdir("ties")
for quarter in range(12):
    total = (16 * draw.randrange(1_000_000) + 4, 160 * draw.randrange(100_000) + 80, draw.randrange(10_000_000))[quarter % 3]
    kinds = draw.sample(("hardback", "paperback", "ebook"), draw.randint(1, 3))
    cuts = sorted(draw.randrange(total + 1) for _ in kinds[1:])
    with open(f"ties/{2026 + quarter // 4}-Q{quarter % 4 + 1}.tsv", "w") as out:
        for kind, low, high in zip(kinds, [0, *cuts], [*cuts, total]):
            pence = high - low
            print(kind, draw.randrange(1000), f"{pence // 100}.{pence % 100:02}", sep="\t", file=out)
PY
echo "LICET_SEED=$seed"

settle() { # LEDGER AGREEMENT FOLDER: the facts of each quarter
    local ledger=$1 file period due contract
    new_ledger "$ledger" 2026-01-05 Author Publisher Agent 2>/dev/null || return
    contract=$("$LICET" deploy "$2" --as Author --ledger "$ledger" --quiet) &&
        "$LICET" sign FirstNovel --as Author --as Publisher --ledger "$ledger" --quiet >/dev/null || return
    for file in "$3"/*.tsv; do
        period=$(basename "$file" .tsv)
        due=$(case $period in *1) echo "${period%-*}-04-10" ;; *2) echo "${period%-*}-07-10" ;; *3) echo "${period%-*}-10-10" ;;
            *) echo "$((${period%-*} + 1))-01-10" ;; esac)
        "$LICET" clock "$due" --ledger "$ledger" --quiet >/dev/null &&
            "$LICET" report FirstNovel Sales "$file" --period "$period" --as Publisher --ledger "$ledger" --quiet >/dev/null || return
        query "$ledger" "SELECT 'term', period, net_amount FROM term_totals WHERE term = 'Royalty' AND period = '$period'"
        query "$ledger" "SELECT 'payee', period, key, credit_amount FROM account_turnover
            WHERE account = 'Owed' AND period = '$period' AND key <> 'Publisher' ORDER BY row"
    done
}
check "the oracle gives the worked figures" python3 "$oracle" --check "$folder/data"
python3 "$oracle" "$folder/data" >want.year
settle year.licet "$folder/simple.lic" "$folder/data" >got.year
same_files "two quarters, to the penny" want.year got.year
python3 "$oracle" ties >want.ties
settle ties.licet "$folder/simple.lic" ties >got.ties
same_files "twelve quarters, to the penny" want.ties got.ties
sed 's/half_even/half_up/' "$folder/simple.lic" >half-up.lic
settle half-up.licet half-up.lic ties >got.half-up
python3 "$oracle" --rounding half_up ties >want.half-up
same_files "another rounding: the result follows the text" want.half-up got.half-up
differs "another rounding would be noticed" want.ties got.half-up
python3 "$oracle" --reverse-shares ties >reversed
differs "another order of ties would be noticed" want.ties reversed

due() { query year.licet "SELECT duty_amount || ' ' || due || ' ' || state FROM duties WHERE creditor = '$1' ORDER BY number" | xargs; }
same "due within 30 days of the statement" "3357.87 2026-05-10 open 4599.32 2026-08-09 open" "$(due Author)"
check "the publisher pays" "$LICET" pay FirstNovel Author 3357.87 --as Publisher --ledger year.licet
check "the author confirms" "$LICET" acknowledge FirstNovel 1 --as Author --ledger year.licet
same "the duty is paid" "3357.87 2026-05-10 paid 4599.32 2026-08-09 open" "$(due Author)"
for period in 2026-Q1 2026-Q2; do
    "$LICET" why FirstNovel Agent --period $period --json --ledger year.licet >why
    check "why of $period recomputes" python3 "$SOURCE/tests/oracle/why_check.py" why "$folder/data/$period.tsv" \
        --due "$(awk -F '\t' -v p=$period '$2 == p && $3 == "Agent" { print $4 }' want.year)"
done
for figure in 3,950.44 3,357.87 592.57 5,410.96 4,599.32 811.64; do
    grep -q -F "$figure" "$folder/README.md" && ok "the README says $figure" || not_ok "the README says $figure" "it does not"
done
check "the year replays" "$LICET" replay year.licet
explained year.licet "2026-Q1=$folder/data/2026-Q1.tsv" "2026-Q2=$folder/data/2026-Q2.tsv"
for report in ties/*.tsv; do quarters+=("$(basename "$report" .tsv)=$report"); done
explained ties.licet "${quarters[@]}"
finish
