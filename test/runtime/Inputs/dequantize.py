"""dequantize.py DIR: weft-read expands random blocks of every type; the PyPI package gguf says what they are."""
import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np

ROWS = 48
# Where the half-precision numbers of a block lie; the rest is random bytes.
HALVES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
          "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}


def random_halves(random, count):
    """Any finite half: signs, zeros, subnormals and the largest included."""
    bits = random.integers(0, 1 << 16, count, dtype=np.uint16)
    bits[(bits & 0x7C00) == 0x7C00] ^= 0x4000
    bits[: count // 16] &= 0x83FF
    return bits


def random_rows(random, name):
    elements, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
    columns = 1280 if elements == 256 else 288
    blocks = random.integers(0, 256, (ROWS * columns // elements, size), dtype=np.uint8)
    for at in HALVES[name]:
        blocks[:, at : at + 2] = random_halves(random, len(blocks)).view(np.uint8).reshape(-1, 2)
    return blocks.reshape(ROWS, -1)


def tensors(random):
    for name in HALVES:
        yield name, random_rows(random, name)
    # Every pattern there is.
    yield "F16", np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(64, -1)
    yield "BF16", np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(64, -1)
    yield "F32", random.standard_normal((ROWS, 40), dtype=np.float32)


def same_bits(a, b):
    a, b = a.view(np.uint32), b.view(np.uint32)
    nan = lambda x: (x & 0x7FFFFFFF) > 0x7F800000
    return bool(((a == b) | (nan(a) & nan(b))).all())


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "blocks.gguf"
    writer = gguf.GGUFWriter(path, "none")
    expected = {}
    for name, rows in tensors(np.random.default_rng(1)):
        kind = gguf.GGMLQuantizationType[name]
        writer.add_tensor(name, rows, raw_dtype=kind)
        with np.errstate(all="ignore"):
            expected[name] = gguf.quants.dequantize(rows, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    for name, values in expected.items():
        for panel in (0, 1, 8, 16):
            want = values
            if panel:
                want = values.reshape(len(values) // panel, panel, -1).swapaxes(1, 2)
            out = folder / "out.npy"
            subprocess.run(["weft-read", "expand", path, name, str(panel), out], check=True)
            print(name, panel, values.shape, "same" if same_bits(np.load(out), np.ascontiguousarray(want).ravel()) else "DIFFERS")


main(Path(sys.argv[1]))
