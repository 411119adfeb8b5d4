# Completion of @PROGRAM@ in bash. Made from the table of commands: see runtime/cli/tools in licet's sources.
#
# The command line is walked as @PROGRAM@ does it: options, the command, its options and operands. What a
# word stands for (a file, one of a few words, a name that the ledger knows) says the table.

@TABLES@
# Splits the line up to the cursor into @ID@_words; bash breaks words at = and :, which are joined again.
_@ID@_split() {
    local i word joined=
    @ID@_words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $i -gt 0 && ($word == [=:] || $joined == [=:]) ]]; then
            @ID@_words[${#@ID@_words[@]} - 1]+=$word
        else
            @ID@_words+=("$word")
        fi
        joined=$word
    done
    @ID@_current=${@ID@_words[${#@ID@_words[@]} - 1]}
    # What stands before the part of the word that bash replaces.
    @ID@_kept=
    word=${COMP_WORDS[COMP_CWORD]}
    [[ $word == [=:] ]] && word=
    [[ $word == "$@ID@_current" ]] || @ID@_kept=${@ID@_current%"$word"}
}

# Candidates, whole words; those that the word at the cursor begins are offered.
_@ID@_offer() {
    local candidate given=${@ID@_current//\\/} quoted=
    [[ $given == [\"\']* ]] && quoted=1 given=${given:1}
    for candidate in "$@"; do
        [[ $candidate == "$given"* ]] || continue
        candidate=${candidate#"$@ID@_kept"}
        [[ $quoted || $candidate != *[!A-Za-z0-9_.,:/@%+=-]* ]] || printf -v candidate %q "$candidate"
        COMPREPLY+=("$candidate")
    done
}

_@ID@_paths() { # -f or -d, the path's beginning
    compopt -o filenames 2>/dev/null
    local path
    while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$2")
}

# Asks the program itself, quietly; a ledger that cannot be read offers nothing.
_@ID@_ask() {
    local program=${@ID@_words[0]} i
    local -a ledger=()
    command -v -- "$program" >/dev/null 2>&1 || program=@PROGRAM@
    for ((i = 1; i < ${#@ID@_words[@]} - 1; i++)); do
        case ${@ID@_words[i]} in
        -l | --ledger) ledger=(--ledger "${@ID@_words[i + 1]}") ;;
        --ledger=*) ledger=("${@ID@_words[i]}") ;;
        -l*) ledger=(--ledger "${@ID@_words[i]#-l}") ;;
        esac
    done
    if [[ $1 == query || $1 == show ]]; then
        [[ ${#ledger[@]} -gt 0 || -n ${LICET_LEDGER:-} ]] || return
    else
        ledger=()
    fi
    "$program" "$@" "${ledger[@]}" --quiet 2>/dev/null </dev/null
}

# The names under a heading of `show contract`.
_@ID@_declared() { # CONTRACT HEADING
    local line inside=
    [[ -n $1 ]] || return
    while IFS= read -r line; do
        if [[ $line != '  '* ]]; then
            inside=
            [[ $line == "$2" ]] && inside=1
        elif [[ $inside ]]; then
            line=${line#  }
            printf '%s\n' "${line%%;*}"
        fi
    done < <(_@ID@_ask show contract "$1")
}

# Offers what may stand for a word of the usage line; CONTRACT is the contract that the line names.
_@ID@_values() { # WORD CONTRACT BEFORE: BEFORE stands in front of the value, as `--format=` does
    local kind values list line value=${@ID@_current#"$3"}
    local -a found=()
    _@ID@_argument "$1"
    case $kind in
    FILE) _@ID@_paths -f "$value"; return ;;
    FOLDER) _@ID@_paths -d "$value"; return ;;
    PAIR)
        [[ $value == *=* ]] && _@ID@_paths -f "${value#*=}"
        return
        ;;
    WORDS) IFS='|' read -ra found <<<"$values" ;;
    OPEN)
        IFS='|' read -ra found <<<"$values"
        compopt -o nospace 2>/dev/null
        ;;
    LIST)
        list=
        [[ $value == *,* ]] && list=${value%,*},
        IFS='|' read -ra found <<<"$values"
        found=("${found[@]/#/$list}")
        ;;
    ASK) while read -r line _; do found+=("$line"); done < <(
        # shellcheck disable=SC2086
        _@ID@_ask $values
    ) ;;
    ROWS) while IFS= read -r line; do found+=("$line"); done < <(_@ID@_ask query "$values" --time-limit 1) ;;
    DECLARED) while IFS= read -r line; do found+=("$line"); done < <(_@ID@_declared "$2" "$values") ;;
    *) return ;;
    esac
    _@ID@_offer "${found[@]/#/$3}"
}

# Offers operand number ${#operands[@]} of a command, by each of its forms that fits so far.
_@ID@_operand() {
    local form word contract i n=${#operands[@]}
    local -a parts
    for form in "${forms[@]}"; do
        read -ra parts <<<"$form"
        contract=
        for ((i = 0; i <= n; i++)); do
            word=${parts[i]-}
            # A word with dots may be repeated.
            [[ -z $word && ${#parts[@]} -gt 0 && ${parts[-1]} == *... ]] && word=${parts[-1]}
            word=${word//[][]/} word=${word%...}
            [[ -n $word ]] || break
            ((i == n)) && break
            [[ $word == CONTRACT ]] && contract=${operands[i]}
            [[ $word == [[:lower:]]* && $word != "${operands[i]}" ]] && word= && break
        done
        case $word in
        '') ;;
        [[:lower:]]*) _@ID@_offer "$word" ;;
        *) _@ID@_values "$word" "$contract" "" ;;
        esac
    done
}

# The contract among the operands, for an option's value.
_@ID@_contract() {
    local form i
    local -a parts
    for form in "${forms[@]}"; do
        read -ra parts <<<"$form"
        for ((i = 0; i < ${#parts[@]} && i < ${#operands[@]}; i++)); do
            [[ ${parts[i]} == CONTRACT ]] && printf '%s' "${operands[i]}" && return
            [[ ${parts[i]} == [[:lower:]]* && ${parts[i]} != "${operands[i]}" ]] && break
        done
    done
}

_@ID@() {
    local command= word argument i last only_operands= options='@LEADING@'
    local -a forms=() operands=()
    local @ID@_current @ID@_kept
    local -a @ID@_words
    COMPREPLY=()
    _@ID@_split
    last=$((${#@ID@_words[@]} - 1))
    for ((i = 1; i < last; i++)); do
        word=${@ID@_words[i]}
        argument=
        if [[ -z $only_operands && $word == -?* ]]; then
            [[ $word == -- ]] && only_operands=1 && continue
            [[ $word == --*=* || $word == -[!-]?* ]] || _@ID@_option "$word"
            [[ -z $argument ]] && continue
            if ((i + 1 == last)); then # the value of this option stands at the cursor
                _@ID@_values "$argument" "$(_@ID@_contract)" ""
                return
            fi
            ((i++))
        elif [[ -z $command ]]; then
            command=$word
            _@ID@_command "$command" || return
        else
            operands+=("$word")
        fi
    done
    if [[ -z $only_operands && $@ID@_current == --*=* ]]; then
        argument=
        _@ID@_option "${@ID@_current%%=*}"
        [[ -z $argument ]] || _@ID@_values "$argument" "$(_@ID@_contract)" "${@ID@_current%%=*}="
    elif [[ -z $only_operands && $@ID@_current == -* ]]; then
        # shellcheck disable=SC2086
        _@ID@_offer $options
        [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    elif [[ -z $command ]]; then
        _@ID@_offer @COMMANDS@ help
    else
        _@ID@_operand
    fi
    return 0
}

complete -F _@ID@ @PROGRAM@
