#!/usr/bin/env bash
# Postings and usage lines in queries, against what the oracles say of the same files.
#
# Would catch: a posting left out, doubled or under the wrong account; a line with another's fate, offset or text; rejects
# that differ from the reference; a query that answers from a damaged ledger as if nothing were missing.
. "$(dirname "$0")/../lib.sh"
workload=$SOURCE/tests/workload
python3 "$workload/generate.py" --size S --seed 11 --lines 5000 --works 400 --payees 60 --contracts 12 --bad-ppm 40000 \
    --out data >/dev/null && python3 "$SOURCE/tests/oracle/month.py" data want || not_ok "the data" "cannot be made"
LICET_CHUNK=3000 check "a month is settled" "$SOURCE/contracts/month_of_streams/settle.sh" data got month.licet

# Lines: what was set aside is what the oracle rejects, by number and by the report's own bytes.
# mapping.tsv says which reason of the month has which column and code.
query month.licet "SELECT line, column, code FROM usage_lines WHERE state = 'set_aside'" >aside
python3 - "$SOURCE/contracts/month_of_streams/mapping.tsv" >named <<'PY'
import sys
rows = [line.rstrip("\n").split("\t") for line in open(sys.argv[1], encoding="utf-8")]
names = {("" if row[1] == "-" else row[1], row[2]): row[3] for row in rows if row[0] == "reason"}
for line in open("aside", encoding="utf-8"):
    number, column, code = line.rstrip("\n").split("\t")
    print(number, names.get((column, code), (column, code)), sep="\t")
PY
same_files "the lines that were set aside, with their reasons" want/rejects.out.tsv named
[ "$(wc -l <aside)" -gt 50 ] && ok "there are some" || not_ok "there are some" "$(wc -l <aside)"
"$LICET" query "SELECT line, offset, state, text FROM usage_lines" --json --ledger month.licet >lines.json
check "numbers, offsets and bytes are those of the file" python3 - <<'PY'
import json
data = open("data/usage.tsv", "rb").read()
offset, wanted = 0, []
for number, line in enumerate(data.split(b"\n"), 1):
    if offset < len(data):
        wanted.append((number, offset, line))
    offset += len(line) + 1
found = json.load(open("lines.json", encoding="utf-8"))
assert len(found) == len(wanted), (len(found), len(wanted))
for row, (number, at, line) in zip(found, wanted):
    try:
        text = line.decode("utf-8")
        text = line.hex() if "\0" in text else text
    except UnicodeDecodeError:
        text = line.hex()  # a BLOB
    assert (row["line"], row["offset"], row["text"]) == (number, at, text), (row, number, at, line)
PY
same "accepted and set aside are all" "$(query month.licet "SELECT accepted, rejected FROM reports" | tr '\t' ' ')" \
    "$(query month.licet "SELECT sum(state = 'accepted'), sum(state = 'set_aside') FROM usage_lines" | tr '\t' ' ')"

# Postings: what came into and went out of each account is the settled turnover, row by row; the settled files
# are the oracle's.
same_files "the settled files are the oracle's" want got
query month.licet "SELECT account, schedule, row, units_sum(debit_units), units_sum(credit_units) FROM account_turnover
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3" >turnover
query month.licet "WITH legs AS (
    SELECT to_account AS account, to_schedule AS schedule, to_row AS row, '0' AS debit, units AS credit FROM postings
    UNION ALL SELECT from_account, from_schedule, from_row, units, '0' FROM postings)
    SELECT t.account, t.schedule, t.row, units_sum(l.debit), units_sum(l.credit)
    FROM (SELECT DISTINCT account, schedule, row FROM account_turnover) t LEFT JOIN legs l USING (account, schedule, row)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3" >legs
same_files "postings are the turnover of every account's row" turnover legs
[ "$(wc -l <legs)" -gt 500 ] && ok "there are many" || not_ok "there are many" "$(wc -l <legs)"
same "log and query have the same postings" "$("$LICET" log postings MonthOfStreams --ledger month.licet | wc -l)" \
    "$(query month.licet "SELECT count(*) FROM postings")"

# The month after: what `report --json` says is what the view says.
"$LICET" clock 2026-03-01 --ledger month.licet >/dev/null
"$LICET" report MonthOfStreams Usage data/usage.tsv --period 2026-02 --as Service --json --ledger month.licet >report.json 2>err ||
    not_ok "a second month" "$(tail -1 err)"
"$LICET" query "SELECT column, code, anchor, count FROM report_reasons WHERE period = '2026-02' AND count > 0 ORDER BY ordinal" \
    --json --ledger month.licet >reasons.json
check "report --json counts each reason" python3 -c 'import json
report, reasons = json.load(open("report.json")), json.load(open("reasons.json"))
assert report["reasons"] == reasons and sum(r["count"] for r in reasons) == report["rejected"] > 50, report'
same "lines of one period" "$(query month.licet "SELECT lines FROM reports WHERE period = '2026-02'")" \
    "$(query month.licet "SELECT count(*) FROM usage_lines WHERE period = '2026-02'")"

# The streaming licence: sums that its oracle asserts.
"$SOURCE/contracts/streaming/settle_year.sh" y.licet >/dev/null 2>err || not_ok "a year" "$(tail -2 err)"
python3 "$SOURCE/tests/oracle/streaming.py" "$SOURCE/contracts/streaming/data" | grep '^payee' | cut -f 2,3,5 | sort >want.owed
query y.licet "SELECT period, to_key, units_sum(units) FROM postings WHERE to_account = 'Owed' GROUP BY 1, 2" |
    awk -F '\t' '{ printf "%s\t%s\t%.2f\n", $1, $2, $3 / 1000000 }' | sort >got.owed
same_files "what came into Owed is what the oracle shares out" want.owed got.owed
[ -s got.owed ] || not_ok "what came into Owed" "nothing"

# Plain sqlite3 has neither; damage is named.
for table in postings usage_lines; do
    sqlite3 y.licet "SELECT * FROM $table" >out 2>&1 && not_ok "sqlite3 has no $table" "it has" || ok "sqlite3 has no $table"
done
sqlite3 y.licet "UPDATE payloads SET bytes = CAST(substr(bytes, 1, 90) AS BLOB) WHERE (place >> 24) & 15 = 4"
refused "damaged postings" 65 "block [0-9]* holds" "$LICET" query "SELECT count(*) FROM postings" --ledger y.licet
sqlite3 y.licet "DELETE FROM payloads WHERE (place >> 24) & 15 = 4"
refused "erased postings" 66 "was erased" "$LICET" query "SELECT count(*) FROM postings" --ledger y.licet
sqlite3 y.licet "UPDATE chunks SET bytes = CAST('x' AS BLOB)"
refused "damaged lines" 65 "block [0-9]* holds" "$LICET" query "SELECT count(*) FROM usage_lines" --ledger y.licet
refused "the time limit holds" 75 "time limit" "$LICET" query --time-limit 1 --ledger month.licet \
    "SELECT count(*) FROM usage_lines a, usage_lines b, usage_lines c WHERE a.text || b.text = c.text"
finish
