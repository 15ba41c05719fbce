"""convolve against numpy in every form: lengths, lags, kernels, batch,
channels, window, cache, reverse."""
import sys

import numpy as np

from blocks import Program, close
from formulas import convolve

# heads, features, taps, first lag
SHAPES = [(64, 1, 4, 0), (48, 1, 2, 3), (5, 3, 3, 0), (1, 7, 4, -2),
          (32, 1, 1, 0), (32, 2, 40, -12), (16, 1, 12, 0), (4, 8, 70, 1)]
FORMS = {"direct": [0], "blocked": [16, 32], "fft": [2, 16, 32, 64]}
TIMES = (0, 1, 2, 31, 32, 33, 64, 65, 103)
SLOTS = 160


def source(name, case):
    H, D, L, first, mode, known, form, chunk, e = case
    x, taps = f"tensor<?x?x{H}x{D}x{e}>", f"tensor<{H}x{L if known else '?'}x{e}>"
    w = f"tensor<?x{SLOTS if mode == 'cache' else first + L - 1}x{H}x{D}x{e}>"
    more = (f", %w0: {w}, %n: index", f"window(%w0 : {w})", ", %w", f"-> {w}", f", {w}")
    argument, clause, value, arrow, result = more if mode in ("window", "cache") else [""] * 5
    length = "length(%n)" if mode == "cache" else ""
    attributes = [f"first_lag = {first}", f'weft.form = "{form}"']
    attributes += [f"weft.chunk = {chunk}"] if chunk else []
    attributes += ["reverse"] if mode == "reverse" else []
    return f"""
func.func @{name}(%taps: {taps}, %x: {x}, %y0: {x}{argument})
    -> ({x}{result}) attributes {{llvm.emit_c_interface}} {{
  %y{value} = mixer.convolve ins(%taps, %x : {taps}, {x})
      outs(%y0 : {x}) {clause} {length} {{{", ".join(attributes)}}} {arrow}
  return %y{value} : {x}{result}
}}"""


def cases():
    for form, chunks in FORMS.items():
        for chunk in chunks:
            for H, D, L, first in SHAPES:
                for mode in ("plain", "window", "reverse", "cache"):
                    if mode in ("window", "cache") and first < 0 or first + L == 1:
                        continue
                    known = mode != "cache" and (mode != "reverse" or L < 40)
                    e = "f64" if (H + L + len(mode)) % 3 == 0 else "f32"
                    yield H, D, L, first, mode, known, form, chunk, e


def run(program, name, case):
    H, D, L, first, mode, known, form, chunk, e = case
    random = np.random.default_rng(1)
    dtype = {"f32": np.float32, "f64": np.float64}[e]
    back = max(first + L - 1, 0)
    for T in TIMES:
        taps, x, w = (random.standard_normal(s).astype(dtype) for s in (
            (H, L), (2, T, H, D), (2, back, H, D)))
        state, after = [], None
        if mode == "window":
            state, after = [w.copy(), 0], np.concatenate([w, x], 1)[:, T:]
        elif mode == "cache":
            before = random.standard_normal((2, 50, H, D)).astype(dtype)
            cache = np.full((2, SLOTS, H, D), 7, dtype)
            cache[:, :50] = before
            state, after = [cache, 50], cache.copy()
            after[:, 50:50 + T] = x
            w = before
        y = convolve(taps, x, w if state else w[:, :0], first, mode == "reverse")
        got = program(name, taps, x, np.full_like(x, np.nan), *state,
                      results=[(4, dtype)] * (1 + (after is not None)))
        what = f"{form} {chunk} H {H} D {D} L {L} first {first} {mode} {e} T {T}"
        close(what, got[0], y, 2e-5 if e == "f32" else 1e-13)
        if after is not None:
            close(what + " state", got[1], after)


def main():
    everything = list(cases())
    wanted = sys.argv[3:]
    chosen = [c for c in everything if not wanted or c[6] in wanted]
    named = [(f"c{n}", case) for n, case in enumerate(chosen)]
    program = Program("".join(source(*pair) for pair in named), *sys.argv[1:3])
    for name, case in named:
        run(program, name, case)
    print(f"convolve: {len(named)} programs, all equal")


main()
