#!/usr/bin/env fish
# complete.fish FILE: sources the completion FILE and, for each line of standard input, prints the candidates at
# its end, sorted, separated by blanks. What --option= stands in front of is left away.
source $argv[1]
while read -l line
    echo (complete -C "$line" | string replace -r '\t.*' '' | string replace -r '^--[a-z-]*=(.)' '$1' | sort | string join ' ')
end
