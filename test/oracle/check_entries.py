#!/usr/bin/env python3
"""check_entries.py EXECUTABLE: runs test/run/entries.mlir as compiled and
compares each dense matrix with its entry formula, to 1e-6 of the largest entry.
Exit 3 on a difference."""
import subprocess
import sys
import tempfile

import numpy as np

import mixers as m

BATCH, TOKENS, HEADS, TOLERANCE = 2, 12, 4, 1e-6


def inputs():
    random = np.random.default_rng(5)
    draw = {"q": random.standard_normal((BATCH, TOKENS, HEADS, 8)), "k": random.standard_normal((BATCH, TOKENS, 2, 8)),
            "log_a": -random.exponential(1.0, (BATCH, TOKENS, HEADS)), "taps": random.standard_normal((HEADS, 3)),
            "x": random.standard_normal((BATCH, TOKENS, 2, 8))}
    draw["log_a"][:, 3] = 0
    draw["log_a"][:, 7] = -80
    return {name: value.astype(np.float32) for name, value in draw.items()}


def expected(q, k, log_a, taps, x):
    gram, decay, toeplitz = m.gram(q, k, scale=0.25), m.decay(log_a), m.toeplitz(taps, BATCH, TOKENS)
    windowed = m.mask(gram, lambda b, h, i, j: (j <= i) & (i - j < 5) & (j >= 2))
    product, semiseparable = m.hadamard(decay, gram), m.semiseparable(q, k, log_a, scale=0.5)
    matrices = {
        "gram": gram, "decay": decay, "toeplitz": toeplitz, "semiseparable": semiseparable,
        "map": m.map(gram, lambda s, b, h, i, j: 2 * np.tanh(s / 2) - (h + 1) * np.abs(i - j) / 16),
        "mask": windowed, "softmax": m.softmax(windowed), "normalize_sum": m.normalize(decay, "sum"),
        "normalize_abs": m.normalize(semiseparable, "abs_max_one"), "normalize_count": m.normalize(windowed, "count"),
        "add": m.add(decay, toeplitz), "hadamard": product, "transpose": m.transpose(product)}
    dense = {name: m.materialize(matrix) for name, matrix in matrices.items()}
    return dense | {"apply": m.apply(matrices["softmax"], x)}


def run(executable, arrays, names):
    with tempfile.TemporaryDirectory() as directory:
        command = [executable]
        for name, value in arrays.items():
            np.save(f"{directory}/{name}.npy", value)
            command += ["-i", f"{name}={directory}/{name}.npy"]
        for name in names:
            command += ["-o", f"{name}={directory}/{name}.npy"]
        subprocess.run(command, check=True)
        return {name: np.load(f"{directory}/{name}.npy") for name in names}


def main(executable):
    passed, references = True, expected(**inputs())
    for name, value in run(executable, inputs(), references).items():
        reference = references[name]
        worst = np.abs(value - reference).max() / np.abs(reference).max() if value.shape == reference.shape else np.nan
        good = bool(worst <= TOLERANCE)
        passed &= good
        print(f"{'PASS' if good else 'FAIL'}  {name}: differs by {worst:.1e}")
    return 0 if passed else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
