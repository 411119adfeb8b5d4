#!/usr/bin/env bash
# complete.bash FILE: sources the completion FILE and, for each line of standard input, prints the candidates at
# its end, sorted, separated by blanks. A word is broken at = and :, as bash does it.
. "$1"
while IFS= read -r line; do
    COMP_WORDS=()
    current= word=
    for ((i = 0; i < ${#line}; i++)); do
        letter=${line:i:1}
        case $letter in
        ' ')
            [[ -z $word ]] || COMP_WORDS+=("$word")
            word=
            ;;
        [=:])
            [[ -z $word ]] || COMP_WORDS+=("$word")
            COMP_WORDS+=("$letter")
            word=
            ;;
        *) word+=$letter ;;
        esac
    done
    # Behind a = the cursor is still on it; behind a blank it is on a new, empty word.
    [[ -n $word || $line == *' ' ]] && COMP_WORDS+=("$word")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMP_LINE=$line COMP_POINT=${#line}
    COMPREPLY=()
    "_$(basename "$1" .bash | tr - _)" 2>&1
    printf '%s\n' "${COMPREPLY[@]}" | sort | xargs -d '\n'
done
