"""Blocks that a mask leaves empty are not visited: values there are NaN, which
even a weight of zero would let through. Which they are is counted in numpy."""
import sys

import numpy as np

from blocks import Program, close
from formulas import attend
from masks import MASKS, SCORES, tables
from run_attend import CHUNK, H, K, QUERIES, V, source

# Masks whose empty blocks intervals find without exception.
TIGHT = ["none", "causal", "strict", "window", "two-sided", "window-i32", "per-head",
         "prefix", "chunked", "blocks", "distance", "select", "documents"]

text = "".join(source(f"m{n}", mask, "plain", H, True, "f32", "?", False)
               for n, mask in enumerate(TIGHT))
program = Program(text, *sys.argv[1:3],
    passes=f"weft-convert-mixer-to-blocks{{chunk={CHUNK} queries={QUERIES}}}")
random = np.random.default_rng(4)
T = 3 * CHUNK + 7
for n, mask in enumerate(TIGHT):
    t = tables(random, T)
    q, k, v = (random.standard_normal((2, T, H, d)).astype(np.float32)
               for d in (K, K, V))
    expected = attend(q, k, v, 0.25, lambda *x: MASKS[mask][1](*x, t))
    grid = np.ix_(range(2), range(H), range(T), range(T))
    present = np.broadcast_to(MASKS[mask][1](*grid, t), (2, H, T, T))
    skipped = 0
    for i in range(0, T, QUERIES):
        rows, poisoned = slice(i, i + QUERIES), v.copy()
        for j in range(0, T, CHUNK):
            empty = ~present[:, :, rows, j:j + CHUNK].any((2, 3))
            skipped += empty.sum()
            for b, h in np.argwhere(empty):
                poisoned[b, j:j + CHUNK, h] = np.nan
        got, = program(f"m{n}", q, k, poisoned, np.zeros_like(v), t["doc"],
                       t["slope"], t["limit"], results=[(4, np.float32)])
        close(f"{mask} rows {i}", got[:, rows], expected[:, rows])
    assert skipped, mask
print("mask blocks: empty ones skipped")
