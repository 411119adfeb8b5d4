"""Rules on the text of the sources.

Catches: a float, a clock, the environment, the locale or chance where every machine must agree; an
include that climbs out of its layer; a third-party header in a second layer; malloc outside the one
allocator; a file that has become several; a path or a word of somebody's workplace."""
import re

from linting import DETERMINISTIC, Report, code, files, layer, text

report = Report()

FLOAT = "no float in what must be deterministic"
OUTSIDE = "no clock, chance, environment or locale in what must be deterministic"
MALLOC = "memory comes from lic_allocator alone"
CLIMB = "no include climbs out of its folder"
ANGLE = "public headers are included as <licet/NAME.h>"
THIRD = "a third-party header is included in one layer only"
LONG = "no file over 900 lines"
LEFT = "nothing left for later"

for rule in (FLOAT, OUTSIDE, MALLOC, CLIMB, ANGLE, THIRD, LONG, LEFT):
    report.rule(rule)

_FLOAT = re.compile(r"\b(float|double|strtod|strtof|strtold|atof|sqlite3_column_double|"
                    r"sqlite3_bind_double|sqlite3_value_double|sqlite3_result_double)\b"
                    r"|\b\d+\.\d+|\b\d+\.(?!\.)|(?<![\w.])\.\d+")
_OUTSIDE = re.compile(r"\b(time|clock|clock_gettime|gettimeofday|localtime|localtime_r|gmtime|mktime|"
                      r"strftime|rand|random|srand|srandom|drand48|rand_r|getrandom|getentropy|"
                      r"arc4random\w*|getenv|secure_getenv|setenv|setlocale|localeconv|nl_langinfo|"
                      r"isalpha|isdigit|isspace|isupper|islower|isalnum|toupper|tolower|strcoll|"
                      r"strcasecmp|getpid)\s*\(")
_MALLOC = re.compile(r"\b(malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf|alloca)\s*\(")
_INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]", re.MULTILINE)
_LEFT = re.compile(r"\b(TODO|FIXME|HACK)\b|(?<![\w\"])XXX(?![\w\"])")

# libc and POSIX, and the compiler's own; everything else in <> is a third party.
STANDARD = re.compile(r"^(assert|ctype|errno|fcntl|inttypes|limits|poll|pthread|pwd|sched|semaphore|stdatomic|"
                      r"setjmp|signal|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|"
                      r"strings|termios|time|unistd|dirent|getopt|libgen|sysexits|spawn|fnmatch|"
                      r"sys/[a-z]+|linux/[a-z]+)\.h$")

# Where the injected clock, chance, files and processes are made real, and where malloc is.
SYSTEM_FILES = re.compile(r"^(runtime/store/src/(clock|system|vfs)\w*|compiler/author/src/(confine|filter))\.c$")
# libedit hands over lines, and takes names, that are malloc's.
ALLOCATORS = ("vm/base/src/memory.c", "runtime/cli/full/line_edit.c")

third = {}
for path in files(".c", ".h", ".def", ".inc"):
    body = code(path)
    name = str(path)
    lines = body.split("\n")
    deterministic = name.startswith(tuple(top + "/" for top in DETERMINISTIC))
    ours = not name.startswith("tests/")
    for number, line in enumerate(lines, 1):
        place = f"{name}:{number}: {line.strip()[:80]}"
        if deterministic and path.suffix != ".inc":
            if _FLOAT.search(line) and not line.lstrip().startswith("#"):
                report.finding(FLOAT, place)
            if _OUTSIDE.search(line) and not SYSTEM_FILES.match(name):
                report.finding(OUTSIDE, place)
        if ours and name not in ALLOCATORS and _MALLOC.search(line):
            report.finding(MALLOC, place)
    raw = text(path)
    for bracket, header in _INCLUDE.findall(raw):
        if ".." in header:
            report.finding(CLIMB, f"{name}: {header}")
        if bracket == '"' and header.startswith("licet/"):
            report.finding(ANGLE, f"{name}: {header}")
        if ours and bracket == "<" and not header.startswith("licet/") and not STANDARD.match(header):
            third.setdefault(header, {}).setdefault(layer(path), name)

for header, layers in third.items():
    if len(layers) > 1:
        report.finding(THIRD, f"<{header}>: " + ", ".join(sorted(layers.values())))

for path in files(".c", ".h", ".def", ".py", ".sh", ".lic", ".awk", ".cmake"):
    raw = text(path)
    count = raw.count("\n")
    if count > 900:
        report.finding(LONG, f"{path}: {count} lines")
    if path.name != "source.py":
        for number, line in enumerate(raw.split("\n"), 1):
            if _LEFT.search(line):
                report.finding(LEFT, f"{path}:{number}: {line.strip()[:80]}")

report.finish()
