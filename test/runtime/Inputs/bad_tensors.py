"""bad_tensors.py DIR: one malformed .npy or .safetensors file for each thing that can be wrong, and a few good ones."""
import json
import struct
import sys
from pathlib import Path


def npy(header="{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", data=bytes(24), version=1):
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode("latin1") + data


def described(descr="'<f4'", order="False", shape="(2, 3)", data=bytes(24)):
    return npy(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}", data)


NPY = {
    "good": npy(),
    "good-3": npy("{'shape': (), 'fortran_order': False, 'descr': '<i8'}", bytes(8), 3),
    "empty": b"",
    "foreign": b"\x89PNG\r\n\x1a\n",
    "version-4": npy(version=4),
    "cut-in-header": npy()[:30],
    "long-header": npy(version=2)[:8] + struct.pack("<I", 1 << 31) + bytes(9),
    "cut-in-data": npy()[:-1],
    "more-data": npy() + b"\0",
    "no-dictionary": npy("[1, 2]"),
    "no-colon": npy("{'descr' '<f4'}"),
    "no-comma": npy("{'descr': '<f4' 'shape': ()}"),
    "other-key": npy("{'descr': '<f4', 'colour': 'red'}"),
    "two-keys": npy("{'descr': '<f4', 'descr': '<f4'}"),
    "missing-key": npy("{'descr': '<f4', 'shape': ()}"),
    "structured": described("[('a', '<f4')]"),
    "order-maybe": described(order="Maybe"),
    "fortran": described(order="True"),
    "big-endian": described("'>f4'"),
    "objects": described("'|O'"),
    "shape-word": described(shape="(two,)"),
    "shape-open": npy("{'shape': (2, 3"),
    "shape-minus": described(shape="(-2, 3)"),
    "shape-2-64": described(shape="(18446744073709551616,)"),
    "wraps": described(shape="(4294967296, 4294967296)"),
    "rank-9": described(shape="(1, 1, 1, 1, 1, 1, 1, 1, 1)", data=bytes(4)),
    "bool": described("'|b1'", shape="(3,)", data=b"\0\1\2"),
}


def tensors(header, data=bytes(24)):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype="F32", shape=(2, 3), offsets=(0, 24)):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def one(data=bytes(24), **fields):
    return tensors({"w": {**entry(), **fields}}, data)


SAFETENSORS = {
    "good": tensors({"__metadata__": {"format": "pt"}, "v": entry("F16", [], [0, 2]), "w": entry("I16", [11], [2, 24])}),
    "empty": b"",
    "long-header": struct.pack("<Q", 100_000_001) + bytes(64),
    "cut-in-header": one()[:40],
    "no-json": tensors(b'{"w": oops}'),
    "no-utf-8": tensors(b'{"\xff": 1}'),
    "list": tensors([1]),
    "no-object": tensors({"w": 7}),
    "metadata-number": tensors({"__metadata__": {"k": 1}}, b""),
    "two-metadata": tensors(b'{"__metadata__": {}, "__metadata__": {}}', b""),
    "two-names": tensors(b'{"w": %s, "w": {}}' % json.dumps(entry()).encode()),
    "other-key": one(colour="red"),
    "two-shapes": tensors(b'{"w": {"shape": [], "shape": []}}'),
    "no-dtype": tensors({"w": {"shape": [], "data_offsets": [0, 24]}}),
    "no-shape": tensors({"w": {"dtype": "F32", "data_offsets": [0, 24]}}),
    "no-offsets": tensors({"w": {"dtype": "F32", "shape": []}}),
    "one-offset": one(data_offsets=[0]),
    "three-offsets": one(data_offsets=[0, 12, 24]),
    "dtype-f8": one(dtype="F8_E4M3"),
    "dtype-number": one(dtype=3),
    "dtype-list": one(dtype=["F32"]),
    "shape-string": one(shape="2x3"),
    "shape-string-inside": one(shape=["2"]),
    "shape-minus": one(shape=[-2, 3]),
    "shape-fraction": one(shape=[2.5, 3]),
    "shape-null": one(shape=[None]),
    "shape-true": one(shape=[True]),
    "shape-nested": one(shape=[[2], 3]),
    "shape-object": one(shape={"a": 1}),
    "shape-2-63": one(shape=[1 << 63]),
    "rank-9": one(shape=[1] * 9),
    "wraps": one(shape=[1 << 32, 1 << 32]),
    "size": one(shape=[2, 4]),
    "backwards": one(data_offsets=[24, 0]),
    "outside": one(data_offsets=[8, 32]),
    "cut-in-data": one(bytes(20)),
    "gap": one(bytes(28), data_offsets=[4, 28]),
    "overlap": tensors({"v": entry(), "w": entry(offsets=(12, 36))}, bytes(36)),
    "more-data": one(bytes(25)),
    "bool": one(b"\2", dtype="BOOL", shape=[1], data_offsets=[0, 1]),
}

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for kind, cases in ((".npy", NPY), (".safetensors", SAFETENSORS)):
    for name, content in cases.items():
        (folder / (name + kind)).write_bytes(content)
