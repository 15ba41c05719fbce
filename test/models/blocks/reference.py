#!/usr/bin/env python3
"""The blocks in numpy, from their formulas: dense matrices in f64.

usage: reference.py BLOCK FOLDER T...

Writes FOLDER/weights.safetensors and, for each T, FOLDER/T.x.npy and
FOLDER/T.y.npy. Nothing here comes from weft.
"""
import json
import os
import struct
import sys

import numpy as np

SHAPES = {
    "state-space": {"in_proj": (164, 32), "conv_weight": (96, 4), "conv_bias": (96,),
                    "dt_bias": (4,), "a_log": (4,), "skip": (4,), "norm": (64,),
                    "out_proj": (32, 64)},
    "attention": {"q_proj": (64, 32), "k_proj": (32, 32), "v_proj": (32, 32),
                  "o_proj": (32, 64)},
    "convolution": {"in_proj": (96, 32), "conv_weight": (32, 3), "out_proj": (32, 32)},
}
BLOCKS = list(SHAPES)


def make_weights(block):
    """Weights of a size that keeps activations near one; norms near one."""
    random = np.random.default_rng(BLOCKS.index(block))
    weights = {}
    for name, shape in SHAPES[block].items():
        value = random.standard_normal(shape) / np.sqrt(shape[-1])
        if name == "norm":
            value = 1 + 0.1 * value
        weights[name] = value.astype(np.float32)
    return weights


def silu(x):
    return x / (1 + np.exp(-x))


def decay_matrix(log_a):
    """L[b, h, i, j] = exp(sum of log_a over j < s <= i) for j <= i, else 0."""
    batch, tokens, heads = log_a.shape
    matrix = np.zeros((batch, heads, tokens, tokens))
    for i in range(tokens):
        for j in range(i + 1):
            matrix[:, :, i, j] = np.exp(log_a[:, j + 1:i + 1].sum(axis=1))
    return matrix


def toeplitz_matrix(taps, tokens):
    """M[h, i, j] = taps[h, i - j] for 0 <= i - j < L, else 0."""
    matrix = np.zeros((taps.shape[0], tokens, tokens))
    for i in range(tokens):
        for j in range(max(0, i - taps.shape[1] + 1), i + 1):
            matrix[:, i, j] = taps[:, i - j]
    return matrix


def state_space(x, w):
    batch, tokens, _ = x.shape
    z, xbc, dt = np.split(x @ w["in_proj"].T, [64, 160], axis=2)
    conv = np.einsum("hij,bjh->bih", toeplitz_matrix(w["conv_weight"], tokens), xbc)
    v, k, q = np.split(silu(conv + w["conv_bias"]), [64, 80], axis=2)
    v = v.reshape(batch, tokens, 4, 16)
    dt = np.log1p(np.exp(dt + w["dt_bias"]))
    decay = decay_matrix(-np.exp(w["a_log"]) * dt)
    matrix = decay * np.einsum("bin,bjn->bij", q, k)[:, None]
    s = np.einsum("bhij,bjhp->bihp", matrix, v * dt[..., None])
    s = s + w["skip"][:, None] * v
    gated = s.reshape(batch, tokens, 64) * silu(z)
    scale = 1 / np.sqrt((gated ** 2).mean(axis=2, keepdims=True) + 1e-5)
    return (gated * scale * w["norm"]) @ w["out_proj"].T


def rotate(x):
    """Channel pairs (d, d + 8) of 16 by the angle t 10000^(-2 d / 16)."""
    angle = np.arange(x.shape[1])[:, None] * 10000.0 ** (-np.arange(8) / 8)
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    a, b = x[..., :8], x[..., 8:]
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=3)


def attention(x, w):
    batch, tokens, _ = x.shape
    q = rotate((x @ w["q_proj"].T).reshape(batch, tokens, 4, 16))
    k = rotate((x @ w["k_proj"].T).reshape(batch, tokens, 2, 16)).repeat(2, axis=2)
    v = (x @ w["v_proj"].T).reshape(batch, tokens, 2, 16).repeat(2, axis=2)
    s = np.einsum("bihd,bjhd->bhij", q, k) / 4
    s = 5 * np.tanh(s / 5)
    age = np.arange(tokens)[:, None] - np.arange(tokens)
    s = np.where((age >= 0) & (age < 8), s, -np.inf)
    p = np.exp(s - s.max(axis=3, keepdims=True)) if tokens else s
    p = p / p.sum(axis=3, keepdims=True)
    y = np.einsum("bhij,bjhd->bihd", p, v)
    return y.reshape(batch, tokens, 64) @ w["o_proj"].T


def convolution(x, w):
    b, c, u = np.split(x @ w["in_proj"].T, 3, axis=2)
    matrix = toeplitz_matrix(w["conv_weight"], x.shape[1])
    return (c * np.einsum("hij,bjh->bih", matrix, b * u)) @ w["out_proj"].T


FORMULAS = {"state-space": state_space, "attention": attention, "convolution": convolution}


def reference(block, x, weights):
    if block != "hybrid":
        return FORMULAS[block](x, weights)
    for part in BLOCKS:
        prefix = part.replace("-", "_") + "_"
        own = {name[len(prefix):]: value for name, value in weights.items()
               if name.startswith(prefix)}
        x = x + FORMULAS[part](x, own)
    return x


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape),
                        "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            out.write(value.tobytes())


def main():
    block, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    if block == "hybrid":
        weights = {part.replace("-", "_") + "_" + name: value for part in BLOCKS
                   for name, value in make_weights(part).items()}
    else:
        weights = make_weights(block)
    write_safetensors(os.path.join(folder, "weights.safetensors"), weights)
    exact = {name: value.astype(np.float64) for name, value in weights.items()}
    for tokens in map(int, sys.argv[3:]):
        x = np.random.default_rng(tokens).standard_normal((2, tokens, 32)).astype(np.float32)
        y = reference(block, x.astype(np.float64), exact)
        np.save(os.path.join(folder, f"{tokens}.x.npy"), x)
        np.save(os.path.join(folder, f"{tokens}.y.npy"), y)


if __name__ == "__main__":
    main()
