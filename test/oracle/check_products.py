#!/usr/bin/env python3
"""check_products.py EXECUTABLE...: runs test/run/products.mlir as compiled and
compares each product of a matrix and x with numpy, to 1e-5 of the largest
element. Exit code 3 on a difference."""
import sys

import numpy as np

import mixers as m
from check_entries import run

BATCH, TOKENS, HEADS, TOLERANCE = 2, 37, 4, 1e-5
NORMALIZED = ("by_sum", "by_abs", "upper_by_abs", "packed_by_sum", "packed_by_abs")
OFFSETS = np.array([2, 5, 5, 21, 22, 35])


def inputs():
    random = np.random.default_rng(6)

    def normal(*shape):
        return random.standard_normal((BATCH, TOKENS, *shape))
    draw = {"q": normal(HEADS, 8), "k": normal(2, 8), "v": normal(2, 8), "g": -random.exponential(1.0, (BATCH, TOKENS, HEADS)),
            "gc": -random.exponential(0.5, (BATCH, TOKENS, 2, 4)), "gh": -random.exponential(0.2, HEADS),
            "r": random.uniform(-3, 3, (1, 4)), "a": normal(HEADS, 8) / 4, "b": normal(2, 8) / 4,
            "i": 3 * normal(HEADS), "u": random.standard_normal((HEADS, 8)), "s": normal(HEADS), "t": normal(2),
            "d": random.standard_normal((BATCH, HEADS, TOKENS, TOKENS)), "taps": random.standard_normal((HEADS, 5))}
    draw["g"][:, 3] = 0
    draw["g"][:, 20] = -80
    draw = {name: value.astype(np.float32) for name, value in draw.items()}
    draw["p"] = random.integers(-1, TOKENS + 1, (BATCH, TOKENS, HEADS))
    draw["offsets"] = OFFSETS
    return draw


def matrices(x):
    q, k, erase = x["q"], x["k"], (x["a"], x["b"])
    triangle = m.semiseparable(q, k, x["g"], scale=0.5)
    other = m.semiseparable(k, q, x["g"])
    strict = m.semiseparable(q, k, x["g"], read="pre")
    gained = m.semiseparable(q, k, x["g"], gain=x["i"])
    positive = m.semiseparable(np.abs(q), np.abs(k), x["g"], gain=x["i"])
    turned = m.semiseparable(q, k, x["gc"], rotate=x["r"], erase=erase, bonus=x["u"], read="pre", erase_reads="decayed")
    stored = m.semiseparable(q, k, x["gc"], rotate=x["r"], erase=erase)
    decayed = m.semiseparable(q, k, x["gc"], rotate=x["r"], erase=erase, erase_reads="decayed", scale=0.5)
    diagonal = m.diagonal(x["s"])
    constant = m.semiseparable(q, k, x["gh"])
    sum_of_decays = m.hadamard(m.decay(np.broadcast_to(x["gh"], (BATCH, TOKENS, HEADS))), m.semiseparable(q, k, x["gc"], rotate=x["r"]))
    return {
        "quasiseparable": m.add(m.add(m.shift(triangle), m.transpose(m.shift(other))), diagonal),
        "scaled": m.scale_cols(m.scale_rows(triangle, x["t"]), x["s"]),
        "composed": m.compose(triangle, m.toeplitz(x["taps"], BATCH, TOKENS)),
        "picked": m.gather(x["p"], TOKENS), "given": m.transpose(m.dense(x["d"])),
        "decayed_sum": m.hadamard(m.add(m.scale_rows(m.gram(q, k), x["t"]), diagonal), m.decay(x["g"])),
        "strict": strict, "strict_count": m.normalize(strict, "count"), "constant": constant,
        "by_sum": m.normalize(positive, "sum"), "by_abs": m.normalize(gained, "abs_max_one"), "gained": gained,
        "turned": turned, "stored": stored, "decayed": decayed, "sum_of_decays": sum_of_decays,
        "decayed_stored": m.hadamard(m.decay(x["g"]), stored), "decayed_strict": m.hadamard(m.decay(x["g"]), strict),
        "decayed_turned": m.hadamard(m.decay(x["g"]), turned),
        "upper_decayed_stored": m.transpose(m.hadamard(m.decay(x["g"]), stored)),
        "upper_decayed_turned": m.transpose(m.hadamard(m.decay(x["g"]), turned)),
        "upper_turned": m.transpose(turned), "upper_stored": m.transpose(stored), "upper_decayed": m.transpose(decayed),
        "upper_gained": m.transpose(gained), "upper_by_abs": m.normalize(m.transpose(gained), "abs_max_one"),
        "upper_strict": m.transpose(strict)}


def segment(x, begin, end):
    """The inputs of the tokens of one sequence."""
    piece = {name: value[:, begin:end] if value.ndim > 2 else value for name, value in x.items()}
    piece["d"] = x["d"][:, :, begin:end, begin:end]
    # A row that picks from another sequence picks nothing.
    inside = (x["p"] >= begin) & (x["p"] < end)
    piece["p"] = np.where(inside, x["p"] - begin, -1)[:, begin:end]
    return piece


def packed(x):
    """Each sequence by itself; zero outside of them."""
    global TOKENS
    whole, results = TOKENS, {}
    for begin, end in zip(OFFSETS, OFFSETS[1:]):
        if begin == end:
            continue
        TOKENS = end - begin
        piece = segment(x, begin, end)
        for name, matrix in matrices(piece).items():
            result = results.setdefault("packed_" + name, np.zeros((BATCH, whole, HEADS, 8)))
            result[:, begin:end] = m.apply(matrix, piece["v"])
    TOKENS = whole
    return results


def expected(x):
    return {name: m.apply(matrix, x["v"]) for name, matrix in matrices(x).items()} | packed(x)


def agree(executable, arrays, references, tolerance, what=""):
    passed = True
    for name, value in run(executable, arrays, references).items():
        reference = references[name]
        worst = np.abs(value - reference).max() / np.abs(reference).max() if value.shape == reference.shape else np.nan
        good = bool(worst <= tolerance)
        passed &= good
        print(f"{'PASS' if good else 'FAIL'}  {name}{what}: differs by {worst:.1e}")
    return passed


def main(executables):
    passed, references = True, expected(inputs())
    # Gains that overflow f32: rows divided by their sums do not. An f32 of 200
    # has five digits behind the point.
    large = inputs()
    large["i"] *= 20
    kept = {name: value for name, value in expected(large).items() if name in NORMALIZED}
    for executable in executables:
        passed &= agree(executable, inputs(), references, TOLERANCE)
        if not executable.endswith("dense"):
            passed &= agree(executable, large, kept, 1e-4, " of large gains")
    return 0 if passed else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
