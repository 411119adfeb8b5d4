"""Rules on what the objects ask for and the executables hold, read with nm.

Catches: a VM that could see a clock, a locale, a file, the heap or a float routine; licet-node with the
compiler, Lua or libffi in it."""
import re
import shutil

from linting import BUILD, Report, run, skip

if shutil.which("nm") is None:
    skip("nm is not there")

report = Report()

# Integer helpers of the compiler's own library, and what sanitizers and coverage add.
COMPILER = re.compile(r"^(__u?(div|mod)ti3|__udivmodti4|__multi3|__ashlti3|__lshrti3|__popcountdi2|"
                      r"__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|tsan|sanitizer|sancov|gcov)_.*|"
                      r"llvm_gcov.*)$")
STRINGS = {"memcpy", "memmove", "memset", "memcmp", "memchr", "strlen", "strnlen", "strcmp", "strncmp",
           "strchr", "bcmp"}
# Per object of base: the one allocator, the assertion that ends the process, formatting into memory.
MORE = {"memory.c.o": {"malloc", "realloc", "free"}, "large.c.o": {"mmap", "mremap", "munmap", "madvise"},
        "assert.c.o": {"write", "abort"},
        "buffer.c.o": {"vsnprintf", "__vsnprintf_chk"}, "status.c.o": {"vsnprintf", "__vsnprintf_chk"}}


def symbols(path, *options):
    """Lines of nm: (object, name, type)."""
    done = run("nm", "-P", "-A", *options, str(path))
    for line in done.stdout.splitlines():
        where, name, kind = (line.split(": ", 1)[0], *line.split(": ", 1)[1].split()[:2])
        match = re.search(r"\[(.+)\]$", where)
        yield (match.group(1) if match else where), name, kind


libraries = [BUILD / f"vm/{layer}/liblicet_{layer}.a" for layer in ("base", "image", "exec")]
for path in libraries:
    if not path.exists():
        report.finding("the libraries of the VM are built", str(path))

defined = {name for path in libraries for _, name, kind in symbols(path, "-g") if kind not in "Uuw"}
for path in libraries:
    rule = f"undefined symbols of {path.name} are on the list"
    report.rule(rule)
    for member, name, _ in symbols(path, "-u"):
        allowed = STRINGS | (MORE.get(member, set()) if path == libraries[0] else set())
        if name not in defined | allowed and not COMPILER.match(name):
            report.finding(rule, f"{member} asks for {name}")

node, compiler = BUILD / "bin/licet-node", BUILD / "compiler/liblicet_compiler.a"
rule = "licet-node holds no compiler, Lua or libffi"
report.rule(rule)
if not (node.exists() and compiler.exists()):
    report.finding(rule, "licet-node or the compiler is not built")
else:
    forbidden = {name for _, name, kind in symbols(compiler, "-g") if kind in "TDBRC"}
    held = {name for _, name, _ in symbols(node)}
    if len(forbidden) < 20 or "main" not in held:
        report.finding(rule, "the symbols cannot be read: this check would prove nothing")
    for name in sorted(held & forbidden):
        report.finding(rule, f"licet-node holds {name}")
    for name in sorted(held):
        if re.match(r"(lua_|luaL_|ffi_|seccomp_)", name):
            report.finding(rule, f"licet-node holds {name}")
    needed = run("readelf", "-d", str(node)).stdout
    for library in re.findall(r"NEEDED.*\[(.+)\]", needed):
        if re.match(r"lib(lua|ffi|seccomp|jansson)", library):
            report.finding(rule, f"licet-node needs {library}")

rule = "libffi is in licet-extension alone"
report.rule(rule)
licet = BUILD / "bin/licet"
helpers = list(BUILD.glob("lib*/**/licet-extension"))
if not licet.exists() or len(helpers) != 1:
    report.finding(rule, "licet or licet-extension is not built")
else:
    def asks_for_libffi(path):
        called = any(name.startswith("ffi_") for _, name, _ in symbols(path))
        return called or "libffi" in run("readelf", "-d", str(path)).stdout
    if not asks_for_libffi(helpers[0]):
        report.finding(rule, "the symbols cannot be read: this check would prove nothing")
    if asks_for_libffi(licet):
        report.finding(rule, "licet asks for libffi")

report.finish()
