#!/usr/bin/env bash
# Every command, right and wrong: with --json stdout is JSON without a single fraction, whoever asks wrongly is told
# where and what to do, with the right exit code and nothing on stdout.
#
# Would catch: a command that writes text, half an array, or an amount as a JSON number with --json; an error that is not
# JSON there; a name that nothing has and that is answered with an empty list; a usage error with another exit code.
. "$(dirname "$0")/../lib.sh"
A=$SOURCE/contracts/streaming N=NorthlightWavefront
cat >valid.py <<'PY'
import json, sys
def number(text):
    raise SystemExit(f"a fraction: {text}")
text = open(sys.argv[1], encoding="utf-8").read()
for document in text.splitlines() if sys.argv[2] in ("log", "batch", "repl", "dev") else [text]:
    found = json.loads(document, parse_float=number)
    assert isinstance(found, (dict, list)), "neither an object nor an array"
PY
: >seen
json() { # ARGUMENT...: succeeds, and stdout is JSON
    echo "$1" >>seen
    if ! "$LICET" "$@" --json >out 2>err </dev/null; then
        not_ok "--json: $*" "it fails: $(head -c 300 err)"
    elif python3 valid.py out "$1" 2>why; then ok "--json: $*"; else
        not_ok "--json: $*" "$(tail -1 why) in [$(head -c 200 out)]"
    fi
}
member() { python3 -c 'import json, sys; print(eval("d" + sys.argv[1], {"d": json.load(open("out"))}))' "$1"; }

cp "$A/streaming.lic" s.lic
json check s.lic
json fmt s.lic
json fmt s.lic --check
json fmt s.lic --stdout
same "fmt says what it would write" "$(cat s.lic)" "$(member '[0]["text"]')"
json build s.lic
for stage in tokens tree resolved typed kernel bytecode; do json dump s.lic --stage $stage; done
json dump s.lic --output dumped
json expand s.lic
same "expand is the same in JSON" "$("$LICET" expand s.lic)" "$(member '["text"]')"
json test "$SOURCE/contracts/simple" --filter "a quarter" --seed 1 --coverage
same "test counts" "1 0" "$(member '["passed"]') $(member '["failed"]')"
json sim "$SOURCE/contracts/simple"
json dev "$SOURCE/contracts/simple" --once --fuzz 1
same "dev's documents" "agreement tests ledger" \
    "$(python3 -c 'import json; print(*[json.loads(line)["event"] for line in open("out")])')"
json repl "$SOURCE/contracts/simple" # nothing is read: nothing is answered
json explain P01
json explain --list
json convert --list
json convert dsr "$SOURCE"/tests/data/dsr/DSR_TEST_*.tsv --allow-defects
same "rows and defects" "3 31" "$(member '["rows"]') $(member '["defects"].__len__()')"
json extension fx_table
same "what an extension can be asked" "fx_table 4" "$(member '["name"]') $(member '["functions"].__len__()')"
json extension "$SOURCE/tests/unit/extensions/trial.interface" --prototypes
json bench --list
json new --list
json new simple novel --name AnyNovel
json init l.licet --clock simulated:2026-01-05
export LICET_LEDGER=l.licet
for party in Label Platform Artist Producer Society; do
    json key new $party --no-passphrase
    json register $party
done
json key list
json key rotate Society
json deploy s.lic --as Label --set AdvanceSum=250000.00 --set FirstRate=52% --set MiddleRate=54% --set TopRate=55% \
    --set LabelShare=50% --set ArtistShare=35% --set ProducerShare=10% --set SocietyShare=5%
