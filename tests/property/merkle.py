"""Inclusion paths of vm/base against RFC 6962 written down as the RFC does, recursively.

Catches: a path of the right length for another place let in, garbage before, after or inside a path,
a wrong tree size, a neighbour on the wrong side. Cases in the form of transparency-dev's (JSON) are
read from tests/data/rfc6962 and, where it is there, from the folder named by LICET_FIELD_DATA."""
import base64
import hashlib
import json
import os
import pathlib

from asking import Asking

asking = Asking()
random = asking.random


def sha(data):
    return hashlib.sha256(data).digest()


def split_at(count):
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split_at(len(leaves))
    return sha(b"\1" + root(leaves[:k]) + root(leaves[k:]))


def path(index, leaves):
    if len(leaves) == 1:
        return []
    k = split_at(len(leaves))
    if index < k:
        return path(index, leaves[:k]) + [root(leaves[k:])]
    return path(index - k, leaves[k:]) + [root(leaves[:k])]


def ask(group, leaf, index, count, top, steps, expected):
    words = [leaf.hex(), str(index), str(count), top.hex(), *(s.hex() for s in steps)]
    asking.ask(group, "includes " + " ".join(words), "yes" if expected else "no")


for count in list(range(1, 40)) + [64, 65, 100, 127, 128, 129]:
    leaves = [sha(b"\0" + os.fsencode(f"{count} {i}")) for i in range(count)]
    top = root(leaves)
    for index in random.sample(range(count), min(count, 12)):
        good = path(index, leaves)
        leaf = leaves[index]
        ask("paths", leaf, index, count, top, good, True)
        ask("another leaf", sha(leaf), index, count, top, good, False)
        ask("another root", leaf, index, count, sha(top), good, False)
        ask("one step more", leaf, index, count, top, good + [sha(b"x")], False)
        if good:
            ask("one step less", leaf, index, count, top, good[:-1], False)
            at = random.randrange(len(good))
            bent = list(good)
            bent[at] = bytes([bent[at][0] ^ 1]) + bent[at][1:]
            ask("one bit changed", leaf, index, count, top, bent, False)
            ask("steps turned round", leaf, index, count, top, good[::-1], good == good[::-1])
        ask("index beyond the tree", leaf, count + index, count, top, good, False)
        other = random.randrange(count)
        ask("another place", leaf, other, count, top, good, other == index)


def field_cases(folder):
    for file in sorted(pathlib.Path(folder).rglob("*.json")):
        case = json.loads(file.read_text(encoding="utf-8"))
        if "leafIdx" in case:
            yield file, case


def ask_field(group, folder):
    found = 0
    for _, case in field_cases(folder):
        top, leaf = base64.b64decode(case["root"] or ""), base64.b64decode(case["leafHash"] or "")
        steps = [base64.b64decode(s) for s in case["proof"] or []]
        if any(len(part) != 32 for part in (top, leaf, *steps)):
            continue  # no 32-byte hash: our decoder of transactions does not let it come so far
        ask(group, leaf, case["leafIdx"], case["treeSize"], top, steps, not case["wantErr"])
        found += 1
    return found


source = pathlib.Path(os.environ["LICET_SOURCE"])
if ask_field("cases in tests/data/rfc6962", source / "tests/data/rfc6962") < 8:
    raise SystemExit("the cases of tests/data/rfc6962 are not there")
field = os.environ.get("LICET_FIELD_DATA") or source.parent / "shared/data"
if not ask_field("cases from the field", pathlib.Path(field) / "rfc6962"):
    print(f"skipped: cases from the field, {field} is not there")

asking.run()
