#!/usr/bin/env bash
# Completions of bash, zsh and fish: commands, options, closed sets of values, files, and names that a ledger knows;
# nothing that the program refuses. A shell that is not installed is left out.
#
# Would catch: a script that its shell cannot read, an option or command that is missing or offered in vain, a word
# that is completed as another kind of thing, a ledger that is asked when none is named, talk on the terminal.
. "$(dirname "$0")/../lib.sh"
files=$(dirname "$LICET")/../pages/completions
tools=$SOURCE/tests/tools
PATH=$(dirname "$LICET"):$PATH

# A ledger to ask, in a folder with few files.
mkdir work && cd work || exit 70
cp "$SOURCE/contracts/simple/simple.lic" "$SOURCE/contracts/simple/data/2026-Q1.tsv" .
export LICET_LEDGER=novel.licet
new_ledger novel.licet 2026-01-05 Author Publisher Agent 2>/dev/null &&
    licet deploy simple.lic --as Author --quiet >/dev/null &&
    licet sign FirstNovel --as Author --as Publisher --quiet >/dev/null &&
    licet clock 2026-04-10 --quiet >/dev/null &&
    licet report FirstNovel Sales 2026-Q1.tsv --period 2026-Q1 --as Publisher --quiet >/dev/null &&
    licet pay FirstNovel Author 3357.87 --as Publisher --quiet >/dev/null || not_ok "a ledger" "cannot be made"

# Lines and what is offered at their ends. What stands in front of a = or a comma is left away.
cat >../cases <<'CASES'
licet show|show
licet show co|contract contracts
licet key |add list new revoke rotate
licet log |blocks events postings transactions
licet --color |always auto never
licet check --color=al|always
licet query x --format t|table tsv
licet dump --stage |ast bytecode kernel resolved tokens tree typed
licet key new Author --roles sign,o|operate
licet init x --clock |real simulated:
licet check simp|simple.lic
licet report FirstNovel Sales 2026|2026-Q1.tsv
licet load FirstNovel Rows=2026|2026-Q1.tsv
licet show contract |FirstNovel
licet sign First|FirstNovel
licet -l novel.licet show contract |FirstNovel
licet --ledger=novel.licet --quiet show party A|Agent Author
licet show party A|Agent Author
licet pay FirstNovel Auth|Author
licet acknowledge FirstNovel |1
licet report FirstNovel |Sales
licet act FirstNovel |ended
licet show term FirstNovel |Payout Royalty
licet log postings FirstNovel --account |Owed Pool
licet sign FirstNovel --as |Agent Author Publisher
licet sign FirstNovel --as=Pub|Publisher
licet why FirstNovel A|Agent Author
licet explain S17|S17
licet bench mon|month
licet help regi|register
licet show block |
licet query |
licet frob |
licet show contract FirstNovel |
licet show -l nowhere.licet contract |
licet show contract -- |FirstNovel
CASES
cut -d '|' -f 1 ../cases >../lines
cut -d '|' -f 2 ../cases >../expected
licet help | sed -n 's/^  \([a-z]*\) .*/\1/p' >../commands
while read -r command; do echo "licet $command --"; done <../commands >../commands.lines

# The lines of a file with words in one order, without what stands in front of them, and without their ends' =.
plain() { sed -e 's/=\( \|$\)/\1/g' -e 's/[^ ]*[=,]\([^ ]\)/\1/g' | while read -r line; do printf '%s\n' $line | sort | xargs; done; }

shell_test() { # SHELL FILE
    local shell=$1 file=$2 line expected found
    if ! command -v "$shell" >/dev/null 2>&1; then
        echo "$shell is not there: left out"
        return
    fi
    check "$shell reads $(basename "$file")" "$shell" -n "$files/$file"
    ask() { timeout 120 "$shell" "$tools/complete.$shell" "$files/$file" 2>&1 | plain; }
    ask <../lines >../found
    while IFS= read -r line <&3 && IFS= read -r expected <&4 && IFS= read -r found <&5; do
        same "$shell: [$line]" "$expected" "$found"
    done 3<../lines 4<../expected 5<../found
    same "$shell: every line was answered" "$(wc -l <../lines)" "$(wc -l <../found)"
    ask <../commands.lines >../found
    while IFS= read -r line <&3 && IFS= read -r found <&4; do
        line=${line#licet } line=${line% --}
        expected=$(licet "$line" --help | sed -n 's/^ *\(-.,\)\{0,1\} *--\([a-z-]*\).*/--\2/p' | sort -u | xargs)
        same "$shell: the options of $line" "$expected" "$found"
    done 3<../commands.lines 4<../found
    same "$shell: all commands" "$(echo help | sort - ../commands | xargs)" "$(echo "licet " | ask)"
    (
        unset LICET_LEDGER
        same "$shell: no ledger, no names" "" "$(echo "licet show contract " | ask)"
    )
}
shell_test bash licet.bash
shell_test zsh _licet
shell_test fish licet.fish

licet-node help | sed -n 's/^  \([a-z]*\) .*/\1/p' >../commands
for shell in bash zsh fish; do
    file=licet-node.$shell
    [ $shell != zsh ] || file=_licet-node
    command -v $shell >/dev/null 2>&1 || continue
    same "$shell: the commands of licet-node" "$(echo help | sort - ../commands | xargs)" \
        "$(echo "licet-node " | timeout 120 $shell "$tools/complete.$shell" "$files/$file" 2>&1 | plain)"
done

# What is offered for an option with a closed set is what the program takes.
while IFS=$'\t' read -r _ long _ word _; do
    values=$(python3 "$tools/table.py" ARGUMENT | awk -F '\t' -v w="$word" '$1 == w && ($2 == "WORDS" || $2 == "LIST") { print $3 }')
    [ -n "$values" ] || continue
    command=$(python3 "$tools/table.py" USES | awk -F '\t' -v o="$(python3 "$tools/table.py" OPTION |
        awk -F '\t' -v l="$long" '$2 == l { print $1 }')" '$2 == o { print $1; exit }')
    for value in ${values//|/ } nonsense; do
        said=$(licet "${command:-show}" x y z "--$long=$value" 2>&1 | grep -c "is none of")
        [ "${command:-show}" = query ] && said=$(licet query x "--$long=$value" 2>&1 | grep -c "is none of")
        [ "${command:-show}" = dump ] && said=$(licet dump x "--$long=$value" 2>&1 | grep -c "is none of")
        same "--$long=$value" "$([ $value = nonsense ] && echo 1 || echo 0)" "$said"
    done
done < <(python3 "$tools/table.py" OPTION)
finish
