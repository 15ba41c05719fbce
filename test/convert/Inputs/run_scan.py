"""scan against numpy: lengths, groups of heads, gates, reverse, both forms."""
import sys

import numpy as np

from blocks import Program, close
from formulas import scan

CHUNK = 16
# heads of y, of q and k, of v; K, V; decay; reverse
SHAPES = [(4, 1, 4, 16, 8, True, False), (4, 2, 2, 5, 3, True, True),
          (2, 2, 2, 8, 16, False, False), (3, 3, 1, 4, 4, False, True)]
GATES = [0.0, -1e-4, -5.0, -80.0]


def source(name, shape, e, form, T):
    H, Hq, Hv, K, V, decay, reverse = shape
    q, v, y, s, g = (f"tensor<?x{T}x{Hq}x{K}x{e}>", f"tensor<?x{T}x{Hv}x{V}x{e}>",
                     f"tensor<?x{T}x{H}x{V}x{e}>", f"tensor<?x{H}x{K}x{V}x{e}>",
                     f"tensor<?x{T}x{H}x{e}>")
    argument, clause = (f", %g: {g}", f"decay(%g : {g})") if decay else ("", "")
    flags = "reverse, " if reverse else ""
    return f"""
func.func @{name}(%q: {q}, %k: {q}, %v: {v}, %y0: {y}, %s0: {s}{argument})
    -> ({y}, {s}) attributes {{llvm.emit_c_interface}} {{
  %y, %s = mixer.scan ins(%q, %k, %v : {q}, {q}, {v}) {clause}
      outs(%y0, %s0 : {y}, {s}) {{{flags}scale = 0.5 : f32, weft.form = "{form}", weft.chunk = {CHUNK} : i64}}
  return %y, %s : {y}, {s}
}}"""


def gates(random, kind, shape):
    if kind == "random":
        return -np.exp(random.standard_normal(shape))
    if kind == "mixed":
        return random.choice(GATES, shape)
    return np.full(shape, kind)


cases, text = [], ""
for shape in SHAPES:
    for form in sys.argv[3:]:
        for e in ("f32", "f64"):
            for T in ("?", 1) if form == "recurrent" else ("?",):
                name = f"c{len(cases)}"
                cases.append((name, shape, form, e, T))
                text += source(name, shape, e, form, T)
program = Program(text, *sys.argv[1:3])
random = np.random.default_rng(2)
for name, shape, form, e, static in cases:
    H, Hq, Hv, K, V, decay, reverse = shape
    dtype = {"f32": np.float32, "f64": np.float64}[e]
    for T in (1,) if static == 1 else (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7):
        for kind in ["random", "mixed"] + GATES if decay else ["none"]:
            q, k, v, s = (random.standard_normal(x).astype(dtype) for x in (
                (2, T, Hq, K), (2, T, Hq, K), (2, T, Hv, V), (2, H, K, V)))
            g = gates(random, kind, (2, T, H)).astype(dtype) if decay else None
            y, final = scan(q, k, v, g, s, 0.5, reverse)
            got = program(name, q, k, v, np.full((2, T, H, V), np.nan, dtype),
                          s.copy(), *([g] if decay else []),
                          results=[(4, dtype)] * 2)
            what = f"{form} {shape} {e} T {T} gates {kind}"
            tolerance = 1e-5 if e == "f32" else 1e-12
            close(what, got[0], y, tolerance)
            close(what + " state", got[1], final, tolerance)
print("scan: all equal")
