# Completion of @PROGRAM@ in fish. Made from the table of commands: see runtime/cli/tools in licet's sources.
#
# The command line is walked as @PROGRAM@ does it: options, the command, its options and operands. What a
# word stands for (a file, one of a few words, a name that the ledger knows) says the table.

@TABLES@
# The command of the line and its operands so far, one a line.
function __@ID@_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l skip 0
    set -l only_operands 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if test $only_operands = 0; and string match -q -- '-?*' $word
            if test "$word" = --
                set only_operands 1
            else if not string match -q -- '--*=*' $word; and not string match -qr -- '^-[^-].' $word
                test -n (__@ID@_option $word | string collect --allow-empty); and set skip 1
            end
        else
            printf '%s\n' $word
        end
    end
end

function __@ID@_is # COMMAND: the line is of this command; without one, it has none yet
    set -l words (__@ID@_words)
    if test (count $argv) = 0
        test (count $words) = 0
    else
        test (count $words) -gt 0; and test "$words[1]" = "$argv[1]"
    end
end

# Asks the program itself, quietly; a ledger that cannot be read offers nothing.
function __@ID@_ask
    set -l words (commandline -opc)
    set -l program $words[1]
    set -l ledger
    type -q -- $program; or set program @PROGRAM@
    for i in (seq 2 (count $words))
        switch $words[$i]
            case -l --ledger
                test $i -lt (count $words); and set ledger --ledger $words[(math $i + 1)]
            case '--ledger=*'
                set ledger $words[$i]
            case '-l*'
                set ledger --ledger (string sub -s 3 -- $words[$i])
        end
    end
    if contains -- $argv[1] query show
        test -n "$ledger$LICET_LEDGER"; or return
    else
        set ledger
    end
    $program $argv $ledger --quiet 2>/dev/null </dev/null
end

# The names under a heading of `show contract`.
function __@ID@_declared # CONTRACT HEADING
    test -n "$argv[1]"; or return
    set -l inside 0
    for line in (__@ID@_ask show contract $argv[1])
        if not string match -q -- '  *' $line
            test "$line" = $argv[2]; and set inside 1; or set inside 0
        else if test $inside = 1
            string replace -r -- '^  ([^;]*).*' '$1' $line
        end
    end
end

# What may stand for a word of the usage line; CONTRACT is the contract that the line names.
function __@ID@_values # WORD CONTRACT
    set -l about (__@ID@_argument $argv[1])
    set -l values $about[2]
    set -l token (commandline -ct)
    switch "$about[1]"
        case FILE
            __fish_complete_path (string replace -r -- '^--[a-z-]*=' '' $token)
        case FOLDER
            __fish_complete_directories (string replace -r -- '^--[a-z-]*=' '' $token) ''
        case PAIR
            set -l name (string match -r -- '^(?:--[a-z-]*=)?[^=]+=' $token); or return
            set -l kept (string replace -r -- '^--[a-z-]*=' '' $name)
            set -l paths (__fish_complete_path (string sub -s (math (string length -- $name) + 1) -- $token))
            string replace -r -- '^' $kept $paths
        case WORDS OPEN
            string split '|' -- $values
        case LIST
            set -l kept (string match -r -- '^(?:--[a-z-]*=)?(.*,)?' $token)[2]
            string replace -r -- '^' "$kept" (string split '|' -- $values)
        case ASK
            __@ID@_ask (string split ' ' -- $values) | string replace -r -- ' .*' ''
        case ROWS
            __@ID@_ask query $values --time-limit 1
        case DECLARED
            __@ID@_declared "$argv[2]" $values
    end
end

# What may stand at the cursor as an operand of a command, by each of its forms that fits so far.
function __@ID@_operands
    set -l words (__@ID@_words)
    set -l operands $words[2..-1]
    set -l n (math (count $operands) + 1)
    set -l seen
    for form in (__@ID@_forms $words[1])
        set -l parts (string split ' ' -- $form)
        set -l contract ''
        set -l word ''
        for i in (seq $n)
            set word "$parts[$i]"
            # A word with dots may be repeated.
            test -z "$word"; and string match -q -- '*...' "$parts[-1]"; and set word $parts[-1]
            set word (string replace -ra -- '[][]' '' "$word" | string replace -r -- '\.\.\.$' '')
            test -n "$word"; or break
            test $i = $n; and break
            test "$word" = CONTRACT; and set contract $operands[$i]
            if string match -qr -- '^[[:lower:]]' $word; and test "$word" != "$operands[$i]"
                set word ''
                break
            end
        end
        test -n "$word"; and not contains -- $word $seen; or continue
        set -a seen $word
        if string match -qr -- '^[[:lower:]]' $word
            printf '%s\n' $word
        else
            __@ID@_values $word $contract
        end
    end
end

# What may stand for an option's value.
function __@ID@_option_values # WORD
    set -l words (__@ID@_words)
    set -l operands $words[2..-1]
    set -l contract ''
    for form in (__@ID@_forms "$words[1]")
        set -l parts (string split ' ' -- $form)
        for i in (seq (count $operands))
            test "$parts[$i]" = CONTRACT; and set contract $operands[$i]; and break
            string match -qr -- '^[[:lower:]]' "$parts[$i]"; and test "$parts[$i]" != "$operands[$i]"; and break
        end
        test -n "$contract"; and break
    end
    __@ID@_values $argv[1] $contract
end

complete -c @PROGRAM@ -f
@COMPLETE@
