"""round_trip.py DIR: arrays through weft-read's readers and writers come back as numpy wrote them."""
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
         "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1"}
SHAPES = [(), (0,), (3,), (2, 3), (4, 1, 0, 2), (1, 2, 1, 2, 1, 2, 1, 2)]


def arrays():
    random = np.random.default_rng(2)
    for code in TYPES.values():
        for shape in SHAPES:
            bits = random.integers(0, 2 if code == "|b1" else 256, (*shape, np.dtype(code).itemsize), dtype=np.uint8)
            yield np.frombuffer(bits.tobytes(), code).reshape(shape)


def copy(source, target):
    subprocess.run(["weft-read", "copy", source, target], check=True)


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def check_npy(folder):
    count = 0
    for number, array in enumerate(arrays()):
        with open(folder / "in.npy", "wb") as file:
            np.lib.format.write_array(file, array, version=(number % 3 + 1, 0))
        copy(folder / "in.npy", folder / "out.npy")
        assert same(np.load(folder / "out.npy"), array), array
        count += 1
    print("npy:", count, "arrays")


def write_safetensors(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, (dtype, array) in tensors.items():
        header[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode() + b"   "
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def read_safetensors(path):
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    assert length % 8 == 0
    header = json.loads(content[8 : 8 + length])
    metadata, tensors, end = header.pop("__metadata__"), {}, 0
    for name, entry in header.items():
        begin, stop = entry["data_offsets"]
        code = TYPES.get(entry["dtype"], "<u2")
        assert begin == end and begin % np.dtype(code).itemsize == 0
        data, end = content[8 + length + begin : 8 + length + stop], stop
        tensors[name] = entry["dtype"], np.frombuffer(data, code).reshape(entry["shape"])
    assert 8 + length + end == len(content)
    return tensors, metadata


def check_safetensors(folder):
    names = {code: name for name, code in TYPES.items()}
    tensors = {f'tensor "{n}" \u00e9\n': (names[a.dtype.str], a) for n, a in enumerate(arrays())}
    tensors["brain"] = "BF16", np.arange(6, dtype="<u2").reshape(2, 3)
    metadata = {"format": "pt", "quo\"te": "\u4e16\u754c"}
    write_safetensors(folder / "in.safetensors", tensors, metadata)
    copy(folder / "in.safetensors", folder / "out.safetensors")
    got, words = read_safetensors(folder / "out.safetensors")
    assert words == metadata and got.keys() == tensors.keys()
    for name, (dtype, array) in tensors.items():
        assert got[name][0] == dtype and same(got[name][1], array), name
    print("safetensors:", len(tensors), "tensors")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    check_npy(folder)
    check_safetensors(folder)


main(Path(sys.argv[1]))
