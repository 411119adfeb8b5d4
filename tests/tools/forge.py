#!/usr/bin/env python3
"""Plays a dishonest operator: changes one amount in a ledger and mends every hash and signature over it.

    forge.py LEDGER OPERATOR_KEYFILE result TERM [ROW]      an amount in the stored results of a term
    forge.py LEDGER OPERATOR_KEYFILE check                  only shows that our own hashes are the file's

The amount is raised by one unit where the block's output holds it and in the view that people read. Then the digest
of the output, the block's output root, its header, the hash and signature of it and of every later block, and the log
of headers are made anew. No check of hashes or signatures can find it: only executing the report again.
"""
import os
import sqlite3
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ed25519  # noqa: E402
from ledger_file import (header_decode, header_encode, leaf_hash, log_peaks, plain_key, salted_digest,  # noqa: E402
                         sha256, tree_root)

RESULTS = 3


def place(height, kind, ordinal=0):
    return height << 28 | kind << 24 | ordinal


class Ledger:
    def __init__(self, path, keyfile):
        self.db = sqlite3.connect(path)
        self.seed, self.key = plain_key(keyfile)

    def leaves(self, table, height):
        first, last = (place(height, 0), place(height, 1)) if table == "transactions" else \
            (place(height, 1), place(height + 1, 0))
        return [leaf for leaf, in self.db.execute(
            f"SELECT leaf FROM {table} WHERE place >= ? AND place < ? ORDER BY place", (first, last))]

    def digest_all(self, height):
        """Digests of the block's outputs from salts and bytes, written beside them."""
        rows = self.db.execute("SELECT place, salt, bytes FROM payloads WHERE place >= ? AND place < ?",
                               (place(height, 1), place(height + 1, 0))).fetchall()
        for where, salt, data in rows:
            self.db.execute("UPDATE outputs SET leaf = ? WHERE place = ?",
                            (salted_digest(salt, data), where))

    def roots(self, height):
        return [tree_root([leaf_hash(leaf) for leaf in self.leaves(table, height)])
                for table in ("transactions", "outputs")]

    def mend(self, first):
        """Every block from `first` on: digests, roots, header, hash, signature; then the head."""
        tip, = self.db.execute("SELECT max(height) FROM blocks").fetchone()
        previous, = self.db.execute("SELECT hash FROM blocks WHERE height = ?", (first - 1,)).fetchone()
        for height in range(first, tip + 1):
            data, = self.db.execute("SELECT header FROM blocks WHERE height = ?", (height,)).fetchone()
            header = header_decode(data)
            self.digest_all(height)
            header["transaction_root"], header["output_root"] = self.roots(height)
            header["previous"] = previous
            data = header_encode(header)
            previous = sha256(data)
            signature = ed25519.sign(self.seed, b"licet-block-1\0" + previous)
            self.db.execute("UPDATE blocks SET header = ?, hash = ?, signatures = ? WHERE height = ?",
                            (data, previous, b"\1\0" + signature, height))
        self.db.execute("UPDATE head SET hash = ?, log = ?", (previous, self.log()))

    def log(self):
        headers = [leaf_hash(h) for h, in self.db.execute("SELECT header FROM blocks ORDER BY height")]
        peaks = log_peaks(headers)
        return struct.pack("<Q", len(headers)) + b"".join(peaks)

    def check(self):
        """What the file holds is what we compute: only then does mending prove something."""
        for height, stored, data, signatures in self.db.execute(
                "SELECT height, hash, header, signatures FROM blocks ORDER BY height").fetchall():
            header = header_decode(data)
            assert sha256(data) == stored, f"block {height}: hash"
            assert header_encode(header) == data, f"block {height}: header"
            if height:
                assert [header["transaction_root"], header["output_root"]] == self.roots(height), \
                    f"block {height}: roots"
            assert signatures == b"\1\0" + ed25519.sign(self.seed, b"licet-block-1\0" + stored), \
                f"block {height}: signature"
            for where, salt, content in self.db.execute(
                    "SELECT place, salt, bytes FROM payloads WHERE place >= ? AND place < ?",
                    (place(height, 1), place(height + 1, 0))):
                leaf, = self.db.execute("SELECT leaf FROM outputs WHERE place = ?", (where,)).fetchone()
                assert leaf == salted_digest(salt, content), f"block {height}: digest"
        assert self.db.execute("SELECT log FROM head").fetchone()[0] == self.log(), "head: log"


def main():
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    ledger = Ledger(sys.argv[1], sys.argv[2])
    ledger.check()
    if sys.argv[3] == "check":
        return
    raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
