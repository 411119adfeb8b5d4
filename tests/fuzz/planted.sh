#!/usr/bin/env bash
# Bugs that somebody could write, planted one after the other into a copy of the source: which of them do the fuzz
# targets find, from the corpora that are in the repository, and after how many executions?
#
#     tests/fuzz/planted.sh [TIMES] [NAME...]      # 1; all of them
#
# By hand, when a target or a corpus has changed: a control of the targets, as a mutation test is one of tests. Each
# bug is a line of sed; that a line no longer changes anything is an error. Four searches, with the seeds 1 to 4, look for each, one
# after the other until it is found; each search ends after the executions that stand beside the bug, TIMES as many, and no clock
# ends one: the same sources give the same answers. Exit code 0 when at least four of five that were run are found.
set -u
source=$(cd "$(dirname "$0")/../.." && pwd)
times=${1:-1}
shift $(($# > 0))
copy=$(mktemp -d "${TMPDIR:-/tmp}/licet-planted.XXXXXX") || exit 70
trap 'rm -rf "$copy"' EXIT
run=0 found=0

# Addresses are the same each time, and so is the order of the corpus: both are part of what a seed means.
# search TARGET EXECUTIONS SEED: true when it found nothing. A target that ends without an input to show (crash, leak, out of
# memory) did not run; one that a busy machine makes slow has found nothing.
search() {
    rm -rf "$copy"/.new*
    mkdir "$copy/.new"
    (cd "$copy" && setarch -R build/fuzz/tests/fuzz_"$1" "$copy/.new" -seed_inputs="@$copy/.inputs" -runs="$2" -seed="$3" -reload=0 \
        -artifact_prefix="$copy/.new-" -timeout=500 -report_slow_units=500 -rss_limit_mb=2048 \
        -print_final_stats=1) >"$copy/.log" 2>&1 && return
    compgen -G "$copy/.new-[clo]*" >/dev/null || { tail -20 "$copy/.log" >&2; exit 70; }
    return 1
}

# plant NAME TARGET EXECUTIONS FILE SED WHAT
plant() {
    local name=$1 target=$2 executions=$(($3 * times)) file=$copy/$4 answer=missed seed=0
    [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $name "* ]] || return
    cp "$file" "$copy/.saved"
    sed -i "$5" "$file"
    cmp -s "$file" "$copy/.saved" && { echo "$name: the bug cannot be planted in $4" >&2; exit 65; }
    (cd "$copy" && cmake --build --preset fuzz --target "fuzz_$target") >"$copy/.log" 2>&1 ||
        { tail -20 "$copy/.log" >&2; echo "$name: does not compile" >&2; exit 65; }
    printf '%s\n' "$copy/tests/fuzz/corpus/$target"/* | paste -sd, >"$copy/.inputs" # a target may go to a folder of its own
    while [ $answer = missed ] && [ $seed -lt 4 ]; do
        seed=$((seed + 1))
        search "$target" "$executions" $seed || answer=found
    done
    run=$((run + 1))
    [ $answer = missed ] || found=$((found + 1))
    printf '%-16s %-12s %-6s with seed %d after %9s executions  %s\n' "$name" "$target" $answer $seed \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$copy/.log")" "$6"
    cp "$copy/.saved" "$file"
}

wanted=("$@")
(cd "$source" && git ls-files -z | xargs -0 tar cf - --ignore-failed-read) | tar xf - -C "$copy" || exit 74
(cd "$copy" && cmake --preset fuzz ${CMAKE_C_COMPILER_LAUNCHER:+-DCMAKE_C_COMPILER_LAUNCHER="$CMAKE_C_COMPILER_LAUNCHER"}) \
    >"$copy/.log" 2>&1 || { tail -20 "$copy/.log" >&2; exit 70; }

plant reference image 150000 vm/image/src/check.c \
    's/if (r->m >= image->array##_count) return #m;/if (r->m > image->array##_count) return #m;/' \
    "an index of an image's record one beyond its array"
plant account image 600000 vm/image/src/verify_flow.c \
    's/UNLESS(low < image->accounts_count \&\& high < image->accounts_count/UNLESS(low < image->accounts_count/' \
    "the second account of a posting is not checked"
plant store image 600000 vm/image/src/verify_rules.c \
    's/UNLESS(lic_type_equal(step->a, step->field->type), "writes/UNLESS(step->a.kind != 0, "writes/' \
    "the verifier does not compare the type of what is stored"
plant tab line 500000 runtime/engine/src/report/lines.c \
    '/^bool lic_lines_take/,/^}/s/column = mark + 1;/column = mark;/' \
    "a column begins one byte early"
plant length transaction 200000 runtime/ledger/src/body.c \
    '/bool body_read/,/^}/s/if (lic_cursor_done(&from.cursor)) return true;/if (!from.cursor.failed) return true;/' \
    "bytes behind a transaction's body are let through"
plant receipt block 200000 runtime/ledger/src/block.c \
    's/read_ranges(&cursor, receipt) && lic_cursor_done(&cursor)/read_ranges(\&cursor, receipt)/' \
    "bytes behind a receipt are let through"
plant size keyfile 100000 runtime/crypto/src/keyfile.c \
    's/if (size != (file->sealed ? SEALED_SIZE : PLAIN_SIZE))/if (size > SEALED_SIZE)/' \
    "the length of a key file is not compared with its form"
plant chunk ledger 4000 runtime/engine/src/report/upload.c \
    '/if (index >= have->upload->chunks) return LIC_CORRUPT;/d' \
    "the number of a stored chunk is not checked"
plant operand arguments 20000 runtime/cli/src/options.c \
    's/if (cli->operand_count == (size_t)cli->command->max) {/if (cli->operand_count > (size_t)cli->command->max) {/' \
    "a command takes an operand more than it has room for"
plant quote source 20000 compiler/src/print/expression.c \
    "/void lic_write_quoted/,/^}/s/ || text.data\[i\] == '\\\\\\\\'//" \
    "the printer does not escape a backslash"

echo "$found of $run found"
[ "$run" -gt 0 ] && [ $((found * 5)) -ge $((run * 4)) ]
