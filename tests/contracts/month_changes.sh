#!/usr/bin/env bash
# A month of streams follows its text: names do not matter, words do.
#
# Would catch: code outside the agreement that knows one of its names; a term that is executed otherwise than
# it is written; a rounding mode, order of ties or order of clauses that the engine ignores. Each change is
# worked by the rational oracle, and must differ from the unchanged result: a blind test fails.
. "$(dirname "$0")/../lib.sh"
folder=$SOURCE/contracts/month_of_streams
oracle=$SOURCE/tests/oracle/month.py

python3 "$SOURCE/tests/workload/generate.py" --size S --seed 3 --lines 5000 --works 600 --payees 200 \
    --contracts 30 --out data >/dev/null
python3 "$SOURCE/tests/workload/oracle.py" data want

# Every name is another.
python3 "$SOURCE/tests/tools/rename.py" "$folder" renamed --usage data/usage.tsv renamed.usage --field 3
for name in MonthOfStreams Territories Streams Owed Units premium by_units withholding.\* Label; do
    if grep -v '^withholding' renamed/month_of_streams.lic | grep -qw "$name"; then
        not_ok "the copy has no $name" "found"
    fi
done
cp -r data data-renamed && mv renamed.usage data-renamed/usage.tsv
check "the renamed agreement settles" renamed/settle.sh data-renamed got-renamed
same_files "other names give the same bytes" want got-renamed

# changed NAME DATA SED-SCRIPT ORACLE-OPTION...: the agreement edited, its result worked by the oracle.
changed() {
    local name=$1 data=$2 script=$3
    shift 3
    cp -r "$folder" "agreement-$name"
    sed -i -e "$script" "agreement-$name/month_of_streams.lic"
    if cmp -s "$folder/month_of_streams.lic" "agreement-$name/month_of_streams.lic"; then
        [ "$script" = "" ] || not_ok "$name: the text is changed" "the edit found nothing"
    fi
    python3 "$oracle" "$data" "want-$name" "$@"
    check "$name: settles" "agreement-$name/settle.sh" "$data" "got-$name"
    same_files "$name: the result follows the text" "want-$name" "got-$name"
    differs "$name: the unchanged agreement's test would fail" want "got-$name"
}

changed lesser data 's/greater of/lesser of/' --choose lesser
changed no-minimum data '/^  at least  work.minimum/d' --no-minimum
changed half-up data 's/half_even to/half_up to/' --rounding half_up
changed floor data 's/half_even to/floor to/' --rounding floor
# the payout written before the tax, which then finds nothing to withhold
changed payout-first data '/^withholding Tax/,/^end/{H;d};/^fee Payout/,/^end/{/^end/{G}}' --payout-first

# ties: "as written" is the order of the holders' rows, so the same rows the other way round
mkdir data-ties && cp data/* data-ties/
python3 - <<'PY'
import itertools
rows = [l.rstrip("\n").split("\t") for l in open("data/splits.tsv", encoding="utf-8")]
with open("data-ties/splits.tsv", "w", encoding="utf-8") as f:
    for _, group in itertools.groupby(rows, key=lambda r: r[0]):
        group = list(group)
        for n, row in enumerate(reversed(group)):
            f.write("\t".join((row[0], str(n), row[2], row[3])) + "\n")
PY
cp -r "$folder" agreement-ties
python3 "$oracle" data want-ties --reverse-ties
check "ties: settles" agreement-ties/settle.sh data-ties got-ties
same_files "ties: go to the holder written first" want-ties got-ties
differs "ties: the unchanged agreement's test would fail" want got-ties

# A fourth product: a word in the text, a column in the cards, lines that use it.
mkdir data-fourth && cp data/* data-fourth/
awk -F '\t' -v OFS='\t' '{ print $0, $4 + 123 }' data/cards.tsv >data-fourth/cards.tsv
awk -F '\t' -v OFS='\t' 'NF == 7 && $4 == "family" && NR % 3 == 0 { $4 = "student" } { print }' \
    data/usage.tsv >data-fourth/usage.tsv
changed fourth data-fourth 's/(free, premium, family)/(free, premium, family, student)/' \
    --products free,premium,family,student
refused "a card without the fourth rate is refused" 65 "Cards.rates, line 1" agreement-fourth/settle.sh data got-short
finish
