"""What the formulas of the zoo share: heads in groups, triangles, sums of logs.

Tensors are [B, T, H, D], matrices [B, H, T, S], all f64. Independent of weft."""
import numpy as np


def heads(tensor, count, axis=2):
    """Head h of the result is head h ÷ (count / own heads)."""
    tensor = np.asarray(tensor, np.float64)
    return np.repeat(tensor, count // tensor.shape[axis], axis=axis)


def apply(matrix, x):
    """y_i = Σ_j M_ij x_j"""
    return np.einsum("bhij,bjhv->bihv", matrix, heads(x, matrix.shape[1]))


def lags(rows, columns=None):
    """i - j"""
    return np.arange(rows)[:, None] - np.arange(rows if columns is None else columns)[None, :]


def scores(q, k, scale=None):
    """scale · q_i · k_j, by default scale = 1/√K"""
    scale = q.shape[3] ** -0.5 if scale is None else scale
    count = max(q.shape[2], k.shape[2])
    return scale * np.einsum("bihd,bjhd->bhij", heads(q, count), heads(k, count))


def after(logs, exclusive=False):
    """Σ_{j < s ≤ i} logs_s for i ≥ j and 0 above; with `exclusive`
    Σ_{j < s < i}. Every sum is taken by itself: no difference of long running
    sums. logs [B, T, ...] gives [B, i, j, ...]."""
    logs = np.asarray(logs, np.float64)
    batch, tokens = logs.shape[:2]
    sums = np.zeros((batch, tokens, tokens, *logs.shape[2:]))
    for j in range(tokens):
        tail = logs[:, j:].copy()
        tail[:, 0] = 0
        sums[:, j:, j] = np.cumsum(tail, axis=1)
    if not exclusive:
        return sums
    before = np.zeros_like(sums)
    before[:, 1:] = sums[:, :-1]
    return before


def lower(tokens, strict=False):
    """[i, j]: j ≤ i, or j < i"""
    return lags(tokens) > 0 if strict else lags(tokens) >= 0


def masked(matrix, keep):
    """Entries where `keep`, zero elsewhere, whatever stood there."""
    return np.where(keep, matrix, 0.0)


def softmax(rows, keep, extra=None):
    """exp(s_ij) / Σ_j exp(s_ij) over the kept j; `extra` [H] is one more score
    in each sum, without a value. A row with nothing kept is zero."""
    rows = np.where(keep, rows, -np.inf)
    top = rows.max(axis=-1, keepdims=True, initial=-np.inf)
    if extra is not None:
        extra = np.broadcast_to(np.asarray(extra, np.float64)[None, :, None, None], top.shape)
        top = np.maximum(top, extra)
    top = np.where(np.isfinite(top), top, 0)
    weights = np.exp(rows - top)
    total = weights.sum(axis=-1, keepdims=True)
    if extra is not None:
        total = total + np.exp(extra - top)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)


def normalized(matrix, gain=None, keep=None, floor=None):
    """Rows of M_ij e^{gain_j} over their sum (or over max(|sum|, floor)),
    computed relative to the largest gain of the row. gain [B, T, H]."""
    if gain is None:
        largest, weights = np.zeros((1, 1, 1, 1)), matrix
    else:
        columns = np.asarray(gain, np.float64).transpose(0, 2, 1)[:, :, None, :]
        columns = np.broadcast_to(columns, matrix.shape)
        largest = np.where(keep, columns, -np.inf).max(axis=-1, keepdims=True, initial=-np.inf)
        largest = np.where(np.isfinite(largest), largest, 0)
        weights = matrix * np.where(keep, np.exp(np.where(keep, columns - largest, 0)), 0)
    total = weights.sum(axis=-1, keepdims=True)
    if floor is not None:
        total = np.maximum(np.abs(total), floor * np.exp(-largest))
    return np.divide(weights, total, out=np.zeros_like(weights), where=total != 0)
