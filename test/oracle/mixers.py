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


def semiseparable(q, k, decay=None, scale=1.0):
    """scale · q_i · k_j · exp(Σ_{j < s ≤ i} decay_s) for i ≥ j"""
    heads = max(q.shape[2], k.shape[2], decay.shape[2] if decay is not None else 1)
    log_a = np.zeros((q.shape[0], q.shape[1], heads)) if decay is None else repeat_heads(decay, heads)
    return hadamard(globals()["decay"](log_a), gram(repeat_heads(q, heads), k, scale))


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


def transpose(a):
    """A_ji"""
    return Matrix(a.entries.swapaxes(2, 3), a.present.swapaxes(2, 3))


def materialize(matrix):
    return np.where(matrix.present, matrix.entries, 0.0)


def apply(matrix, x):
    """y_i = Σ_j M_ij x_j"""
    dense = materialize(matrix)
    return np.einsum("bhij,bjhv->bihv", dense, repeat_heads(x, dense.shape[1]))
