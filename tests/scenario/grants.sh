#!/usr/bin/env bash
# The workload of tests/workload/GRANTS.md as an agreement whose acts are signed by the parties of rows
# (tests/scenario/agreements/signed_grants.lic): results and balances are those of its oracle, which shares no code with licet, also of cases that
# the generator does not make; blocks do not depend on threads, and replay makes them again.
#
# Would catch: an act that is done by another than the row's party or in another order than it was sent, a refusal that
# uses a sequence up (or an act that does not), money that is made or lost in `move`, a register that forgets, signatures
# that are taken for good unseen when they are verified ahead, results that depend on the second thread.
. "$(dirname "$0")/../lib.sh"
GRANTS=$(dirname "$LICET")/licet-grants
[ -x "$GRANTS" ] || { echo "no licet-grants: build it"; exit 77; }
AGREEMENT=$SOURCE/tests/scenario/agreements/signed_grants.lic

# generated SEED FOLDER: data, with four acts behind that the generator never makes, and what must come out of it.
generated() {
    python3 "$SOURCE/tests/workload/generate_grants.py" --lines 2000 --accounts 120 --works 50 --bad-ppm 60000 \
        --seed "$1" --out "$2" || exit 70
    python3 "$SOURCE/tests/workload/grants_oracle.py" "$2" "$2.want" || exit 70
    python3 - "$2" <<'PYTHON' || exit 70
import sys
folder = sys.argv[1]
rows = [line.split("\t") for line in open(f"{folder}.want/balances.out.tsv", encoding="ascii").read().splitlines()]
last = open(f"{folder}/grants.tsv", encoding="ascii").read().splitlines()
number, seq = len(last), {name: int(n) for name, _, n in rows}
licensor, other = rows[0][0], rows[1][0]            # of work 0; of none of the first
acts = [(licensor, 0, 0, other, 1), (other, 0, 900000, licensor, 1), (licensor, 0, 900001, other, 10 ** 14),
        (licensor, 0, 900001, licensor, 5)]         # a number that is taken; no licensor; too dear; to oneself
with open(f"{folder}/grants.tsv", "a", encoding="ascii") as f:
    for i, (signer, work, licence, to, amount) in enumerate(acts):
        f.write(f"{number + i}\tGRANT\t{signer}\t{seq[signer]}\t{work}\t{licence}\t{to}\t{amount}\t20000\t20100\t\n")
        seq[signer] += 1
PYTHON
    python3 "$SOURCE/tests/workload/grants_oracle.py" "$2" "$2.want" || exit 70
}

generated 1 one
words=$(cut -f 2 one.want/grants.out.tsv | sort -u | tr '\n' ' ')
same "every result occurs" "BAD_SEQ BAD_SIGNATURE INSUFFICIENT LICENCE_EXISTS NOT_HOLDER NOT_LICENSOR NO_LICENCE OK " "$words"
mkdir -p one.out two.out stream.out
check "one thread" "$GRANTS" "$AGREEMENT" one 1.licet one.out --waiting 300 --threads 1
same_files "one thread: what the oracle says" one.want one.out
check "two threads" "$GRANTS" "$AGREEMENT" one 2.licet two.out --waiting 300 --threads 2
same_files "two threads: what the oracle says" one.want two.out
"$LICET" replay 1.licet --json >1.replay 2>err
"$LICET" replay 2.licet --json >2.replay 2>err
check "replay agrees" grep -q '"equal":true' 2.replay
same_files "the same blocks with one thread and two" 1.replay 2.replay

generated 2 other
check "in blocks of twenty, all handed over at once" \
    "$GRANTS" "$AGREEMENT" other 3.licet stream.out --waiting 20 --stream 1 --threads 2
same_files "a stream: what the oracle says" other.want stream.out
tells "a stream: replay agrees" '"equal":true' "$LICET" replay 3.licet --json

# The comparison sees a changed agreement.
sed 's/if Balance of licensee < price/if Balance of licensee > price/' "$AGREEMENT" >changed.lic
sed 's/from Balance of payer to/from Balance of licence.holder to/; s/not (licence.holder = payer)/not (licence.holder = licence.holder)/' \
    "$AGREEMENT" >lax.lic
for name in changed lax; do
    mkdir -p $name.out
    "$GRANTS" $name.lic one $name.licet $name.out >/dev/null 2>err
    differs "$name agreement: other results" one.want $name.out
done
finish
