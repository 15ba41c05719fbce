#!/usr/bin/env python3
"""run_frame.py weights DIR: random weights for transformer-frame.mlir.
run_frame.py check EXE DIR: its logits for several lengths against numpy in f64.
"""
import json
import os
import struct
import subprocess
import sys

import numpy as np

WIDTH, HEADS, KEY_HEADS, HEAD, HIDDEN, VOCABULARY, LAYERS = 64, 4, 2, 16, 128, 96, 2
SHAPES = {"attn_norm": (WIDTH,), "attn_q": (HEADS * HEAD, WIDTH),
          "attn_k": (KEY_HEADS * HEAD, WIDTH), "attn_v": (KEY_HEADS * HEAD, WIDTH),
          "attn_output": (WIDTH, HEADS * HEAD), "ffn_norm": (WIDTH,),
          "ffn_gate": (HIDDEN, WIDTH), "ffn_up": (HIDDEN, WIDTH),
          "ffn_down": (WIDTH, HIDDEN)}


def weights():
    random = np.random.default_rng(0)
    shapes = {"token_embd": (VOCABULARY, WIDTH), "output_norm": (WIDTH,)}
    for layer in range(LAYERS):
        shapes |= {f"blk.{layer}.{name}": shape for name, shape in SHAPES.items()}
    return {f"{name}.weight": (random.standard_normal(shape) / shape[-1] ** 0.5)
            .astype(np.float32) for name, shape in shapes.items()}


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": tensor.shape,
                        "data_offsets": [len(data), len(data) + tensor.nbytes]}
        data += tensor.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def norm(x, gain):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * gain


def rotate(x):
    angle = np.arange(x.shape[1])[:, None] * 1e4 ** (-2 * (np.arange(HEAD) // 2) / HEAD)
    sign = np.where(np.arange(HEAD) % 2, 1, -1)
    partner = x[..., np.arange(HEAD) ^ 1]
    return x * np.cos(angle)[:, None] + partner * (np.sin(angle) * sign)[:, None]


def reference(w, ids):
    x = w["token_embd.weight"][ids]
    for layer in range(LAYERS):
        p = {name: w[f"blk.{layer}.{name}.weight"] for name in SHAPES}
        heads = lambda y, n: y.reshape(*y.shape[:2], n, HEAD)
        n = norm(x, p["attn_norm"])
        q = rotate(heads(n @ p["attn_q"].T, HEADS))
        k = rotate(heads(n @ p["attn_k"].T, KEY_HEADS))
        v = heads(n @ p["attn_v"].T, KEY_HEADS)
        group = lambda y: np.repeat(y, HEADS // KEY_HEADS, axis=2)
        mixed = (q * group(k) + group(v)).reshape(*x.shape[:2], HEADS * HEAD)
        x = x + mixed @ p["attn_output"].T
        n = norm(x, p["ffn_norm"])
        gate = n @ p["ffn_gate"].T
        x = x + (gate / (1 + np.exp(-gate)) * (n @ p["ffn_up"].T)) @ p["ffn_down"].T
    return norm(x, w["output_norm.weight"]) @ w["token_embd.weight"].T


def check(executable, folder):
    w = {name: tensor.astype(np.float64) for name, tensor in weights().items()}
    lengths, worst = (1, 2, 37, 95, 96, 97, 200), 0.0
    ids_path, logits_path = (os.path.join(folder, f) for f in ("ids.npy", "logits.npy"))
    for length in lengths:
        ids = np.random.default_rng(length).integers(0, VOCABULARY, (1, length))
        np.save(ids_path, ids)
        subprocess.run([executable, "-i", f"input_ids={ids_path}",
                        "-o", f"logits={logits_path}"], check=True)
        expected, got = reference(w, ids), np.load(logits_path)
        worst = max(worst, abs(got - expected).max() / np.ptp(expected))
    if worst > 1e-5:
        sys.exit(f"largest error {worst:.1e} of the range")
    print(f"{len(lengths)} lengths agree")


if sys.argv[1] == "weights":
    os.makedirs(sys.argv[2], exist_ok=True)
    write(os.path.join(sys.argv[2], "weights.safetensors"), weights())
else:
    check(*sys.argv[2:])
