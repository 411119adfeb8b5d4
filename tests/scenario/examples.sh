#!/usr/bin/env bash
# Every example of the table of commands works, in the order in which they stand there: they are what --help and the
# man pages show.
#
# Would catch: an example that went stale, a command without one.
. "$(dirname "$0")/../lib.sh"
PATH=$(dirname "$LICET"):$PATH
python3 "$SOURCE/tests/tools/table.py" EXAMPLE >examples
python3 "$SOURCE/tests/tools/table.py" COMMAND | cut -f 1 | sort >commands
same_files "every command has an example" commands <(cut -f 1 examples | sort -u)

export LICET_LEDGER=novel.licet
# What an example needs that none before it has made.
before_build() { cp -r "$SOURCE/contracts/simple/." .; }
before_check() { before_build; }
before_load() {
    cp "$SOURCE/contracts/streaming/data/recordings.tsv" .
    for party in Label Platform Artist Producer Society; do licet register $party --no-passphrase; done
    licet deploy "$SOURCE/contracts/streaming/streaming.lic" --as Label --set AdvanceSum=250000.00 \
        --set FirstRate=52% --set MiddleRate=54% --set TopRate=55% \
        --set LabelShare=50% --set ArtistShare=35% --set ProducerShare=10% --set SocietyShare=5%
}
before_convert() { cp "$SOURCE"/tests/data/dsr/DSR_TEST_*.tsv .; }
before_fact() {
    for party in Studio Composer Tracker; do licet register $party --no-passphrase; done
    licet deploy "$SOURCE/tests/scenario/agreements/sync.lic" --as Publisher && licet sign HalfLight --as Publisher --as Studio
}
before_batch() { printf 'clock 2026-04-12\n' >commands.txt; }
done=
while IFS=$'\t' read -r command line doc; do
    case " $done " in *" $command "*) ;; *)
        ! declare -F "before_$command" >/dev/null || "before_$command" >said 2>&1 || not_ok "before $command" "$(tail -1 said)"
        done="$done $command"
        ;;
    esac
    if eval "$line" >said 2>&1 </dev/null; then ok "$line"; else not_ok "$line" "$(head -c 300 said)"; fi
    [ -n "$doc" ] || not_ok "$line" "nothing says what it does"
done <examples
finish
