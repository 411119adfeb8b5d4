#!/usr/bin/env zsh
# complete.zsh FILE: loads the completion FILE into an interactive zsh and, for each line of standard input, prints
# the candidates at its end, sorted, separated by blanks.
zmodload zsh/zpty || exit 77
folder=$(mktemp -d) || exit 70
trap 'zpty -d z 2>/dev/null; rm -rf $folder' EXIT
export HITS=$folder/hits FPATH_FIRST=${1:A:h}
zpty z zsh -f -i
# compadd tells what it was given to match; the widget says when all is said.
cat >$folder/setup <<'SETUP'
PROMPT= RPROMPT=
fpath=($FPATH_FIRST $fpath)
autoload -Uz compinit
compinit -u -D
zstyle ':completion:*' list-prompt ''
zstyle ':completion:*' select-prompt ''
compadd() {
    local -a hits
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >>$HITS
    builtin compadd "$@"
}
ask() {
    : >$HITS
    _main_complete
    compstate[insert]= compstate[list]=
    zle -K main 2>/dev/null
    : >$HITS.done
}
zle -C ask complete-word ask
bindkey '^I' ask
bindkey '^U' kill-whole-line
: >$HITS.ready
SETUP
zpty -w z "source $folder/setup"
integer waited
until [[ -e $HITS.ready ]] || (( waited++ > 1000 )); do sleep 0.02; done
while IFS= read -r line; do
    rm -f $HITS $HITS.done
    zpty -w -n z $'\x15'"$line"$'\t'
    waited=0
    until [[ -e $HITS.done ]] || (( waited++ > 500 )); do sleep 0.02; zpty -r -t z >/dev/null; done
    print -r -- ${(j: :)${(@on)${(fu)"$(<$HITS)"}}}
done
