"""Mixers without a matrix: the step reads the last output through r. Inputs x
[B, T, H, gate, D] after their projections, r [H, from, gate, to]."""
import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def unroll(x, r, step, state):
    """state = step(gates of x_t, gates of rᵀ h_{t-1}, state), y_t = h_t, with h
    the first of the states; gates come first: [gate, B, H, D]."""
    x, r = np.asarray(x, np.float64), np.asarray(r, np.float64)
    batch, tokens, heads, _, width = x.shape
    y = np.zeros((batch, tokens, heads, width))
    state = [np.full((batch, heads, width), value) for value in state]
    for t in range(x.shape[1]):
        back = np.einsum("bhi,higo->gbho", state[0], r)
        state = step(np.moveaxis(x[:, t], 2, 0), back, *state)
        y[:, t] = state[0]
    return y


def rows(bias):
    """The bias of each gate, over the batch."""
    return np.moveaxis(np.asarray(bias, np.float64), 1, 0)[:, None]


def elman(x, r, bias):
    """h = tanh(x + rᵀ h + bias), without the gate dimension"""
    def step(g, back, h):
        return [np.tanh(g[0] + back[0] + bias)]
    return unroll(x[..., None, :], r[:, :, None], step, [0.0])


def lstm(x, r, bias):
    """Gates i, f, z, o: c = σ(f) c + σ(i) tanh(z), h = σ(o) tanh(c)"""
    def step(g, back, h, c):
        i, f, z, o = g + back + rows(bias)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(z)
        return [sigmoid(o) * np.tanh(c), c]
    return unroll(x, r, step, [0.0, 0.0])


def gru(x, r, bias):
    """Inputs for r, z, n; r gives g, r, z; biases of g, r, z, n:
    n = tanh(x_n + b_n + σ(r) g), h = σ(z) h + (1 - σ(z)) n"""
    def step(x, back, h):
        b = rows(bias)
        reset, update = sigmoid(x[0] + back[1] + b[1]), sigmoid(x[1] + back[2] + b[2])
        new = np.tanh(x[2] + b[3] + reset * (back[0] + b[0]))
        return [update * h + (1 - update) * new]
    return unroll(x, r, step, [0.0])


def slstm(x, r, bias):
    """Gates i, f, z, o: c = σ(f) c + e^i tanh(z), n = σ(f) n + e^i, h = σ(o)
    c / n, with c and n kept as multiples of e^m, m the larger of the two
    exponents. From m = -∞ on, n ≥ 1: a floor of one never acts."""
    def step(g, back, h, c, n, m):
        i, f, z, o = g + back + rows(bias)
        top = np.maximum(log_sigmoid(f) + m, i)
        keep, write = np.exp(log_sigmoid(f) + m - top), np.exp(i - top)
        c, n = keep * c + write * np.tanh(z), keep * n + write
        return [sigmoid(o) * c / n, c, n, top]
    return unroll(x, r, step, [0.0, 0.0, 0.0, -np.inf])
