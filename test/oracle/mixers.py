"""Mixers as dense matrices in f64, straight from their entry formulas.

A matrix is a pair of arrays [B, H, T, S]: entries, and which of them are
present. Names and argument order are those of the mixer ops; tensors are
[B, T, H, D]. Independent of weft: numpy only."""
from typing import NamedTuple

import numpy as np


class Matrix(NamedTuple):
    entries: np.ndarray
    present: np.ndarray


def repeat_heads(tensor, heads):
    """Head h of the result is head h ÷ (heads / own heads)."""
    return np.repeat(np.asarray(tensor, np.float64), heads // tensor.shape[2], axis=2)


def everywhere(entries):
    return Matrix(entries, np.ones(entries.shape, bool))


def positions(rows, columns):
    return np.arange(rows)[:, None], np.arange(columns)[None, :]


def gram(q, k, scale=1.0):
    """scale · q_i · k_j"""
    k = repeat_heads(k, q.shape[2])
    return everywhere(scale * np.einsum("bihd,bjhd->bhij", np.asarray(q, np.float64), k))


def decay(log_a):
    """exp(Σ_{j < s ≤ i} log_a_s) for i ≥ j: each sum taken by itself, so that
    no difference of long running sums loses digits."""
    batch, tokens, heads = log_a.shape
    entries = np.zeros((batch, heads, tokens, tokens))
    for j in range(tokens):
        tail = np.asarray(log_a[:, j:], np.float64).copy()
        tail[:, :1] = 0
        entries[:, :, j:, j] = np.exp(np.cumsum(tail, axis=1)).transpose(0, 2, 1)
    i, j = positions(tokens, tokens)
    return Matrix(entries, np.broadcast_to(i >= j, entries.shape))


def spread(operand, batch, tokens, heads):
    """[H], [H, K], [B, T, H] or [B, T, H, K] as [B, T, heads, ...]"""
    operand = np.asarray(operand, np.float64)
    if operand.ndim < 3:
        operand = np.broadcast_to(operand, (batch, tokens, *operand.shape))
    return repeat_heads(operand, heads)


def turn(vectors, angles):
    """The pairs (2d, 2d + 1) of channels turned by angles."""
    x, y = vectors[..., 0::2], vectors[..., 1::2]
    turned = np.empty_like(vectors)
    turned[..., 0::2] = x * np.cos(angles) - y * np.sin(angles)
    turned[..., 1::2] = x * np.sin(angles) + y * np.cos(angles)
    return turned


def semiseparable(q, k, decay=None, scale=1.0, rotate=None, erase=None, gain=None, bonus=None, read="post",
                  erase_reads="stored"):
    """scale · q_iᵀ A_i ⋯ A_{j+1} k_j e^{gain_j}; A_{i-1} ⋯ with read pre, the
    bonus on the diagonal. A_t = D_t + b aᵀ, or (I + b aᵀ) D_t; D_t = e^decay R."""
    given = [x for x in (decay, rotate, *(erase or ()), gain, bonus) if x is not None]
    heads = max([q.shape[2], k.shape[2]] + [x.shape[2 if x.ndim > 2 else 0] for x in given])
    batch, tokens, _, size = q.shape

    def own(operand):
        return None if operand is None else spread(operand, batch, tokens, heads)
    q, k, rotate, gain, bonus = own(q), own(k), own(rotate), own(gain), own(bonus)
    a, b = (own(side) for side in erase or (None, None))
    factors = np.ones((batch, tokens, heads, size)) if decay is None else np.exp(own(decay))
    if factors.ndim == 3:
        factors = factors[..., None]
    factors = np.repeat(factors, size // factors.shape[3], axis=3)
    entries = np.zeros((batch, heads, tokens, tokens))
    for j in range(tokens):
        w = k[:, j] if gain is None else k[:, j] * np.exp(gain[:, j])[..., None]
        for i in range(j, tokens):
            if read == "pre":
                if i > j:
                    entries[:, :, i, j] = np.sum(q[:, i] * w, axis=-1)
                elif bonus is not None:
                    entries[:, :, i, j] = np.sum(q[:, i] * bonus[:, i] * w, axis=-1)
            if i > j:
                moved = factors[:, i] * w
                if rotate is not None:
                    moved = turn(moved, rotate[:, i])
                if a is not None:
                    read_by = w if erase_reads == "stored" else moved
                    moved = moved + b[:, i] * np.sum(a[:, i] * read_by, axis=-1, keepdims=True)
                w = moved
            if read == "post":
                entries[:, :, i, j] = np.sum(q[:, i] * w, axis=-1)
    i, j = positions(tokens, tokens)
    present = i > j if read == "pre" and bonus is None else i >= j
    return Matrix(scale * entries, np.broadcast_to(present, entries.shape))


def toeplitz(taps, batch, tokens):
    """taps[h, i - j] for 0 ≤ i - j < L"""
    i, j = positions(tokens, tokens)
    lag = i - j
    present = (lag >= 0) & (lag < taps.shape[1])
    entries = np.where(present, np.asarray(taps, np.float64)[:, np.where(present, lag, 0)], 0)
    shape = (batch, *entries.shape)
    return Matrix(np.broadcast_to(entries, shape), np.broadcast_to(present, shape))


def map(matrix, function):
    """f(M_ij, b, h, i, j) of the present entries"""
    b, h, i, j = np.indices(matrix.entries.shape, sparse=True)
    return Matrix(function(matrix.entries, b, h, i, j), matrix.present)


def mask(matrix, keep):
    """M_ij where keep(b, h, i, j), absent elsewhere"""
    b, h, i, j = np.indices(matrix.entries.shape, sparse=True)
    return Matrix(matrix.entries, matrix.present & keep(b, h, i, j))


def causal(b, h, i, j):
    return j <= i


def window(width):
    return lambda b, h, i, j: (j <= i) & (i - j < width)


def softmax(matrix):
    """exp(M_ij - max) / Σ_j exp(M_ij - max) over present entries"""
    scores = np.where(matrix.present, matrix.entries, -np.inf)
    top = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.where(matrix.present, np.exp(scores - np.where(np.isfinite(top), top, 0)), 0)
    return divide(Matrix(weights, matrix.present), weights.sum(axis=-1, keepdims=True))


def normalize(matrix, by):
    """M_ij / n_i: the row's sum, max(|sum|, 1), or count of present entries"""
    total = materialize(matrix).sum(axis=-1, keepdims=True)
    rows = {"sum": total, "abs_max_one": np.maximum(np.abs(total), 1),
            "count": matrix.present.sum(axis=-1, keepdims=True)}[by]
    return divide(matrix, rows)


def divide(matrix, rows):
    return Matrix(np.where(rows != 0, materialize(matrix) / np.where(rows != 0, rows, 1), 0), matrix.present)


def add(a, b):
    """A_ij + B_ij, absent as zero"""
    return Matrix(materialize(a) + materialize(b), a.present | b.present)


def hadamard(a, b):
    """A_ij · B_ij where both are present"""
    return Matrix(a.entries * b.entries, a.present & b.present)


def shift(a):
    """A_{i-1,j}, row 0 absent"""
    def moved(x):
        return np.concatenate([np.zeros_like(x[:, :, :1]), x[:, :, :-1]], axis=2)
    return Matrix(moved(a.entries), moved(a.present))


def scale_rows(a, factors):
    """s_i A_ij"""
    return Matrix(a.entries * repeat_heads(factors, a.entries.shape[1]).transpose(0, 2, 1)[..., None], a.present)


def scale_cols(a, factors):
    """A_ij s_j"""
    return Matrix(a.entries * repeat_heads(factors, a.entries.shape[1]).transpose(0, 2, 1)[:, :, None], a.present)


def compose(a, b):
    """Σ_k A_ik B_kj, present where for some k both are"""
    heads = max(a.entries.shape[1], b.entries.shape[1])

    def shared(x):
        return np.repeat(x, heads // x.shape[1], axis=1)
    paths = shared(a.present).astype(int) @ shared(b.present).astype(int)
    return Matrix(shared(materialize(a)) @ shared(materialize(b)), paths > 0)


def diagonal(entries):
    """d_i where i = j"""
    entries = np.asarray(entries, np.float64).transpose(0, 2, 1)
    eye = np.eye(entries.shape[2], dtype=bool)
    return Matrix(entries[..., None] * eye, np.broadcast_to(eye, (*entries.shape, entries.shape[2])))


def dense(entries):
    return everywhere(np.asarray(entries, np.float64))


def gather(picked, columns):
    """1 where j = picked_i"""
    present = picked.transpose(0, 2, 1)[..., None] == np.arange(columns)
    return Matrix(present.astype(float), present)


def transpose(a):
    """A_ji"""
    return Matrix(a.entries.swapaxes(2, 3), a.present.swapaxes(2, 3))


def materialize(matrix):
    return np.where(matrix.present, matrix.entries, 0.0)


def apply(matrix, x):
    """y_i = Σ_j M_ij x_j"""
    dense = materialize(matrix)
    return np.einsum("bhij,bjhv->bihv", dense, repeat_heads(x, dense.shape[1]))
