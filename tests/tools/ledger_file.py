"""What a ledger file holds, read and written without licet: the canonical codec, envelopes, headers, trees.

Written for the tests from docs/spec/ledger.md, sharing no code with the engine: so that a test can make bytes
which no command would make, and compute what they should hash to.
"""
import hashlib
import struct

HEADER_SIZE = 228
HEADER_FIELDS = ("version", "engine", "chain", "height", "time", "previous", "transaction_root",
                 "output_root", "state_root", "operators", "transactions", "outputs", "gas")
_HEADER = struct.Struct("<HH32sQq32s32s32s32s32sIIQ")
_ENVELOPE = struct.Struct("<H32sH32s32sIQiQ")
ENVELOPE_FIELDS = ("version", "chain", "kind", "party", "key", "lane", "sequence", "valid_until",
                   "gas_limit")
KIND_LINES = 7


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(data):
    return sha256(b"\0", data)


def node_hash(left, right):
    return sha256(b"\1", left, right)


def tree_root(leaf_hashes):
    """RFC 6962 over leaf hashes."""
    count = len(leaf_hashes)
    if count == 0:
        return sha256()
    if count == 1:
        return leaf_hashes[0]
    half = 1 << (count - 1).bit_length() - 1
    return node_hash(tree_root(leaf_hashes[:half]), tree_root(leaf_hashes[half:]))


def log_peaks(leaf_hashes):
    """Roots of the full subtrees, largest first: the right edge of a growing tree."""
    peaks, at, count = [], 0, len(leaf_hashes)
    for bit in range(count.bit_length() - 1, -1, -1):
        if count >> bit & 1:
            peaks.append(tree_root(leaf_hashes[at:at + (1 << bit)]))
            at += 1 << bit
    return peaks


def salted_digest(salt, data):
    return hashlib.blake2b(salt + data, digest_size=32).digest()


def header_decode(data):
    return dict(zip(HEADER_FIELDS, _HEADER.unpack(data)))


def header_encode(header):
    return _HEADER.pack(*(header[f] for f in HEADER_FIELDS))


class Envelope:
    """A transaction in wire form; `body` is raw bytes, `signatures` a list of (key, signature)."""

    def __init__(self, data):
        fixed = _ENVELOPE.unpack_from(data)
        self.__dict__.update(zip(ENVELOPE_FIELDS, fixed))
        at = _ENVELOPE.size
        size, = struct.unpack_from("<I", data, at)
        at += 4
        self.body = data[at:at + size]
        at += size
        count, at = data[at], at + 1
        self.signatures = []
        for _ in range(count):
            self.signatures.append((data[at:at + 32], data[at + 32:at + 96]))
            at += 96
        self.size = at

    def unsigned(self):
        return _ENVELOPE.pack(*(getattr(self, f) for f in ENVELOPE_FIELDS)) + \
            struct.pack("<I", len(self.body)) + self.body

    def id(self):
        if self.kind == KIND_LINES:
            raise ValueError("the id of lines covers the chunk's leaf hash: not made here")
        return sha256(self.unsigned())

    def encode(self):
        return self.unsigned() + bytes([len(self.signatures)]) + b"".join(
            key + signature for key, signature in self.signatures)


def envelopes(data):
    """All envelopes that stand one after the other in `data`."""
    result, at = [], 0
    while at < len(data):
        result.append(Envelope(data[at:]))
        at += result[-1].size
    return result


def plain_key(path):
    """Seed and public key of a key file without passphrase."""
    with open(path, "rb") as f:
        data = f.read()
    if data[:8] != b"licetkey" or data[10] != 2:
        raise ValueError(f"{path} is no plain key file")
    return data[44:76], data[12:44]
