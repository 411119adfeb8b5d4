#!/usr/bin/env bash
# Present values of many rows: what a contract opens with, and what acts make of it, against sums done here.
#
# Would catch: a row that a set leaves out, or that stands in another's place; a neighbour of a row that moved whose value is lost; an
# amount of any size that is printed otherwise; views that are made again and differ.
. "$(dirname "$0")/../lib.sh"
l=present.licet
new_ledger $l 2026-01-05 Office || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/present.lic" --ledger $l --as Office | cut -d ' ' -f 1)
# 203 rows: alone, side by side, at either side of each border; whole stretches of zeros; the last one.
python3 - <<'PY'
import random
random.seed(4)
rows = [[f"P{n}", 0, 0] for n in range(203)]
for n in list(range(0, 180, 9)) + [1, 7, 8, 15, 16, 23, 202]:
    rows[n][1] = random.choice([1, 999999, 1000000, 123456789, 10**18 - 1, n])
for n in (2, 8, 9, 127, 128, 202):
    rows[n][2] = n + 1
amount = lambda units: f"{units // 10**6}.{units % 10**6:06d}"
with open("purses.tsv", "w") as out:
    out.writelines(f"{key}\t{amount(opening)}\t{before}\n" for key, opening, before in rows)
def tell(name):
    with open(name, "w") as out:
        for key, opening, before in rows:
            out.write(f"{key}\t{opening}\t{amount(opening)}\t{before}\n")
tell("opened")
batch = open("batch", "w")
for a, b, units in [(9, 8, 5), (8, 0, 3), (202, 201, 1), (18, 100, 1000), (100, 127, 999), (27, 27, 4), (36, 2, 1), (36, 3, 1)]:
    units = min(units, rows[a][1])
    rows[a][1] -= units
    rows[b][1] += units
    rows[a][2] += 1
    batch.write(f"act {{}} Move source=P{a} target=P{b} amount={amount(units)} --as Office\n")
tell("moved")
PY
values() {
    query $l "SELECT b.key, b.units, b.amount, c.value FROM balances b JOIN counters c ON c.row = b.row AND c.schedule = b.schedule
        WHERE b.account = 'Balance' AND c.counter = 'Moves' ORDER BY b.row"
}
check "rows load" "$LICET" load "$contract" Purses=purses.tsv --as Office --ledger $l
check "signed" "$LICET" sign "$contract" --as Office --ledger $l
values >got
same_files "what it opens with" opened got
sed "s/{}/$contract/" batch >lines
check "acts of one block" "$LICET" batch lines --ledger $l
values >got
same_files "what they left" moved got
same "one row of eight has the values of its neighbours" 1 "$(sqlite3 $l "SELECT count(*) FROM p_cells x JOIN p_fields f
    ON f.set_id = x.set_id WHERE f.name = 'Balance' AND x.row = 203 / 8")"
check "views are made again" "$LICET" doctor $l --rebuild
values >got
same_files "and say the same" moved got
check "replays" "$LICET" replay $l
finish
