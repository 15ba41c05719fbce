"""bad_gguf.py DIR: one malformed GGUF file for each thing that can be wrong, and a few good ones."""
import struct
import sys
from pathlib import Path

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return u64(len(data)) + data


def pair(key, kind, value):
    return text(key) + u32(kind) + value


def tensor(name, dims, kind=0, offset=0):
    return text(name) + u32(len(dims)) + b"".join(map(u64, dims)) + u32(kind) + u64(offset)


def file(pairs=(), tensors=(), data=b"", version=3, magic=b"GGUF", counts=None, alignment=32):
    tensor_count, pair_count = counts or (len(tensors), len(pairs))
    content = magic + u32(version) + u64(tensor_count) + u64(pair_count) + b"".join(pairs) + b"".join(tensors)
    return content.ljust(-(-len(content) // alignment) * alignment, b"\0") + data


def array(key, kind, count, data=b""):
    return pair(key, ARRAY, u32(kind) + u64(count) + data)


GOOD = file([pair("general.architecture", STRING, text("none")), pair("n", I32, struct.pack("<i", -5))],
            [tensor("a", [4, 2]), tensor("b", [32], 2, 32)], bytes(64))

CASES = {
    "good": GOOD,
    "version-2": file([pair("x", F64, struct.pack("<d", 0.5))], [tensor("s", [])], bytes(4), version=2),
    "integers": file((), [tensor("ids", [4], 26)], bytes(16)),
    "values": file([pair("word", STRING, text(b"caf\xc3")), pair("large", U32, u32((1 << 32) - 1)),
                    pair("half", F32, struct.pack("<f", 0.5)), pair("minus", I32, struct.pack("<i", -5)),
                    pair("huge", U64, u64(1 << 63)), pair("yes", BOOL, b"\1"),
                    array("words", STRING, 2, text("") + text("two")),
                    array("shorts", I16, 2, struct.pack("<2h", -2, 7)),
                    array("halves", F32, 2, struct.pack("<2f", 0.5, -0.25))]),
    "empty": b"",
    "foreign": b"PK\x03\x04" + bytes(60),
    "version-1": file(version=1),
    "big-endian": file(version=3 << 24),
    "cut-in-header": GOOD[:20],
    "cut-in-string": GOOD[:40],
    "cut-in-tensors": GOOD[:120],
    "cut-in-data": GOOD[:-20],
    "many-pairs": file(counts=(0, 1 << 60)),
    "many-tensors": file(counts=(1 << 60, 0)),
    "long-key": file([u64(1 << 63) + b"x"], data=bytes(32)),
    "value-type": file([pair("odd", 13, bytes(8))]),
    "bool": file([pair("flag", BOOL, b"\x02")]),
    "two-keys": file([pair("k", U8, b"\x01"), pair("k", U8, b"\x01")]),
    "nested": file([array("list", ARRAY, 1, bytes(32))]),
    "element-type": file([array("list", 77, 1, bytes(32))]),
    "long-array": file([array("list", F64, 1 << 61, bytes(32))]),
    "bool-array": file([array("flags", BOOL, 2, b"\x01\x07")]),
    "alignment-0": file([pair("general.alignment", U32, u32(0))]),
    "alignment-24": file([pair("general.alignment", U32, u32(24))]),
    "alignment-string": file([pair("general.alignment", STRING, text("32"))]),
    "alignment-huge": file([pair("general.alignment", U64, u64(1 << 62))], [tensor("a", [4])], bytes(64)),
    "rank-5": file((), [tensor("deep", [1] * 5)]),
    "type-20": file((), [tensor("blk.0.w", [256], 20)]),
    "wraps": file((), [tensor("big", [1 << 32, 1 << 32])]),
    "wraps-around-0": file((), [tensor("big", [1 << 62, 0, 1 << 62])]),
    "negative": file((), [tensor("big", [1 << 63])]),
    "half-block": file((), [tensor("q", [40], 2)], bytes(64)),
    "two-names": file((), [tensor("w", [4]), tensor("w", [4], 0, 32)], bytes(64)),
    "odd-offset": file((), [tensor("w", [4], 0, 16)], bytes(64)),
    "offset": file((), [tensor("w", [4], 0, 1 << 40)], bytes(64)),
    "offset-wraps": file((), [tensor("w", [4], 0, (1 << 64) - 32)], bytes(64)),
    "overlap": file((), [tensor("v", [16]), tensor("w", [4], 0, 32)], bytes(64)),
    "bytes-in-name": file((), [tensor(b"bad\xff\n" + b"n" * 100, [1], 99)]),
}

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, content in CASES.items():
    (folder / f"{name}.gguf").write_bytes(content)
