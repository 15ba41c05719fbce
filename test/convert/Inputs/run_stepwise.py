"""recurrence and fold against numpy: backwards, numbers as tokens, two outputs
and states, heads that begin at an origin, states in and out, both forms."""
import sys

import numpy as np

from blocks import Program, close

CHUNK = 5


def recurrence(name, e, heads, reverse):
    """a' = tanh(w a + x), c' = c + a': outputs a' and the number x c'."""
    h = "x3" if heads else ""
    token, state = f"tensor<?x?{h}x4x{e}>", f"tensor<?{h}x4x{e}>"
    number, count = f"tensor<?x?{h}x{e}>", f"tensor<?{h}x{e}>"
    argument, place = ("%head: index, ", "%head") if heads else ("", "%first")
    return f"""
func.func @{name}(%x: {token}, %n: {number}, %w: tensor<7x4x{e}>, %y0: {token}, %z0: {number}, %a0: {state}, %c0: {count})
    -> ({token}, {number}, {state}, {count}) attributes {{llvm.emit_c_interface}} {{
  %first = arith.constant 2 : index
  %r:4 = mixer.recurrence ins(%x, %n : {token}, {number}) outs(%y0, %z0 : {token}, {number})
      init(%a0, %c0 : {state}, {count}) {"heads origin(%first)" if heads else ""} {"reverse" if reverse else ""} {{
  ^bb0({argument}%xt: tensor<4x{e}>, %nt: tensor<{e}>, %a: tensor<4x{e}>, %c: tensor<{e}>):
    %row = tensor.extract_slice %w[{place}, 0] [1, 4] [1, 1] : tensor<7x4x{e}> to tensor<4x{e}>
    %kept = arith.mulf %row, %a : tensor<4x{e}>
    %sum = arith.addf %kept, %xt : tensor<4x{e}>
    %next = math.tanh %sum : tensor<4x{e}>
    %more = arith.addf %c, %nt : tensor<{e}>
    %seen = arith.mulf %more, %nt : tensor<{e}>
    mixer.yield %next, %seen, %next, %more : tensor<4x{e}>, tensor<{e}>, tensor<4x{e}>, tensor<{e}>
  }}
  return %r#0, %r#1, %r#2, %r#3 : {token}, {number}, {state}, {count}
}}"""


def expected_recurrence(x, n, w, a, c, heads, reverse):
    w = w[2:5] if heads else w[2]
    y, z = np.zeros(x.shape), np.zeros(n.shape)
    for t in range(x.shape[1])[::-1 if reverse else 1]:
        a, c = np.tanh(w * a + x[:, t]), c + n[:, t]
        y[:, t], z[:, t] = a, c * n[:, t]
    return y, z, a, c


def fold(name, e, form, reverse):
    """S' = g S + x with g and x in the element; y = S' x."""
    x, s, v = f"tensor<2x?x4x{e}>", f"tensor<2x4x{e}>", f"tensor<4x{e}>"
    step = f"""%kept = arith.mulf %g2, %b1 : {v}
    %b = arith.addf %kept, %b2 : {v}"""
    return f"""
func.func @{name}(%x: {x}, %g: {x}, %y0: {x}, %s0: {s}) -> ({x}, {s}) attributes {{llvm.emit_c_interface}} {{
  %y, %s = mixer.fold ins(%x, %g : {x}, {x}) outs(%y0 : {x}) init(%s0 : {s}) {"reverse" if reverse else ""} one {{
    %one = arith.constant dense<1.0> : {v}
    %zero = arith.constant dense<0.0> : {v}
    mixer.yield %one, %zero : {v}, {v}
  }} lift {{
  ^bb0(%xt: {v}, %gt: {v}):
    mixer.yield %gt, %xt : {v}, {v}
  }} combine {{
  ^bb0(%g1: {v}, %b1: {v}, %g2: {v}, %b2: {v}):
    %g12 = arith.mulf %g1, %g2 : {v}
    {step}
    mixer.yield %g12, %b : {v}, {v}
  }} act {{
  ^bb0(%b1: {v}, %g2: {v}, %b2: {v}):
    {step}
    mixer.yield %b : {v}
  }} readout {{
  ^bb0(%xt: {v}, %gt: {v}, %state: {v}):
    %seen = arith.mulf %state, %xt : {v}
    mixer.yield %seen : {v}
  }} {{weft.form = "{form}", weft.chunk = {CHUNK} : i64}}
  return %y, %s : {x}, {s}
}}"""


def expected_fold(x, g, s, reverse):
    y = np.zeros(x.shape)
    for t in range(x.shape[1])[::-1 if reverse else 1]:
        s = g[:, t] * s + x[:, t]
        y[:, t] = s * x[:, t]
    return y, s


KINDS = {"f32": (np.float32, 1e-5), "f64": (np.float64, 1e-12)}
random = np.random.default_rng(3)
flags = [(e, first, reverse) for e in KINDS for first in (False, True) for reverse in (False, True)]
forms = [(e, form, reverse) for e in KINDS for form in ("recurrent", "scan") for reverse in (False, True)]
text = "".join(recurrence(f"r{n}", *case) for n, case in enumerate(flags))
text += "".join(fold(f"f{n}", *case) for n, case in enumerate(forms))
# States that a step makes anew are written back into their places.
program = Program(text, *sys.argv[1:3], passes="weft-convert-mixer-to-blocks,func.func(weft-fuse-elementwise),canonicalize,cse,"
                  "func.func(weft-prepare-buffers)")


def draw(dtype, *shapes):
    return [random.standard_normal(shape).astype(dtype) for shape in shapes]


for T in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 2):
    for n, (e, heads, reverse) in enumerate(flags):
        dtype, tolerance = KINDS[e]
        h = (3,) if heads else ()
        x, count, w, a, c = draw(dtype, (2, T, *h, 4), (2, T, *h), (7, 4), (2, *h, 4), (2, *h))
        rank = 3 + heads
        got = program(f"r{n}", x, count, w, np.full(x.shape, np.nan, dtype), np.full(count.shape, np.nan, dtype), a.copy(),
                      c.copy(), results=[(rank, dtype), (rank - 1, dtype), (rank - 1, dtype), (rank - 2, dtype)])
        for value, reference in zip(got, expected_recurrence(x, count, w, a, c, heads, reverse)):
            close(f"recurrence {e} heads {heads} reverse {reverse} T {T}", value, reference, tolerance)
    for n, (e, form, reverse) in enumerate(forms):
        dtype, tolerance = KINDS[e]
        x, g, s = draw(dtype, (2, T, 4), (2, T, 4), (2, 4))
        got = program(f"f{n}", x, np.tanh(g), np.full(x.shape, np.nan, dtype), s.copy(), results=[(3, dtype), (2, dtype)])
        for value, reference in zip(got, expected_fold(x, np.tanh(g), s, reverse)):
            close(f"fold {form} {e} reverse {reverse} T {T}", value, reference, tolerance)
print("stepwise: all equal")
