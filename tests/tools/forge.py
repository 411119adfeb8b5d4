#!/usr/bin/env python3
"""Plays a dishonest operator: changes one amount in a ledger and mends every hash and signature over it.

    forge.py LEDGER OPERATOR_KEYFILE result TERM [ROW]      the net amount of a row in the stored results of a term
    forge.py LEDGER OPERATOR_KEYFILE check                  only shows that our own hashes are the file's

Prints what was changed: block, place of the output, term, row, old and new amount.

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


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def put_varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(data, at):
    value, at = varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def put_zigzag(value):
    return put_varint(value << 1 if value >= 0 else (-value << 1) - 1)


HEAD = 1 + 32 + 1 + 2 + 4 + 4 + 4   # of every output: form, contract, run


class Results:
    """A results segment: its rows, and where each value stands."""

    def __init__(self, data):
        self.data, self.rows, self.totals_at = data, [], None
        at = HEAD
        while at < len(data):
            term, = struct.unpack_from("<H", data, at)
            if term == 0xFFFF:
                self.totals_at = at + 4
                self.totals_count, = struct.unpack_from("<H", data, at + 2)
                break
            count, at = varint(data, at + 4)
            row = 0
            for _ in range(count):
                step, at = varint(data, at)
                row += step
                values, places = [], []
                for _ in range(5):
                    begin = at
                    value, at = zigzag(data, at)
                    values.append(value)
                    places.append((begin, at))
                self.rows.append((term, row, values, places))

    def raised(self, found, index):
        """The bytes with one value, and its term's total, one unit higher."""
        term, _row, values, places = found
        begin, end = places[index]
        data = self.data[:begin] + put_zigzag(values[index] + 1) + self.data[end:]
        return raise_total(data, self.totals_at + len(data) - len(self.data), self.totals_count, term,
                           index) if self.totals_at else data


def raise_total(data, at, count, term, index):
    for n in range(count):
        where = at + n * (2 + 4 + 5 * 16)
        if struct.unpack_from("<H", data, where)[0] == term:
            where += 6 + 16 * index
            total = int.from_bytes(data[where:where + 16], "little", signed=True) + 1
            return data[:where] + total.to_bytes(16, "little", signed=True) + data[where + 16:]
    return data


def raise_cell(db, set_id, cells, column, row):
    """Gives the set's `net` a column of its own, which is the one it had, raised in one row."""
    free = next((name for name in "abcdefghij"
                 if db.execute(f"SELECT count({name}) FROM p_cells WHERE set_id = ?", (cells,)).fetchone()[0] == 0), None)
    if free is None:
        raise SystemExit("forge.py: the set has no free column")
    old = "abcdefghij"[column] if column < 10 else "0"
    db.execute(f"UPDATE p_cells SET {free} = {old} + (row = ?) WHERE set_id = ?", (row, cells))
    db.execute("UPDATE p_sets SET col5 = ? WHERE id = ?", ("abcdefghij".index(free), set_id))


def forge_result(ledger, term, row):
    """Raises `net` in the segment that holds the row, in its totals, and in the rows behind the views."""
    db = ledger.db
    sets = db.execute("SELECT id, height, cells, col1, col2, col3, col4, col5 FROM p_sets WHERE kind = 1 AND name = ? "
                      "ORDER BY id DESC", (term,)).fetchall()
    if not sets:
        raise SystemExit(f"forge.py: no results of {term}")
    set_id, height, cells, *columns = sets[0]
    # column 10 is zero in all rows
    values = db.execute("SELECT a, b, c, d, e, f, g, h, i, j, 0 FROM p_cells WHERE set_id = ? AND row = ?",
                        (cells, row)).fetchone()
    stored = [int(values[column]) for column in columns]
    changed = None
    for where, salt, data in db.execute(
            "SELECT place, salt, bytes FROM payloads WHERE place >= ? AND place < ? ORDER BY place",
            (place(height, RESULTS), place(height, RESULTS + 1))).fetchall():
        segment = Results(data)
        for found in segment.rows:
            if changed is None and found[1] == row and found[2] == stored:
                changed = found[0]
                data = segment.raised(found, 4)
                print(f"block {height}, output {where & 0xFFFFFF}: {term} row {row}, net {stored[4]} -> {stored[4] + 1}")
                break
        else:
            if changed is not None and segment.totals_at:
                data = raise_total(data, segment.totals_at, segment.totals_count, changed, 4)
        db.execute("UPDATE payloads SET bytes = ? WHERE place = ?", (data, where))
    if changed is None:
        raise SystemExit("forge.py: the row is in no segment")
    raise_cell(db, set_id, cells, columns[4], row)
    db.execute("UPDATE p_sets SET sum5 = sum5 + 1 WHERE id = ?", (set_id,))
    return height


def main():
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    ledger = Ledger(sys.argv[1], sys.argv[2])
    ledger.check()
    if sys.argv[3] == "check":
        return
    if sys.argv[3] != "result" or len(sys.argv) < 5:
        raise SystemExit(__doc__)
    row = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    ledger.mend(forge_result(ledger, sys.argv[4], row))
    ledger.check()
    ledger.db.commit()
    ledger.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    main()
