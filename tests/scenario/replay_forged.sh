#!/usr/bin/env bash
# A dishonest operator: one amount changed, every digest, root, hash and signature mended. Only executing the blocks
# again can find it, and replay names block, transaction, output and both values.
#
# Would catch: a replay that compares stored things with each other, or trusts a stored result before it has its own.
. "$(dirname "$0")/../lib.sh"
forge() { python3 "$SOURCE/tests/tools/forge.py" "$@"; }
python3 "$SOURCE/tests/workload/generate.py" --size S --seed 21 --lines 1500 --works 60 --payees 30 --contracts 6 \
    --out data >/dev/null
check "a month is settled" "$SOURCE/contracts/month_of_streams/settle.sh" data out honest.licet
check "a block after it" "$LICET" clock 2026-02-02 --ledger honest.licet
check "it replays" "$LICET" replay honest.licet
operator=$(find honest.licet-keys -iname '*operator*' | head -1)
cp honest.licet forged.licet
check "our own hashes are those of the file" forge forged.licet "$operator" check
forge forged.licet "$operator" result Payout 7 >said 2>err || not_ok "the forgery is made" "$(cat err)"
cat said

# Everything that reads without executing is content.
check "the forged ledger opens" "$LICET" show ledger --ledger forged.licet
cp -r honest.licet-keys forged.licet-keys
old=$(query honest.licet "SELECT net_units FROM term_results WHERE term = 'Payout' AND row = 7")
new=$(query forged.licet "SELECT net_units FROM term_results WHERE term = 'Payout' AND row = 7")
same "the forged view shows one unit more" $((old + 1)) "$new"
check "the forged ledger goes on" "$LICET" clock 2026-02-03 --ledger forged.licet

# Replay finds it.
refused "replay finds the difference" 1 "computed" "$LICET" replay forged.licet
cat "$WORK/.out" "$WORK/.err" >told
height=$(sed -n 's/^block \([0-9]*\),.*/\1/p' said)
for part in "block $height" "$old" "$new" transaction output; do
    grep -qi -e "$part" told || grep -q -e "$(printf %s "$part" | sed 's/\([0-9]\{6\}\)$/.\1/')" told ||
        not_ok "replay names $part" "$(head -c 500 told)"
done
check "the honest one still replays" "$LICET" replay honest.licet

finish
