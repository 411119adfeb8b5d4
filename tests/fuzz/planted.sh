#!/usr/bin/env bash
# Bugs that somebody could write, planted one after the other into a copy of the source: which of them do the fuzz
# targets find, from the corpora that are in the repository, and after how many executions?
#
#     tests/fuzz/planted.sh [SECONDS] [NAME...]      # 60 seconds each; all of them
#
# By hand, when a target or a corpus has changed: a control of the targets, as a mutation test is one of tests. Each
# bug is a line of sed; that a line no longer changes anything is an error. Exit code 0 when at least four of five
# that were run are found.
set -u
source=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
shift $(($# > 0))
copy=$(mktemp -d "${TMPDIR:-/tmp}/licet-planted.XXXXXX") || exit 70
trap 'rm -rf "$copy"' EXIT
run=0 found=0

# plant NAME TARGET FILE SED WHAT
plant() {
    local name=$1 target=$2 file=$copy/$3 status begun=$SECONDS
    [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $name "* ]] || return
    cp "$file" "$copy/.saved"
    sed -i "$4" "$file"
    cmp -s "$file" "$copy/.saved" && { echo "$name: the bug cannot be planted in $3" >&2; exit 65; }
    (cd "$copy" && cmake --build --preset fuzz --target "fuzz_$target") >"$copy/.log" 2>&1 ||
        { tail -20 "$copy/.log" >&2; echo "$name: does not compile" >&2; exit 65; }
    mkdir -p "$copy/.found/$name"
    begun=$SECONDS
    (cd "$copy" && build/fuzz/tests/fuzz_"$target" "$copy/.found/$name" "$copy/tests/fuzz/corpus/$target" \
        -artifact_prefix="$copy/.found/$name-" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 \
        -print_final_stats=1) >"$copy/.log" 2>&1
    status=$?
    run=$((run + 1))
    [ $status -eq 0 ] || found=$((found + 1))
    printf '%-16s %-12s %-9s %4s s %9s executions  %s\n' "$name" "$target" "$([ $status -eq 0 ] && echo missed || echo found)" \
        $((SECONDS - begun)) "$(sed -n 's/^stat::number_of_executed_units: *//p' "$copy/.log")" "$5"
    cp "$copy/.saved" "$file"
}

wanted=("$@")
(cd "$source" && git ls-files -z | xargs -0 tar cf - --ignore-failed-read) | tar xf - -C "$copy" || exit 74
(cd "$copy" && cmake --preset fuzz ${CMAKE_C_COMPILER_LAUNCHER:+-DCMAKE_C_COMPILER_LAUNCHER="$CMAKE_C_COMPILER_LAUNCHER"}) \
    >"$copy/.log" 2>&1 || { tail -20 "$copy/.log" >&2; exit 70; }

plant reference image vm/image/src/check.c \
    's/if (r->m >= image->array##_count) return #m;/if (r->m > image->array##_count) return #m;/' \
    "an index of an image's record one beyond its array"
plant account image vm/image/src/verify_flow.c \
    's/UNLESS(low < image->accounts_count \&\& high < image->accounts_count/UNLESS(low < image->accounts_count/' \
    "the second account of a posting is not checked"
plant store image vm/image/src/verify_rules.c \
    's/UNLESS(lic_type_equal(step->a, step->field->type), "writes/UNLESS(step->a.kind != 0, "writes/' \
    "the verifier does not compare the type of what is stored"
plant tab line runtime/engine/src/report/lines.c \
    '/if (p\[at\] != /,/start = at + 1;/s/start = at + 1;/start = at;/' \
    "a column at the end of a line begins one byte early"
plant length transaction runtime/ledger/src/body.c \
    '/bool body_read/,/^}/s/if (lic_cursor_done(&from.cursor)) return true;/if (!from.cursor.failed) return true;/' \
    "bytes behind a transaction's body are let through"
plant receipt block runtime/ledger/src/block.c \
    's/read_ranges(&cursor, receipt) && lic_cursor_done(&cursor)/read_ranges(\&cursor, receipt)/' \
    "bytes behind a receipt are let through"
plant size keyfile runtime/crypto/src/keyfile.c \
    's/if (size != (file->sealed ? SEALED_SIZE : PLAIN_SIZE))/if (size > SEALED_SIZE)/' \
    "the length of a key file is not compared with its form"
plant chunk ledger runtime/engine/src/report/upload.c \
    '/if (index >= have->upload->chunks) return LIC_CORRUPT;/d' \
    "the number of a stored chunk is not checked"
plant operand arguments runtime/cli/src/options.c \
    's/if (cli->operand_count == (size_t)cli->command->max) {/if (cli->operand_count > (size_t)cli->command->max) {/' \
    "a command takes an operand more than it has room for"
plant quote source compiler/src/print/expression.c \
    "/void lic_write_quoted/,/^}/s/ || text.data\[i\] == '\\\\\\\\'//" \
    "the printer does not escape a backslash"

echo "$found of $run found"
[ "$run" -gt 0 ] && [ $((found * 5)) -ge $((run * 4)) ]
