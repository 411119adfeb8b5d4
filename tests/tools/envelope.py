#!/usr/bin/env python3
"""Changes a signed envelope in a way that no command would, for tests of admission.

    envelope.py IN OUT CHANGE...
        flip-signature | flip-body | chain=HEX | sequence=N | valid-until=N | lane=N | gas=N | kind=N
        index=N | no-proof   of a chunk: another place, or without its proof
        truncate=N     cuts the file after N bytes           extend   a byte more at the end
        sign=KEYFILE   signs again with a plain key file, after the changes before it
        as=KEYFILE     puts that key (not its party) into the envelope
    envelope.py --show IN
"""
import sys
import os

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ed25519  # noqa: E402
from ledger_file import ENVELOPE_FIELDS, Envelope, plain_key  # noqa: E402


def change(envelope, name, value):
    if name == "flip-signature":
        key, signature = envelope.signatures[0]
        envelope.signatures[0] = (key, bytes([signature[0] ^ 1]) + signature[1:])
    elif name == "flip-body":
        envelope.body = envelope.body[:-1] + bytes([envelope.body[-1] ^ 1])
    elif name == "chain":
        envelope.chain = bytes.fromhex(value)
    elif name in ("sequence", "lane", "kind"):
        setattr(envelope, name, int(value))
    elif name == "valid-until":
        envelope.valid_until = int(value)
    elif name == "gas":
        envelope.gas_limit = int(value)
    elif name == "index":
        envelope.body = envelope.body[:32] + int(value).to_bytes(4, "little") + envelope.body[36:]
    elif name == "no-proof":
        hashes = int.from_bytes(envelope.body[36:38], "little")
        envelope.body = envelope.body[:36] + b"\0\0" + envelope.body[38 + 32 * hashes:]
    elif name == "as":
        envelope.key = plain_key(value)[1]
    elif name == "sign":
        seed, key = plain_key(value)
        signature = ed25519.sign(seed, b"licet-tx-1\0" + envelope.id())
        envelope.signatures = [(key, signature)]
    else:
        raise SystemExit(f"envelope.py: no change {name}")


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--show":
        envelope = Envelope(open(sys.argv[2], "rb").read())
        for field in ENVELOPE_FIELDS:
            value = getattr(envelope, field)
            print(field, value.hex() if isinstance(value, bytes) else value, sep="\t")
        return
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    envelope = Envelope(open(sys.argv[1], "rb").read())
    cut, more = None, b""
    for argument in sys.argv[3:]:
        name, _, value = argument.partition("=")
        if name == "truncate":
            cut = int(value)
        elif name == "extend":
            more = b"\0"
        else:
            change(envelope, name, value)
    with open(sys.argv[2], "wb") as f:
        f.write((envelope.encode() + more)[:cut])


if __name__ == "__main__":
    main()
