#!/usr/bin/env bash
# Deal sheets that mean harm: each is stopped within its limit, with a message that names it, and nothing is
# written. tests/unit/test_lua_attacks.c, test_confine.c and test_project.c have many more.
#
# Would catch: a script that runs on after its limit, one that reads outside the project or makes a system call, an
# attack that ends licet without words, a file written by a sheet that failed.
. "$(dirname "$0")/../lib.sh"
cp -r "$SOURCE/contracts/streaming/." .
echo secret >../licet-secret.$$ && trap 'rm -rf "$WORK" "$WORK/../licet-secret.'$$'"' EXIT

# stopped WHAT EXIT PATTERN SCRIPT: the sheet is refused within a minute, and no file is there.
stopped() {
    printf '%s\n' "$4" >evil.lua
    refused "$1" "$2" "$3" timeout 60 "$LICET" author evil.lua --output out
    [ ! -e out ] || { not_ok "$1" "something was written"; rm -rf out; }
}

stopped "an endless loop" 75 'evil.lua:1: the limit of 500 million instructions' 'while true do end'
stopped "an endless loop under pcall" 75 'limit of 500 million instructions' 'while true do pcall(function() while true do end end) end'
stopped "a pattern that backtracks" 75 'limit of [13]0 seconds' 'local s = ("a"):rep(30000) s:find((".-"):rep(8) .. "b")'
stopped "a list without end" 65 'limit of 256 MiB of memory' 'local t = {} while true do t[#t + 1] = {{}, {}, {}} end'
stopped "a bomb of texts" 65 'limit of 256 MiB of memory' 'local s = ("x"):rep(1 << 30)'
stopped "a larger bomb" 65 'limit is 2,147,483,647 bytes' 'local s = ("x"):rep(1 << 40)'
stopped "a recursion without end" 65 'limit is 1,000,000 values' 'local function f() return 1 + f() end f()'
stopped "a recursion through C" 65 'C stack overflow' 'local function f(s) return (s:gsub(".", f)) end f("x")'
stopped "a finalizer" 65 '__gc is not available' 'setmetatable({}, {__gc = function() while true do end end})'
stopped "closing while it ends" 75 'limit of 500 million instructions' \
    'local t <close> = setmetatable({}, {__close = function() while true do end end}) while true do end'
stopped "an error that prints without end" 75 'limit of 500 million instructions' \
    'error(setmetatable({}, {__tostring = function() while true do end end}))'
stopped "coroutines without end" 75 'limit of' 'while true do coroutine.wrap(function() end)() end'
stopped "bytecode" 65 'binary chunk' 'assert(load("\27Lua"))'
stopped "bytecode is not made" 65 'attempt to call a nil value' 'string.dump(print)'
stopped "the metatable of texts" 65 'attempt to index a boolean' 'getmetatable("").__index = nil'
stopped "the operating system" 65 "global 'os'" 'os.execute("touch out")'
stopped "files of Lua" 65 "global 'io'" 'io.open("/etc/passwd")'
stopped "the debug library" 65 "global 'debug'" 'debug.sethook()'
stopped "talk without end" 65 'limit of 1048576 bytes' 'while true do print(("x"):rep(100000)) end'
stopped "more deals than a sheet has" 65 'at most 10000 deals' \
    'for i = 1, 10001 do deal("D" .. i) { agreement = "streaming.lic" } end'

# Files: beneath the sheet's folder alone.
ln -s "$WORK/../licet-secret.$$" link
mkdir up && ln -s ../.. up/outside
mkfifo fifo
printf '\033Lua' >code.lua
for path in ../licet-secret.$$ up/../../licet-secret.$$ /etc/passwd ./streaming.lic data//recordings.tsv; do
    stopped "reading $path" 65 'no plain relative path' "project.read('$path')"
done
stopped "reading over a link" 65 'symbolic link' "project.read('link')"
stopped "reading through a link" 65 'symbolic link' "project.read('up/outside/licet-secret.$$')"
stopped "reading a FIFO" 65 'no regular file' "project.read('fifo')"
stopped "reading a folder" 65 'no regular file' "project.read('data')"
stopped "listing outside" 65 'no plain relative path' "project.list('..')"
stopped "requiring outside" 65 "a module's name" "require('../licet-secret')"
stopped "requiring bytecode" 65 'is bytecode' "require('code')"
stopped "an agreement outside" 65 'no plain relative path' "deal 'A' { agreement = '../streaming.lic' }"
refused "devices" 65 'no regular file' bash -c 'cd /dev/shm && mkdir -p licet.$$ && cd licet.$$ && trap "rm -rf /dev/shm/licet.$$" EXIT &&
    echo "project.read(\"zero\")" >e.lua && "$LICET" author e.lua --root /dev'
[ "$(uname -s)" = Linux ] && [ -d /dev/shm ] || ok "no /dev/shm here"
# The sheet itself may be named by any path.
ln -s deal.lua named.lua
check "a sheet through a link" "$LICET" author named.lua
refused "a root that the sheet is not in" 65 'does not lie beneath' "$LICET" author deal.lua --root data

# One that fails at its end has written nothing; one that talks is heard.
stopped "failing at the end" 65 'evil.lua:2: late' "$(printf 'deal "A" { agreement = "streaming.lic" }\nerror("late")')"
echo 'print("heard\27[31m", money "GBP 1") return {}' >talk.lua
"$LICET" author talk.lua 2>err >/dev/null
same "what is printed, with control characters made visible" "$(printf 'heard\\x1b[31m\tGBP 1.00')" "$(head -1 err)"
same "and not with --quiet" 0 "$("$LICET" author talk.lua --quiet 2>&1 >/dev/null | grep -c heard)"
finish
