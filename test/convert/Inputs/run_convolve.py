"""convolve against numpy: lengths, kernels, batch, channels, window, reverse."""
import sys

import numpy as np

from blocks import Program, close
from formulas import convolve

SHAPES = [(64, 1, 4), (48, 1, 2), (5, 3, 3), (1, 7, 4), (32, 1, 1), (16, 1, 12)]


def source(name, H, D, L, window, reverse, e):
    x, w = f"tensor<?x?x{H}x{D}x{e}>", f"tensor<?x{L - 1}x{H}x{D}x{e}>"
    more = (f", %w0: {w}", f"window(%w0 : {w})", f", %w", f"-> {w}", f", {w}")
    argument, clause, value, arrow, result = more if window else [""] * 5
    attribute = "{reverse}" if reverse else ""
    return f"""
func.func @{name}(%taps: tensor<{H}x{L}x{e}>, %x: {x}, %y0: {x}{argument})
    -> ({x}{result}) attributes {{llvm.emit_c_interface}} {{
  %y{value} = mixer.convolve ins(%taps, %x : tensor<{H}x{L}x{e}>, {x})
      outs(%y0 : {x}) {clause} {attribute} {arrow}
  return %y{value} : {x}{result}
}}"""


cases, text = [], ""
for H, D, L in SHAPES:
    for mode in ("plain", "window", "reverse"):
        for e in ("f32", "f64"):
            if mode == "window" and L == 1:
                continue
            name = f"c{len(cases)}"
            cases.append((name, H, D, L, mode, e))
            text += source(name, H, D, L, mode == "window", mode == "reverse", e)
program = Program(text, *sys.argv[1:3])
random = np.random.default_rng(1)
for name, H, D, L, mode, e in cases:
    dtype = {"f32": np.float32, "f64": np.float64}[e]
    for T in (0, 1, 2, 31, 32, 33, 103):
        taps, x, w = (random.standard_normal(s).astype(dtype) for s in (
            (H, L), (2, T, H, D), (2, L - 1, H, D)))
        y, after = convolve(taps, x, w if mode == "window" else None,
                            mode == "reverse")
        window = [w.copy()] if mode == "window" else []
        got = program(name, taps, x, np.full_like(x, np.nan), *window,
                      results=[(4, dtype)] * (1 + len(window)))
        what = f"H {H} D {D} L {L} {mode} {e} T {T}"
        close(what, got[0], y)
        if window:
            close(what + " window", got[1], after)
print("convolve: all equal")
