#compdef @PROGRAM@
# Completion of @PROGRAM@ in zsh. Made from the table of commands: see runtime/cli/tools in licet's sources.
#
# The command line is walked as @PROGRAM@ does it: options, the command, its options and operands. What a
# word stands for (a file, one of a few words, a name that the ledger knows) says the table.

@TABLES@
# Asks the program itself, quietly; a ledger that cannot be read offers nothing.
_@ID@_ask() {
  local program=${(Q)words[1]} i
  local -a ledger
  (( $+commands[$program] )) || [[ -x $program ]] || program=@PROGRAM@
  for (( i = 2; i < $#words; i++ )); do
    case $words[i] in
    -l|--ledger) ledger=(--ledger ${(Q)words[i + 1]}) ;;
    --ledger=*) ledger=(${(Q)words[i]}) ;;
    -l*) ledger=(--ledger ${(Q)words[i]#-l}) ;;
    esac
  done
  if [[ $1 == (query|show) ]]; then
    [[ $#ledger -gt 0 || -n ${LICET_LEDGER:-} ]] || return
  else
    ledger=()
  fi
  $program $@ $ledger --quiet 2>/dev/null </dev/null
}

# The names under a heading of `show contract`.
_@ID@_declared() { # CONTRACT HEADING
  local line inside
  [[ -n $1 ]] || return
  _@ID@_ask show contract $1 | while IFS= read -r line; do
    if [[ $line != '  '* ]]; then
      inside=
      [[ $line == $2 ]] && inside=1
    elif [[ -n $inside ]]; then
      line=${line#  }
      print -r -- "${line%%;*}"
    fi
  done
}

# Offers what may stand for a word of the usage line; CONTRACT is the contract that the line names.
_@ID@_values() { # WORD CONTRACT
  local kind values
  local -a found
  _@ID@_argument $1
  case $kind in
  FILE) _files; return ;;
  FOLDER) _files -/; return ;;
  PAIR) compset -P '*=' && _files; return ;;
  WORDS) found=(${(s:|:)values}) ;;
  OPEN) compadd -S '' -- ${(s:|:)values}; return ;;
  LIST) compset -P '*,'; compadd -qS , -- ${(s:|:)values}; return ;;
  ASK) found=(${${(f)"$(_@ID@_ask ${=values})"}%% *}) ;;
  ROWS) found=(${(f)"$(_@ID@_ask query $values --time-limit 1)"}) ;;
  DECLARED) found=(${(f)"$(_@ID@_declared "$2" $values)"}) ;;
  *) _message ${(L)1}; return ;;
  esac
  compadd -- $found
}

# Offers the next operand of a command, by each of its forms that fits so far.
_@ID@_operand() {
  local form word contract i n=$(( $#operands + 1 ))
  local -a parts seen
  for form in $forms; do
    parts=(${=form})
    contract=
    for (( i = 1; i <= n; i++ )); do
      word=$parts[i]
      # A word with dots may be repeated.
      [[ -z $word && $parts[-1] == *... ]] && word=$parts[-1]
      word=${word//[][]/} word=${word%...}
      [[ -n $word ]] || break
      (( i == n )) && break
      [[ $word == CONTRACT ]] && contract=$operands[i]
      [[ $word == [[:lower:]]* && $word != $operands[i] ]] && word= && break
    done
    [[ -z $word || -n ${seen[(r)$word]} ]] && continue
    seen+=($word)
    case $word in
    [[:lower:]]*) compadd -- $word ;;
    *) _@ID@_values $word "$contract" ;;
    esac
  done
}

# The contract among the operands, for an option's value.
_@ID@_contract() {
  local form i
  local -a parts
  for form in $forms; do
    parts=(${=form})
    for (( i = 1; i <= $#parts && i <= $#operands; i++ )); do
      [[ $parts[i] == CONTRACT ]] && print -r -- $operands[i] && return
      [[ $parts[i] == [[:lower:]]* && $parts[i] != $operands[i] ]] && break
    done
  done
}

_@ID@() {
  local command word argument i only_operands
  local -a forms operands switches valued
  switches=(@SWITCHES@)
  valued=(@VALUED@)
  for (( i = 2; i < CURRENT; i++ )); do
    word=${(Q)words[i]}
    argument=
    if [[ -z $only_operands && $word == -?* ]]; then
      [[ $word == -- ]] && only_operands=1 && continue
      [[ $word == --*=* || $word == -[^-]?* ]] || _@ID@_option $word
      [[ -z $argument ]] && continue
      if (( i + 1 == CURRENT )); then # the value of this option stands at the cursor
        _@ID@_values $argument "$(_@ID@_contract)"
        return
      fi
      (( i++ ))
    elif [[ -z $command ]]; then
      command=$word
      _@ID@_command $command || return
    else
      operands+=($word)
    fi
  done
  if [[ -z $only_operands && $words[CURRENT] == --*=* ]]; then
    argument=
    _@ID@_option ${words[CURRENT]%%=*}
    compset -P 1 '*='
    [[ -n $argument ]] && _@ID@_values $argument "$(_@ID@_contract)"
  elif [[ -z $only_operands && $words[CURRENT] == -* ]]; then
    _describe -o option switches
    _describe -o option valued -qS =
  elif [[ -z $command ]]; then
    local -a known=(
@COMMANDS@
    )
    _describe command known
  else
    _@ID@_operand
  fi
}

_@ID@ "$@"
