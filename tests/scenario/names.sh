#!/usr/bin/env bash
# No file outside contracts/month_of_streams (and the workload and its tests) knows a name of that agreement.
#
# Would catch: an engine, command or view made for one agreement. The names are read from the agreement
# and its mapping, so that a new one is watched too; short lower-case words that are plain English or words
# of the language are only looked for as quoted strings in the code.
. "$(dirname "$0")/../lib.sh"
python3 "$SOURCE/tests/tools/foreign_names.py" "$SOURCE" >found
if [ -s found ]; then not_ok "no file elsewhere names the month's things" "$(head -5 found | tr '\n' '|')"
else ok "no file elsewhere names the month's things"; fi
# The lint sees what it should see.
mkdir -p copy/contracts copy/runtime/engine/src
cp -r "$SOURCE/contracts/month_of_streams" copy/contracts/
printf '%s\n' 'static const char *reason = "BAD_ISRC";' >copy/runtime/engine/src/cheat.c
printf '%s\n' 'if (strcmp(name, "premium") == 0) return 1;' >copy/runtime/engine/src/cheat2.c
printf '%s\n' 'find_schedule("Works");' >copy/runtime/engine/src/cheat3.c
same "three planted names are found" 3 "$(python3 "$SOURCE/tests/tools/foreign_names.py" copy | wc -l)"
finish
