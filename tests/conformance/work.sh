#!/usr/bin/env bash
# [lang.check.4] What `licet check` says of the work of each entry is what the image holds: added up here from the
# listing of the bytecode, phase by phase, with the declared maxima.
#
# Would catch: a phase that is left out or counted twice, a table's maximum taken for another's, JSON and text that
# differ.
. "$(dirname "$0")/../lib.sh"
cat >bounds.py <<'PYTHON'
import json, re, sys
entries, tables, most_lines = [], {}, None
for line in open(sys.argv[1], encoding="utf-8"):
    if m := re.match(r'table name="([^"]*)".* max_rows=(\d+)', line):
        tables[len(tables)] = m[1], int(m[2])
    elif m := re.match(r'report .*max_lines=(\d+)', line):
        most_lines = int(m[1])
    elif m := re.match(r'entry .*; \d+, gas (\d+) once, (\d+) a line', line):
        entries.append([int(m[1]), int(m[2]), {}])
    elif m := re.match(r'phase kind=rows table=(\d+) .*gas (\d+) an item', line):
        name, rows = tables[int(m[1])]
        gas, _ = entries[-1][2].get(name, (0, rows))
        entries[-1][2][name] = gas + int(m[2]), rows
want = []
for once, per_line, rows in entries:
    lines = most_lines if per_line else 0
    want.append([once + per_line * lines + sum(g * r for g, r in rows.values()), once, per_line, lines,
                 [[name, g, r] for name, (g, r) in rows.items()]])
work = json.load(open(sys.argv[2], encoding="utf-8"))[0]["work"]
got = [[w["most"], w["once"], w["per_line"], w["lines"] if w["per_line"] else 0,
        [[r["table"], r["per_row"], r["rows"]] for r in w["rows"]]] for w in work]
shown = [int(m[1].replace(",", "")) for m in
         re.finditer(r"^  \w+ .*?([\d,]+) = ", open(sys.argv[3], encoding="utf-8").read(), re.M)]
if want != got or shown != [w[0] for w in want] or not any(w[4] for w in want):
    sys.exit(f"listing {want}\ncheck {got}\ntext {shown}")
PYTHON
for file in "$SOURCE"/tests/scenario/agreements/rows.lic "$SOURCE"/contracts/month_of_streams/month_of_streams.lic; do
    name=$(basename "$file" .lic)
    "$LICET" dump --stage bytecode "$file" >"$name.listing" || not_ok "$name: dump" "fails"
    "$LICET" check --json "$file" >"$name.json" || not_ok "$name: check --json" "fails"
    "$LICET" check "$file" >"$name.text" 2>err || not_ok "$name: check" "$(head -c 300 err)"
    check "$name: the work of each entry" python3 bounds.py "$name.listing" "$name.json" "$name.text"
done
finish