json load $N "Recordings=$A/data/recordings.tsv" --as Label
same "load: a receipt a file" 1 "$(member '.__len__()')"
json sign $N --as Label --as Platform
same "sign: a receipt a party" 2 "$(member '.__len__()')"
json author "$A/deal.lua"
same "author says what is set" "GBP 250,000.00" "$(member '[0]["set"][0]["value"]')"
json author "$A/deal.lua" --output deals
same "and what it wrote" deals/$N.deal "$(member '[0]["deal_file"]')"
json init d.licet --clock simulated:2026-01-05
for party in Label Platform Artist Producer Society; do json register $party --ledger d.licet --no-passphrase; done
json deploy --deal deals/$N.deal --as Label --ledger d.licet
json clock 2026-04-20
json clock
json report $N Usage "$A/data/2026-Q1.tsv" --period 2026-Q1 --as Platform
json pay $N Artist 100000.00 --as Platform
json acknowledge $N 1 --as Artist
json clock 2026-04-21 --envelope clock.tx
same "an envelope is told" clock.tx "$(member '["envelope"]')"
json submit clock.tx
printf 'clock 2026-04-22 # a day later\n\n  clock "2026-04-23" --quiet\n' >batch
json batch batch
same "a batch is a document a command" "2026-04-22 2026-04-23" "$(sed 's/.*"date":"\([^"]*\)".*/\1/' out | xargs)"
json query "SELECT * FROM duties"
json query "SELECT * FROM duties WHERE 0"
json query "SELECT * FROM postings"
json query "SELECT * FROM usage_lines"
json statement $N --period 2026-Q1
json statement $N --period 2026-Q1 --payee Artist
json show
for what in parties "party Label" contracts uploads "contract $N" "block 3" "term $N Stream" "schedule $N Recordings" "source $N"; do
    # shellcheck disable=SC2086
    json show $what
done
json show transaction "$("$LICET" log transactions | tail -1 | cut -f 5)"
for what in blocks transactions "events $N" "postings $N" "postings $N --account Owed --row Artist"; do
    # shellcheck disable=SC2086
    json log $what
done
json why $N Artist --period 2026-Q1
json why $N Label --block "$(query l.licet "SELECT max(height) FROM reports")"
json why $N --duty 0
json replay
json doctor
json doctor --rebuild
json export x.licet
same "what an export says" "True 0" "$(member '["height"] > 10') $(member '["erased"]')"
json import x.licet y.licet --replay
same "and an import" "True" "$(member '["replayed"]')"
cp -r l.licet-keys y.licet-keys
json erase "$("$LICET" log transactions | grep pay | cut -f 5)" --why "a trial" --ledger y.licet
same "what an erasure says" "1 0" "$(member '["transactions"]') $(member '["chunks"]')"
cp "$SOURCE/tests/scenario/agreements/sync.lic" sync.lic
new_ledger sync.licet 2026-06-01 Publisher Studio Composer Tracker 2>/dev/null || not_ok "a second ledger" "cannot be made"
export LICET_LEDGER=sync.licet
json deploy sync.lic --as Publisher
contract=$(member '["contract"]')
json sign "$contract" --as Publisher --as Studio
json fact "$contract" Delivered 2026-05-20 --as Publisher
json act "$contract" AddTrailer "name=Winter" seconds=20 --as Studio --as Publisher
json log events "$contract"
json show contract "$contract"
same "a contract's facts and actions, and whose they are" "Delivered Publisher AddTrailer Studio Publisher name, seconds" \
    "$(member '["facts"][0]["name"]') $(member '["facts"][0]["by"]') $(member '["actions"][0]["name"]') $(
        member '["actions"][0]["by"].replace("Publisher, Studio", "Studio Publisher")') $(member '["actions"][0]["arguments"]')"
export LICET_LEDGER=l.licet
"$LICET" help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort >commands
same_files "every command was asked" commands <(sort -u seen)

# Wrong uses: status, words, nothing on stdout; and the same as JSON.
wrong() { # EXIT PATTERN ARGUMENT...
    local code=$1 pattern=$2
    shift 2
    refused "$*" "$code" "$pattern" "$LICET" "$@"
    [ ! -s .out ] || not_ok "$*" "stdout: $(head -c 200 .out)"
    "$LICET" --json "$@" >out 2>err </dev/null
    if [ $? -eq "$code" ] && [ ! -s out ] && python3 - "${1:-}" 2>why <<'PY'; then ok "$*, JSON"; else
import json, sys
error = json.load(open("err", encoding="utf-8"))["error"]
assert set(error) == {"command", "status", "code", "text", "help"}
assert error["command"] in (sys.argv[1], "") and error["text"] and error["help"], error
PY
        not_ok "$*, JSON" "$(tail -1 why) stdout [$(head -c 100 out)] stderr [$(head -c 200 err)]"
    fi
}
echo 'local s = ("x"):rep(1 << 30)' >bomb.lua
echo 'deal "A" { agreement = "s.lic", set = { X = 0.5 } }' >float.lua
: >empty.lua
wrong 64 "no such command: frob" frob
wrong 64 "unrecognized option" query --frob "SELECT 1"
wrong 64 "missing operands; give SQL" query
wrong 64 "too many operands" query a b
wrong 64 "does not take --as\|unrecognized option" query --as Label "SELECT 1"
wrong 64 "none of tsv" query "SELECT 1" --format xml
wrong 64 "1 to 86400" query "SELECT 1" --time-limit 0
wrong 64 "2026-Q1" statement $N --period 2026-1
wrong 64 "no period" statement $N
wrong 66 "no statement was issued for 2031-Q1" statement $N --period 2031-Q1
wrong 66 "to Nobody" statement $N --period 2026-Q1 --payee Nobody
wrong 65 "no contract Nope; licet show contracts" statement Nope --period 2026-Q1
wrong 66 "nobody called Nobody" why $N Nobody --period 2026-Q1
wrong 66 "nothing was settled" why $N Artist --period 2031-Q1
wrong 66 "nothing was settled" why $N Artist --block 999
wrong 66 "there is no duty 999" why $N --duty 999
wrong 64 "one of --period PERIOD, --block HEIGHT and --duty NUMBER" why $N Artist
wrong 64 "one of --period PERIOD, --block HEIGHT and --duty NUMBER" why $N Artist --period 2026 --block 9
wrong 64 "give CONTRACT alone" why $N Artist --duty 0
wrong 64 "give CONTRACT PAYEE" why $N --period 2026-Q1
wrong 64 "give licet show block HEIGHT" show block
wrong 64 "no rows for --row" show ledger --row x
wrong 65 "no party Nope; licet show parties" show party Nope
wrong 66 "Recordings has no row Nope" show schedule $N Recordings Nope
wrong 66 "Stream has no row Nope" show term $N Stream --row Nope
wrong 64 "give licet log events CONTRACT" log events
wrong 64 "for log postings" log blocks --account Owed
wrong 66 "no account Nope" log postings $N --account Nope
wrong 66 "no row\|has a row Nope" log postings $N --row Nope
wrong 66 "called Advance has a row Artist" log postings $N --account Advance --row Artist
wrong 65 "lies before the ledger" clock 2020-01-01
wrong 64 "not a date" clock tomorrow
wrong 64 "who signs" pay $N Artist 1.00
wrong 66 "no key file" pay $N Artist 1.00 --as Nobody
wrong 64 "not an amount" pay $N Artist ten --as Platform
wrong 66 "owes nothing to Nobody" pay $N Nobody 1.00 --as Platform
wrong 65 "no payment 99" acknowledge $N 99 --as Artist
wrong 66 "no report Nope; licet show contract" report $N Nope s.lic --period 2026-Q2 --as Platform
wrong 65 "not a period" report $N Usage s.lic --period 2026-01 --as Platform
wrong 66 "no schedule Nope" load $N Nope=s.lic --as Label
wrong 64 "one --as at a time" sign $N --as Label --as Platform --envelope e
wrong 64 "takes no --envelope" key rotate Label --envelope e
wrong 66 "cannot open" submit nowhere
wrong 65 "s.lic: " submit s.lic
wrong 66 "cannot open nowhere" check nowhere
wrong 66 "cannot open nowhere" author nowhere
wrong 65 "Lua, CSV or JSON" author s.lic
wrong 66 "cannot open nowhere" author "$A/deal.lua" --root nowhere
wrong 65 "does not lie beneath" author "$A/deal.lua" --root .
wrong 65 "limit of 256 MiB" author bomb.lua
wrong 65 "deal A, set.X: a float" author float.lua
wrong 65 "the sheet has no deals" author empty.lua
wrong 64 "FILE, or --deal" deploy --as Label
wrong 66 "cannot open nowhere" deploy --deal nowhere --as Label
wrong 65 "s.lic:1:" deploy --deal s.lic --as Label
wrong 74 "make the folder first" build s.lic --output nowhere/x
wrong 64 "none of tokens" dump s.lic --stage frob
wrong 66 "no diagnostic" explain ZZ
wrong 66 "cannot open nowhere" test nowhere
wrong 66 "holds no file" test l.licet-keys
wrong 64 "none of text" test --style xml
wrong 66 "cannot open the folder nowhere" dev nowhere --once
wrong 64 "compares with the snapshot" test "$SOURCE/contracts/simple" --check
wrong 66 "no template" new ZZ
wrong 65 "not empty" new simple novel
wrong 64 "cannot name" new simple other --name low
wrong 64 "which template" new
wrong 64 "give a converter and the files" convert dsr
wrong 66 "no converter frob" convert frob s.lic
wrong 65 "no setting frob" convert dsr s.lic --set frob=1
wrong 64 "=" convert dsr s.lic --with rates
wrong 66 "cannot read.*nothing.interface" extension nothing
wrong 65 "this is no interface file" extension ./s.lic
wrong 66 "cannot read.*trial.so" extension "$SOURCE/tests/unit/extensions/trial.interface"
wrong 65 "exists" init l.licet
wrong 64 "no reason given" erase "$("$LICET" log transactions | tail -1 | cut -f 5)"
wrong 64 "no transaction id" erase x --why y
wrong 65 "part of the state" erase "$("$LICET" log transactions | grep deploy | cut -f 5)" --why y
wrong 65 "exists" export l.licet
wrong 66 "no manifest" import l.licet z.licet
wrong 65 "exists" import x.licet l.licet
wrong 64 "neither real nor simulated" init m.licet --clock noon
wrong 66 "there is no ledger" query "SELECT 1" --ledger nowhere.licet
wrong 65 "is not a ledger" query "SELECT 1" --ledger s.lic
wrong 65 "is not a ledger" show --ledger s.lic
wrong 65 "is a folder" show --ledger .
unset LICET_LEDGER
wrong 64 "no ledger given" query "SELECT 1"
wrong 64 "key files" key list
wrong 64 "no command given"

# A batch ends at the first line that fails, with its exit code; what was done before it stays done.
export LICET_LEDGER=l.licet
fails() { # WHAT EXIT PATTERN TEXT
    printf "$4" >batch
    refused "batch: $1" "$2" "batch, line 2: .*commands done before it: 1" "$LICET" batch batch
    grep -qi -e "$3" .err || not_ok "batch: $1" "no $3 in $(head -c 300 .err)"
}
fails "a name that nobody has" 66 "no key file" 'clock\npay X Y 1.00 --as Nobody\nclock 2026-05-01\n'
fails "no such command" 64 "no such command: frob" 'clock\nfrob\n'
fails "an unknown option" 64 "unrecognized option" 'clock\nclock --frob\n'
fails "a command that reads" 64 "commands that write" 'clock\nshow\n'
fails "a batch" 64 "no part of a batch" 'clock\nbatch other\n'
fails "an open quote" 65 "quote is not closed" 'clock\nclock "2026-05-01\n'
fails "a call for help" 65 "help is no part" 'clock\nclock --help\n'
printf 'clock\0\n' >batch
refused "batch: a zero byte" 65 "zero byte" "$LICET" batch batch
refused "batch: no file" 66 "cannot open" "$LICET" batch nowhere
same "nothing after the line that failed was done" 2026-04-23 "$("$LICET" clock --quiet)"
printf "init 'a b.licet' --clock simulated:2026-01-01\nregister It --ledger 'a b.licet' --no-passphrase\n" >batch
check "batch: two ledgers, quotes, another --ledger" "$LICET" batch batch --ledger l.licet
same "the line's own --ledger holds" It "$(query "a b.licet" "SELECT name FROM parties WHERE name = 'It'")"
same "the batch's ledger knows nothing of it" "" "$(query l.licet "SELECT name FROM parties WHERE name = 'It'")"
unset LICET_LEDGER

"$LICET" --json check s.lic nowhere >out 2>err
same "half an array is none" "" "$(cat out)"

# Talk and data apart: what a pipe reads is data alone, and --quiet leaves errors alone.
export LICET_LEDGER=l.licet
"$LICET" clock 2026-04-24 >out 2>err
same "the clock says the date alone" 2026-04-24 "$(cat out)"
"$LICET" --quiet register Sixth >out 2>err
same "--quiet is silent" "" "$(cat err)"
"$LICET" --quiet query "SELEKT" >out 2>err
[ -s err ] && ok "--quiet tells errors" || not_ok "--quiet tells errors" "silent"
"$LICET" query "SELECT 1" --json --help >out 2>err
same "help is help with --json too" "Usage: licet query" "$(head -c 18 out)"
# The letters behind -h count no more: -l would take a value from behind the last word, which is the environment.
for words in -hl "-hlx show" "query -hl" "query -hl SELECT"; do
    # shellcheck disable=SC2086
    tells "help alone: $words" "Usage: licet" env -i LICET_FIRST=1 "$LICET" $words
done
finish
