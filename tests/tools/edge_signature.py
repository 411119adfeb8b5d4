#!/usr/bin/env python3
"""Signatures and keys on which Ed25519's implementations disagree, made for a real envelope or block.

    edge_signature.py sign CASE KEYFILE IN OUT     the envelope IN, signed anew in the way of CASE
    edge_signature.py register CASE IN OUT         the registration IN, of a key in the way of CASE instead of its own
    edge_signature.py block CASE KEYFILE LEDGER    the last block of the ledger's file, signed anew in the way of CASE
    edge_signature.py cases sign|register          names of the cases

Whatever comes out satisfies the equation with the cofactor, [8][S]B = [8]R + [8][k]A, which is asserted: many
verifiers take it, so that what refuses it does so for the rule at stake. Facts: RFC 8032; Chalkias, Garillot and
Nikolaenko, Taming the many EdDSAs (2020), tables 1 and 5.
"""
import hashlib
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ed25519  # noqa: E402
from ed25519 import BASE, ORDER, P  # noqa: E402
from ledger_file import Envelope, plain_key  # noqa: E402

IDENTITY = (0, 1, 1, 0)
ORDER_2 = (0, P - 1, 1, 0)
ORDER_8 = ed25519.decode(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
NONCE = 2021


def challenge(commitment, key, message):
    return int.from_bytes(hashlib.sha512(commitment + key + message).digest(), "little") % ORDER


def plain(_):
    return ed25519.encode(ed25519.multiply(NONCE, BASE)), NONCE


def shifted(point):
    return lambda _: (ed25519.encode(ed25519.add(ed25519.multiply(NONCE, BASE), point)), NONCE)


def small(encoding):
    return lambda _: (encoding, 0)


# R and its discrete logarithm, but for a part of small order.
COMMITMENTS = {
    "plain": plain,
    "R-with-order-2-part": shifted(ORDER_2),
    "R-with-order-8-part": shifted(ORDER_8),
    "R-identity": small(ed25519.encode(IDENTITY)),
    "R-order-2": small(ed25519.encode(ORDER_2)),
    "R-order-8": small(ed25519.encode(ORDER_8)),
    "R-identity-not-canonical": small((P + 1).to_bytes(32, "little")),
    "R-identity-minus-zero": small((1 | 1 << 255).to_bytes(32, "little")),
    "S-plus-L": plain,
}
# Keys whose secret is known but for a part of small order.
KEYS = {
    "key-identity": (0, ed25519.encode(IDENTITY)),
    "key-order-2": (0, ed25519.encode(ORDER_2)),
    "key-order-8": (0, ed25519.encode(ORDER_8)),
    "key-identity-not-canonical": (0, (P + 1).to_bytes(32, "little")),
    "key-with-order-2-part": (77, ed25519.encode(ed25519.add(ed25519.multiply(77, BASE), ORDER_2))),
    "key-with-order-8-part": (77, ed25519.encode(ed25519.add(ed25519.multiply(77, BASE), ORDER_8))),
}


def takes_with_cofactor(key, message, signature):
    left = ed25519.multiply(8 * int.from_bytes(signature[32:], "little"), BASE)
    k = challenge(signature[:32], key, message)
    right = ed25519.add(ed25519.multiply(8, ed25519.decode(signature[:32])),
                        ed25519.multiply(8 * k, ed25519.decode(key)))
    return ed25519.encode(left) == ed25519.encode(right)


def sign(case, scalar, key, message):
    commitment, nonce = COMMITMENTS[case](message)
    answer = (nonce + challenge(commitment, key, message) * scalar) % ORDER
    if case == "S-plus-L":
        answer += ORDER
    signature = commitment + answer.to_bytes(32, "little")
    assert takes_with_cofactor(key, message, signature), case
    return signature


def sign_file(case, keyfile, read, written):
    seed, key = plain_key(keyfile)
    envelope = Envelope(open(read, "rb").read())
    message = b"licet-tx-1\0" + envelope.id()
    envelope.signatures = [(key, sign(case, ed25519.secret_scalar(seed), key, message))]
    open(written, "wb").write(envelope.encode())


def register_file(case, read, written):
    scalar, key = KEYS[case]
    envelope = Envelope(open(read, "rb").read())
    assert envelope.body.count(envelope.key) == 1, "the key stands once in a registration"
    envelope.body = envelope.body.replace(envelope.key, key)
    envelope.key = key
    envelope.signatures = [(key, sign("plain", scalar, key, b"licet-tx-1\0" + envelope.id()))]
    open(written, "wb").write(envelope.encode())


def sign_block(case, keyfile, ledger):
    seed, key = plain_key(keyfile)
    db = sqlite3.connect(ledger)
    height, digest, was = db.execute(
        "SELECT height, hash, signatures FROM blocks ORDER BY height DESC LIMIT 1").fetchone()
    signature = sign(case, ed25519.secret_scalar(seed), key, b"licet-block-1\0" + digest)
    assert len(was) == 2 + len(signature), "one operator signs"
    db.execute("UPDATE blocks SET signatures = ? WHERE height = ?", (was[:2] + signature, height))
    db.commit()


def main():
    what, arguments = sys.argv[1], sys.argv[2:]
    if what == "cases":
        print("\n".join(COMMITMENTS if arguments == ["sign"] else KEYS))
    else:
        {"sign": sign_file, "register": register_file, "block": sign_block}[what](*arguments)


if __name__ == "__main__":
    main()
