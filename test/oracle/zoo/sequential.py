"""Mixers without a matrix: the step reads the last output through r. Inputs x
[B, T, gate, H, D] after their projections, r [gate, H, out, in]."""
import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def unroll(x, r, step, state):
    """y_t, state = step(x_t, r h_{t-1}, state) with h the first of the states."""
    x, r = np.asarray(x, np.float64), np.asarray(r, np.float64)
    y = np.zeros((x.shape[0], x.shape[1], *x.shape[3:]))
    state = [np.full((x.shape[0], *x.shape[3:]), value) for value in state]
    for t in range(x.shape[1]):
        back = np.einsum("ghoi,bhi->bgho", r, state[0])
        state = step(x[:, t].swapaxes(0, 1), back.swapaxes(0, 1), *state)
        y[:, t] = state[0]
    return y


def elman(x, r):
    """h = tanh(x + r h)"""
    return unroll(x, r, lambda g, back, h: [np.tanh(g[0] + back[0])], [0.0])


def lstm(x, r):
    """Gates i, f, z, o: c = σ(f) c + σ(i) tanh(z), h = σ(o) tanh(c)"""
    def step(g, back, h, c):
        i, f, z, o = g + back
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(z)
        return [sigmoid(o) * np.tanh(c), c]
    return unroll(x, r, step, [0.0, 0.0])


def gru(x, r):
    """Gates r, z, n: n = tanh(x_n + σ(r) (r_n h)), h = σ(z) h + (1 - σ(z)) n"""
    def step(g, back, h):
        reset, update = sigmoid(g[0] + back[0]), sigmoid(g[1] + back[1])
        new = np.tanh(g[2] + reset * back[2])
        return [update * h + (1 - update) * new]
    return unroll(x, r, step, [0.0])


def slstm(x, r):
    """Gates i, f, z, o: c = σ(f) c + e^i tanh(z), n = σ(f) n + e^i, h = σ(o)
    c / n, with c and n kept as multiples of e^m, m the larger of the two
    exponents. From m = -∞ on, n ≥ 1, so that its floor of one never acts."""
    def step(g, back, h, c, n, m):
        i, f, z, o = g + back
        top = np.maximum(log_sigmoid(f) + m, i)
        keep, write = np.exp(log_sigmoid(f) + m - top), np.exp(i - top)
        c, n = keep * c + write * np.tanh(z), np.maximum(keep * n + write, 1)
        return [sigmoid(o) * c / n, c, n, top]
    return unroll(x, r, step, [0.0, 0.0, 0.0, -np.inf])
