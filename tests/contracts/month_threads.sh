#!/usr/bin/env bash
# A month with one thread and with two, for several chunk sizes: the same five files, and ledgers whose roots come out again
# whoever executes them. The file is large enough for a batch to read it ahead, for chunks to be hashed and parsed by two
# threads, and for lines to be parsed in several pieces.
#
# Would catch: a result or a root that hangs on how many threads there are, on where chunks or pieces end, or on who hashed
# a chunk; a line that is lost or read twice between two pieces; a file read ahead that is cut otherwise than asked for.
. "$(dirname "$0")/../lib.sh"
workload=$SOURCE/tests/workload
settle=$SOURCE/contracts/month_of_streams/settle.sh
python3 "$workload/generate.py" --size S --seed 12 --lines 24000 --works 500 --payees 150 --contracts 20 --bad-ppm 50000 \
    --out data >/dev/null
python3 "$workload/oracle.py" data want
check "the file is large enough to be read ahead" test "$(wc -c <data/usage.tsv)" -gt 1048576

for threads in 1 2; do
    for chunk in "" 777 65536 262144; do
        name=$threads-${chunk:-default}
        LICET_THREADS=$threads LICET_CHUNK=$chunk check "$name: settles" "$settle" data "got-$name" "$name.licet"
        same_files "$name: the five files" want "got-$name"
        [ -n "$chunk" ] && chunks=$chunk || chunks=262144
        [ "$(query "$name.licet" "SELECT chunks > bytes / $chunks AND chunks <= bytes / ($chunks - 120) + 1 FROM uploads
            WHERE kind = 'report'")" = 1 ] && ok "$name: cut as asked for" || not_ok "$name: cut as asked for" "$chunks"
    done
done
for name in 1-777 2-default 2-65536; do
    for threads in 1 2; do
        check "$name: replays with $threads" "$LICET" replay "$name.licet" --threads "$threads"
    done
done
finish
