"""weights.py DIR: weight files for scaled.mlir, most of them unusable, and an input."""
import json
import os
import struct
import sys

import numpy as np

os.makedirs(sys.argv[1], exist_ok=True)
os.chdir(sys.argv[1])


def save(name, tensor, dtype, shape, data, cut=0):
    text = json.dumps({tensor: {"dtype": dtype, "shape": shape, "data_offsets": [0, len(data)]}}).encode()
    content = struct.pack("<Q", len(text)) + text + data
    with open(name + ".safetensors", "wb") as file:
        file.write(content[: len(content) - cut])


values = np.array([1, 2, 3, 4], np.float32)
save("good", "w", "F32", [4], values.tobytes())
save("half", "w", "F16", [4], values.astype(np.float16).tobytes())
save("cut", "w", "F32", [4], values.tobytes(), cut=4)
save("shape", "w", "F32", [2, 2], values.tobytes())
save("missing", "v", "F32", [4], values.tobytes())
save("integers", "w", "I32", [4], values.tobytes())
np.save("x.npy", np.ones((1, 2, 4), np.float32))
