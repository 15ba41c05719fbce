#!/usr/bin/env python3
"""run_fold.py NAME EXECUTABLE: an algebra of Inputs/fold, as compiled, against
its formula in numpy: T = 0, 1, around a chunk of 16, cut, and token by token with
the state in a file. Differences at most 2e-5 of the largest output; exit 3."""
import sys
import tempfile

import numpy as np

from stateful_runs import check, run

TOKENS = 55


def linear(q, k, v, g):
    """y_i = Σ_{j ≤ i} exp(g_{j+1} + ... + g_i) (q_i · k_j) v_j"""
    total = np.cumsum(g, axis=1)
    y = np.zeros(v.shape)
    for i in range(v.shape[1]):
        weights = np.exp(total[:, i:i + 1] - total[:, :i + 1]) * np.einsum("bhn,bjhn->bjh", q[:, i], k[:, :i + 1])
        y[:, i] = np.einsum("bjh,bjhp->bhp", weights, v[:, :i + 1])
    return y


def softmax(s, v):
    """y_i = Σ_{j ≤ i} e^{s_j} v_j / Σ_{j ≤ i} e^{s_j} for each channel"""
    y = np.zeros(v.shape)
    for i in range(v.shape[1]):
        w = np.exp(s[:, :i + 1] - s[:, :i + 1].max(1, keepdims=True))
        y[:, i] = (w * v[:, :i + 1]).sum(1) / w.sum(1)
    return y


def maxplus(x, a):
    """y_i = the largest x_j[m] plus a path of i - j steps of A that ends in it"""
    y = np.zeros(x.shape)
    power = [np.where(np.eye(3) > 0, 0, -np.inf)]
    for i in range(x.shape[1]):
        paths = [(power[i - j][None] + x[:, j, None, :]).max(2) for j in range(i + 1)]
        y[:, i] = np.max(paths, axis=0)
        power.append((a[:, :, None] + power[-1][None]).max(1))
    return y


def draw(name, tokens):
    random = np.random.default_rng(tokens)
    shapes = {"linear": {"q": (2, tokens, 3, 5), "k": (2, tokens, 3, 5), "v": (2, tokens, 3, 7), "g": (2, tokens, 3)},
              "softmax": {"s": (2, tokens, 6), "v": (2, tokens, 6)},
              "maxplus": {"x": (2, tokens, 3), "a": (3, 3)}}[name]
    drawn = {key: random.standard_normal(shape).astype(np.float32) for key, shape in shapes.items()}
    if name == "linear":
        drawn["g"] = -np.abs(drawn["g"])
    if name == "softmax":
        drawn["s"] *= np.float32(30)
    return drawn


def main(name, executable):
    good = True

    def piece(begin, end):
        return {key: value[:, begin:end] if value.ndim > 2 else value for key, value in inputs.items()}
    with tempfile.TemporaryDirectory() as folder:
        for tokens in (0, 1, 2, 15, 16, 17, TOKENS):
            inputs = draw(name, tokens)
            expected = globals()[name](**{key: value.astype(np.float64) for key, value in inputs.items()})
            good &= check(f"{name} of {tokens} tokens", run(executable, folder, name, inputs), expected)
        for cut in range(0, TOKENS, 9):
            rows = [run(executable, folder, name, piece(0, cut), save="state"),
                    run(executable, folder, name, piece(cut, TOKENS), "state")]
            good &= check(f"{name} cut at {cut}", np.concatenate(rows, 1), expected)
        rows = [run(executable, folder, "step", piece(t, t + 1), "state" if t else None, "state") for t in range(TOKENS)]
        good &= check(f"{name} token by token", np.concatenate(rows, 1), expected)
    return 0 if good else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
