# Tensors for the hand-written models, into the folder given; expected values
# are numpy's.
import json
import struct
import sys

import numpy as np


def save(path, **tensors):
    names = {"float32": "F32", "float64": "F64", "int64": "I64", "int32": "I32"}
    header, body = {}, b""
    for name, tensor in tensors.items():
        data = np.ascontiguousarray(tensor).tobytes()
        header[name] = {
            "dtype": names[str(tensor.dtype)],
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


folder = sys.argv[1] + "/"
w = np.array([1, 2, 3, 4], np.float32)
save(folder + "w.safetensors", w=w)
save(folder + "other.safetensors", w=w + 1)
save(folder + "nameless.safetensors", v=w)
save(folder + "short.safetensors", w=w[:3])
save(folder + "integers.safetensors", w=w.astype(np.int64))

x = np.random.default_rng(1).standard_normal((3, 8, 4)).astype(np.float32)
y = w * x + np.cumsum(x, axis=1)
np.save(folder + "x.npy", x[:1])
np.save(folder + "x64.npy", x[:1].astype(np.float64))
np.save(folder + "x3.npy", x)
np.save(folder + "head.npy", x[:1, :5])
np.save(folder + "tail.npy", x[:1, 5:])
np.save(folder + "empty.npy", x[:1, :0])
np.save(folder + "wide.npy", np.zeros((1, 2, 5), np.float32))
np.save(folder + "flat.npy", np.zeros((2, 4), np.float32))
np.save(folder + "long.npy", np.zeros((1, 9, 4), np.float32))
np.save(folder + "whole.npy", np.zeros((1, 2, 4), np.int32))
np.save(folder + "short.npy", np.zeros((1, 2, 4), np.int16))
save(folder + "x.safetensors", x=x[:1], unrelated=w)
save(folder + "y.safetensors", y=y[:1])
save(folder + "y3.safetensors", y=y)
save(folder + "tail.safetensors", y=y[:1, 5:])
wrong = y[:1].copy()
wrong[0, 2, 1] += 1
save(folder + "wrong.safetensors", y=wrong)
wrong[0, 3, 3] = np.nan
save(folder + "nan.safetensors", y=wrong)
save(folder + "cut.safetensors", y=y[:1, :3])

ids = np.array([[0, 1, 4], [2, 2, 3]])
np.save(folder + "ids.npy", ids.astype(np.int32))
np.save(folder + "ids64.npy", ids)
np.save(folder + "beyond.npy", np.array([[0, 5]]))
save(folder + "logits.safetensors", logits=np.eye(5, dtype=np.float32)[(ids + 1) % 5])
