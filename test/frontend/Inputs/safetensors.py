"""safetensors.py DIR: weights for two-weights.mlir: right ones, and one file for each way to be wrong."""
import json
import struct
import sys
from pathlib import Path


def save(name, gain=("F32", [3, 4]), bias=("F32", [4]), cut=0):
    sizes, entries, data = {"F32": 4, "F16": 2, "I32": 4, "F8_E4M3": 1}, {}, b""
    for tensor, given in (("gain", gain), ("bias", bias)):
        if given is None:
            continue
        count = sizes[given[0]]
        for size in given[1]:
            count *= size
        entries[tensor] = {"dtype": given[0], "shape": given[1], "data_offsets": [len(data), len(data) + count]}
        data += bytes(count)
    text = json.dumps(entries).encode()
    (folder / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data[:len(data) - cut])


folder = Path(sys.argv[1])
folder.mkdir(parents=True)
save("right")
save("halves", ("F16", [3, 4]), ("F16", [4]))
save("missing", bias=None)
save("shape", bias=("F32", [5]))
save("rank", gain=("F32", [12]))
save("integers", bias=("I32", [4]))
save("strange", bias=("F8_E4M3", [4]))
save("outside", cut=8)
