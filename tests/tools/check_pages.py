"""Man pages against the program: check_pages.py LICET LICET-NODE FOLDER, where FOLDER holds the rendered pages.

Prints a line for each check, as the shell tests do."""
import re
import shutil
import subprocess
import sys

import table

licet, node, folder = sys.argv[1:4]
commands = {row[0]: row for row in table.rows("COMMAND")}
options = {row[0]: row for row in table.rows("OPTION")}
every = {row[0] for row in table.rows("EVERY")}
leads = {row[0] for row in table.rows("LEADS")}
takes = {name: set(every) for name in commands}
for command, option in table.rows("USES"):
    takes[command].add(option)


def say(what, wrong):
    print(f"not ok - {what}: {wrong}" if wrong else f"ok - {what}", flush=True)


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                          check=False, **more)


def rendered(name):
    """A page as text, without overstrikes and soft line breaks."""
    shown = run("mandoc", "-T", "utf8", "-O", "width=200", f"{folder}/{name}.1").stdout
    return re.sub(r".\x08", "", shown).replace("\N{NON-BREAKING HYPHEN}", "-").replace("\N{HYPHEN}", "-")


def section(page, title):
    match = re.search(rf"^{title}\n(.*?)(?=^\S|\Z)", page, re.MULTILINE | re.DOTALL)
    return match.group(1) if match else ""


def difference(expected, found):
    missing, extra = sorted(expected - found), sorted(found - expected)
    return (f"missing {missing} " if missing else "") + (f"too many {extra}" if extra else "")


def long_names(text):
    return set(re.findall(r"(?<![\w-])--([a-z][a-z-]*)", text))


def check_options(command):
    wanted = {options[o][1] for o in takes[command]} | {"help"}
    listed = long_names("\n".join(line for line in section(rendered(f"licet-{command}"), "OPTIONS").split("\n")
                                  if re.match(r"\s+-", line)))
    say(f"{command}: its page lists its options", difference(wanted, listed))
    shown = run(licet, command, "--help").stdout
    listed = long_names("\n".join(line for line in shown.split("\n") if re.match(r"\s+(-.,\s)?\s*--", line)))
    say(f"{command}: --help lists its options", difference(wanted, listed))


def check_acceptance(command, program, known):
    refused, taken = [], []
    for option in options.values():
        word = f"--{option[1]}" + ("=1" if option[3] else "")
        accepted = run(program, command, word, "--help").returncode == 0
        shortened = [name for name in known if options[name][1].startswith(option[1])]  # as getopt_long takes it
        if accepted and option[0] not in known and not shortened:
            taken.append(word)
        if not accepted and option[0] in known:
            refused.append(word)
    say(f"{program.rsplit('/', 1)[-1]} {command} takes the options of its page and no others",
        (f"refused {refused} " if refused else "") + (f"takes {taken}" if taken else ""))


def check_text(command):
    _, where, _, operands, _, _, summary, details = commands[command]
    page = rendered(f"licet-{command}")
    flat = " ".join(page.split())
    lost = [text for text in [summary, *[f"licet {command} [OPTION...] {form}" for form in operands.split("\n")],
                              *[line for name, line, _ in table.rows("EXAMPLE") if name == command],
                              *[doc for name, _, doc in table.rows("EXAMPLE") if name == command]]
            if " ".join(text.split()) not in flat]
    if " ".join(details.split()) not in flat:
        lost.append("the description")
    if (where == "BOTH") != ("licet-node(1) has this command too" in flat):
        lost.append("whether licet-node has it")
    for code, doc in table.rows("EXIT"):
        if not re.search(rf"\b{code} {doc}\b", flat):
            lost.append(f"exit code {code}")
    say(f"{command}: its page says what the table says", ", ".join(lost))


def check_lint(name):
    """Paragraph macros without text are how scdoc writes; every other warning is a mistake."""
    said = [line for line in run("mandoc", "-T", "lint", "-W", "warning", f"{folder}/{name}.1").stdout.split("\n")
            if line and "skipping paragraph macro" not in line]
    if shutil.which("man"):
        said += run("man", "--warnings", "-l", f"{folder}/{name}.1").stderr.split("\n")
    say(f"{name}.1 renders without a warning", " | ".join(line for line in said if line)[:300])


def check_program(program, name, listed):
    page = rendered(name)
    shown = re.findall(r"^  ([a-z]+) ", run(program, "help").stdout, re.MULTILINE)
    say(f"{name}.1 lists the commands of {name} help",
        difference(set(shown), set(re.findall(r"licet-([a-z]+)\(1\)", section(page, "COMMANDS")))))
    say(f"{name} help lists the commands of the table", difference(listed, set(shown)))
    wanted = {options[o][1] for o in leads if any(o in takes[c] for c in listed)}
    found = long_names("\n".join(line for line in section(page, "OPTIONS").split("\n") if re.match(r"\s+-", line)))
    say(f"{name}.1 lists what may stand before a command", difference(wanted, found))
    for option in sorted(wanted):
        value = [f"--{option}"] + (["1"] if next(o for o in options.values() if o[1] == option)[3] else [])
        done = run(program, *value, "frob")
        say(f"{name} takes --{option} before the command", "" if "no such command: frob" in done.stderr else done.stderr)


for each in commands:
    check_options(each)
    check_acceptance(each, licet, takes[each])
    if commands[each][1] == "BOTH":
        check_acceptance(each, node, takes[each])
    check_text(each)
    check_lint(f"licet-{each}")
both = {name for name, row in commands.items() if row[1] == "BOTH"}
for program, name, listed in ((licet, "licet", set(commands)), (node, "licet-node", both)):
    check_program(program, name, listed)
    check_lint(name)
