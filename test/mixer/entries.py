"""Entry formulas of the mixer dialect against numpy.

`entries.py OP` materializes matrices of one op, runs them and compares every
entry with the formula written out in numpy, in f32 and f64, for no, one and
several tokens, with dynamic sizes.
"""

import math
import re
import subprocess
import sys

import numpy as np

B, H, HK, K = 2, 4, 2, 3

LOWERING = (
    "builtin.module(weft-simplify-mixers{form=dense},"
    "one-shot-bufferize{bufferize-function-boundaries allow-return-allocs-from-loops},"
    "convert-linalg-to-loops,func.func(scf-forall-to-for),expand-strided-metadata,lower-affine,"
    "convert-scf-to-cf,convert-math-to-libm,convert-math-to-llvm,"
    "convert-arith-to-llvm,finalize-memref-to-llvm,convert-func-to-llvm,"
    "convert-cf-to-llvm,reconcile-unrealized-casts)"
)


class Known(np.ndarray):
    """An array whose type has all of its sizes."""


class Case:
    """Inputs by name, the ops that make %M of them, and its dense tensor."""

    def __init__(self, inputs, body, expected):
        self.inputs, self.body = inputs, body
        self.expected = np.asarray(expected)


def dense(formula, heads, rows, columns):
    result = np.zeros((B, heads, rows, columns))
    for entry in np.ndindex(result.shape):
        result[entry] = formula(*entry)
    return result


def tensors(rng, rows, columns):
    return {
        "q": rng.standard_normal((B, rows, H, K)),
        "k": rng.standard_normal((B, columns, HK, K)),
    }


def score(x, scale=0.5):
    group = H // HK
    return lambda b, h, i, j: scale * float(x["q"][b, i, h] @ x["k"][b, j, h // group])


GRAM = "%G = mixer.gram %q, %k {scale = 0.5 : f32} : TYPE(q), TYPE(k)\n"
CAUSAL = """%C = mixer.mask %G {
^bb0(%b: index, %h: index, %i: index, %j: index):
  %keep = arith.cmpi sle, %j, %i : index
  mixer.yield %keep : i1
}
"""
# Row 1 keeps nothing.
HOLES = """%W = mixer.mask %G {
^bb0(%b: index, %h: index, %i: index, %j: index):
  %one = arith.constant 1 : index
  %full = arith.cmpi ne, %i, %one : index
  %early = arith.cmpi sle, %j, %i : index
  %keep = arith.andi %full, %early : i1
  mixer.yield %keep : i1
}
"""


def kept(b, h, i, j):
    return i != 1 and j <= i


def lower(x, rows, columns):
    f = score(x)
    return dense(lambda *e: f(*e) if e[3] <= e[2] else 0.0, H, rows, columns)


def gram(rng, rows):
    x = tensors(rng, rows, rows + 2)
    yield Case(x, GRAM + "%M = mixer.transpose %G\n%N = mixer.transpose %M",
               dense(score(x), H, rows, rows + 2))
    yield Case(x, GRAM.replace("%G", "%N"), dense(score(x), H, rows, rows + 2))


def gates(rng, rows):
    return rng.choice([0.0, -1e-4, -0.3, -5.0, -80.0], (B, rows, H))


def product_of_decays(g):
    def formula(b, h, i, j):
        factors = [math.exp(g[b, s, h]) for s in range(j + 1, i + 1)]
        return math.prod(factors) if j <= i else 0.0

    return formula


def decay(rng, rows):
    g = gates(rng, rows)
    yield Case({"g": g}, "%N = mixer.decay %g : TYPE(g)",
               dense(product_of_decays(g), H, rows, rows))
    constant = np.array([0.0, -1e-4, -0.3, -5.0])
    yield Case({"c": constant}, "%N = mixer.decay %c : TYPE(c)",
               dense(lambda b, h, i, j: math.exp(constant[h] * (i - j)) if j <= i else 0.0, H, rows, rows))


def at(x, name, b, t, h):
    """Operand `name` of head h at token t: [H], [H, K], [B, T, H] or [B, T, H, K]."""
    array = x[name]
    if array.ndim > 2:
        array = array[b, t]
    return array[h // (H // array.shape[0])]


def rotation(angles):
    turn = np.zeros((2 * len(angles),) * 2)
    for n, angle in enumerate(angles):
        c, s = math.cos(angle), math.sin(angle)
        turn[2 * n:2 * n + 2, 2 * n:2 * n + 2] = [[c, -s], [s, c]]
    return turn


def transition(x, b, t, h, decayed):
    """A_t as a K x K matrix."""
    size = x["k"].shape[3]
    if "A" in x:
        return x["A"][h // (H // len(x["A"]))]
    D = np.eye(size)
    if "g" in x:
        decay = np.atleast_1d(np.exp(at(x, "g", b, t, h)))
        D = np.diag(np.repeat(decay, size // len(decay)))
    if "r" in x:
        D = D @ rotation(at(x, "r", b, t, h))
    if "ea" not in x:
        return D
    erase = np.outer(at(x, "eb", b, t, h), at(x, "ea", b, t, h))
    return (np.eye(size) + erase) @ D if decayed else D + erase


def semiseparable_entry(x, decayed, pre, scale=0.5):
    """scale q_i A_i ... A_{j+1} k_j e^{gain_j}; A_{i-1} ... with read pre."""
    def formula(b, h, i, j):
        q, k = at(x, "q", b, i, h), at(x, "k", b, j, h)
        gain = math.exp(at(x, "i", b, j, h)) if "i" in x else 1.0
        if j > i or (pre and i == j and "u" not in x):
            return 0.0
        if pre and i == j:
            return scale * gain * float(np.sum(q * at(x, "u", b, i, h) * k))
        for t in range(j + 1, i if pre else i + 1):
            k = transition(x, b, t, h, decayed) @ k
        return scale * gain * float(q @ k)

    return formula


# Clauses of semiseparable: names of operands with their axes, then flags.
SHAPES = {"g": {"H": (H,), "HK": (HK, 4), "BTH": ("B", "T", HK), "BTHK": ("B", "T", H, 4), "pairs": ("B", "T", H, 2)},
          "r": {"HK": (1, 2), "BTHK": ("B", "T", HK, 2)}, "ea": {"BTHK": ("B", "T", HK, 4)},
          "eb": {"BTHK": ("B", "T", H, 4)}, "i": {"BTH": ("B", "T", HK)}, "u": {"HK": (1, 4)},
          "A": {"HKK": (HK, 4, 4), "all": (1, 4, 4)}}
CLAUSES = {"g": "decay(%g : TYPE(g))", "r": "rotate(%r : TYPE(r))", "ea": "erase(%ea, %eb : TYPE(ea), TYPE(eb))",
           "i": "gain(%i : TYPE(i))", "u": "bonus(%u : TYPE(u))", "A": "dense(%A : TYPE(A))"}
VARIANTS = [({}, ""), ({"g": "BTH"}, ""), ({"g": "H"}, ""), ({"g": "HK"}, ""), ({"g": "BTHK"}, ""),
            ({"g": "BTHK"}, "read pre"), ({"g": "BTHK", "u": "HK"}, "read pre"), ({"r": "BTHK"}, ""),
            ({"g": "pairs", "r": "HK"}, ""), ({"ea": "BTHK", "eb": "BTHK"}, ""),
            ({"g": "BTH", "ea": "BTHK", "eb": "BTHK"}, "erase_reads decayed"),
            ({"g": "BTHK", "ea": "BTHK", "eb": "BTHK"}, ""), ({"g": "BTH", "i": "BTH"}, ""),
            ({"g": "pairs", "r": "BTHK", "ea": "BTHK", "eb": "BTHK", "i": "BTH", "u": "HK"},
             "read pre erase_reads decayed"), ({"A": "HKK"}, ""), ({"A": "all"}, "read pre"),
            ({"u": "HK", "A": "HKK"}, "read pre")]


def segment_sum(rng, rows):
    x = rng.standard_normal((B, rows, H))
    x[:, 1:2] = -4000.0
    floor = np.maximum(x, -1000)
    yield Case({"x": x}, "%N = mixer.segment_sum %x : TYPE(x)",
               dense(lambda b, h, i, j: floor[b, j + 1:i + 1, h].sum() if j <= i else 0.0, H, rows, rows))


def semiseparable(rng, rows):
    for kinds, flags in VARIANTS:
        x = {"q": rng.standard_normal((B, rows, H, 4)), "k": rng.standard_normal((B, rows, HK, 4))}
        for name, kind in kinds.items():
            shape = [{"B": B, "T": rows}.get(size, size) for size in SHAPES[name][kind]]
            x[name] = rng.standard_normal(shape) / 2
            if name == "A":
                x[name] = x[name].view(Known)
            if name == "g":
                x[name] = rng.choice([0.0, -1e-4, -0.3, -5.0, -80.0], shape)
        clauses = " ".join(CLAUSES[name] for name in kinds if name in CLAUSES)
        yield Case(x, f"%N = mixer.semiseparable %q, %k {clauses} {flags} {{scale = 0.5 : f32}} : TYPE(q), TYPE(k)",
                   dense(semiseparable_entry(x, "decayed" in flags, "pre" in flags), H, rows, rows))


def toeplitz(rng, rows):
    for length, first, known in ((1, 0, True), (3, 0, True), (5, -2, True), (3, 1, False), (3, -6, False)):
        taps = rng.standard_normal((H, length))
        size = "SHAPE(taps)" if known else f"{H}x?"
        yield Case({"taps": taps},
                   f"%t = tensor.cast %taps : tensor<SHAPE(taps)xELEMENT> to tensor<{size}xELEMENT>\n"
                   f"%N = mixer.toeplitz %t {{first_lag = {first}}} : tensor<{size}xELEMENT>",
                   dense(lambda b, h, i, j: taps[h, i - j - first] if 0 <= i - j - first < length else 0.0,
                         H, rows, rows))


def vandermonde(rng, rows):
    c_re, c_im = rng.standard_normal((2, H, K))
    # A third of a radian of the sum of many turns is lost if it is kept in f32.
    g, w = -np.abs(rng.standard_normal((H, K))), rng.standard_normal((H, K)) * 1000
    g, w = np.float32(g).astype(float), np.float32(w).astype(float)
    inputs = {"c_re": c_re, "c_im": c_im, "g": g, "w": w}
    modes = c_re + 1j * c_im, g + 1j * w
    yield Case(inputs, "%N = mixer.vandermonde %c_re, %c_im, %g, %w {scale = 2.0 : f32} : tensor<SHAPE(g)xELEMENT>",
               dense(lambda b, h, i, j: 2 * (modes[0][h] * np.exp((i - j) * modes[1][h])).sum().real if i >= j else 0.0,
                     H, rows, rows))


def powers(rng, rows):
    c, b = rng.standard_normal((2, H, K))
    a = (rng.standard_normal((H, K, K)) / 2).view(Known)
    tap = lambda h, lag: 0.5 * c[h] @ np.linalg.matrix_power(a[h], lag) @ b[h]
    yield Case({"c": c, "a": a, "b": b},
               "%N = mixer.powers %c, %a, %b {scale = 0.5 : f32} : tensor<SHAPE(c)xELEMENT>, TYPE(a), TYPE(b)",
               dense(lambda _, h, i, j: tap(h, i - j) if i >= j else 0.0, H, rows, rows))


def map_(rng, rows):
    x = tensors(rng, rows, rows)
    f = score(x)
    body = GRAM + """%N = mixer.map %G {
    ^bb0(%s: ELEMENT, %b: index, %h: index, %i: index, %j: index):
      %t = math.tanh %s : ELEMENT
      %d = arith.subi %i, %j : index
      %n = arith.index_cast %d : index to i64
      %far = arith.sitofp %n : i64 to ELEMENT
      %hn = arith.index_cast %h : index to i64
      %slope = arith.sitofp %hn : i64 to ELEMENT
      %bias = arith.mulf %far, %slope : ELEMENT
      %r = arith.subf %t, %bias : ELEMENT
      mixer.yield %r : ELEMENT
    }"""
    yield Case(x, body, dense(lambda b, h, i, j: math.tanh(f(b, h, i, j)) - h * (i - j),
                              H, rows, rows))


    # Data of rows and columns; two heads of the matrix share one of the data.
    x = {"q": x["q"], "k": x["k"], "r": rng.standard_normal((B, rows, HK)), "c": rng.standard_normal((B, rows, H))}
    data = GRAM + """%P = mixer.map %G rows(%r : TYPE(r)) columns(%c : TYPE(c)) {
    ^bb0(%s: ELEMENT, %b: index, %h: index, %i: index, %j: index, %mine: ELEMENT, %its: ELEMENT):
      %d = arith.subf %mine, %its : ELEMENT
      %p = arith.mulf %s, %d : ELEMENT
      mixer.yield %p : ELEMENT
    }
    %N = mixer.mask %P rows(%c : TYPE(c)) columns(%r : TYPE(r)) {
    ^bb0(%b: index, %h: index, %i: index, %j: index, %mine: ELEMENT, %its: ELEMENT):
      %keep = arith.cmpf olt, %its, %mine : ELEMENT
      mixer.yield %keep : i1
    }"""
    r, c = x["r"], x["c"]
    yield Case(x, data, dense(lambda b, h, i, j: f(b, h, i, j) * (r[b, i, h // 2] - c[b, j, h])
                              if r[b, j, h // 2] < c[b, i, h] else 0.0, H, rows, rows))


def mask(rng, rows):
    x = tensors(rng, rows, rows)
    yield Case(x, GRAM + CAUSAL.replace("%C", "%N"), lower(x, rows, rows))
    f = score(x)
    yield Case(x, GRAM + HOLES.replace("%W", "%N"),
               dense(lambda *e: f(*e) if kept(*e) else 0.0, H, rows, rows))


def softmax(rng, rows):
    x = tensors(rng, rows, rows)
    x["q"] *= 40
    scores = dense(score(x), H, rows, rows)
    weights = np.exp(scores - scores.max(-1, keepdims=True, initial=-1e30))
    yield Case(x, GRAM + "%N = mixer.softmax %G", weights / weights.sum(-1, keepdims=True))
    present = dense(kept, H, rows, rows) > 0
    weights = np.where(present, scores, -np.inf)
    weights = np.exp(weights - weights.max(-1, keepdims=True, initial=-1e30))
    total = weights.sum(-1, keepdims=True)
    expected = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    yield Case(x, GRAM + HOLES + "%N = mixer.softmax %W", expected)
    infinite = """%W = mixer.map %G {
    ^bb0(%s: ELEMENT, %b: index, %h: index, %i: index, %j: index):
      %one = arith.constant 1 : index
      %full = arith.cmpi ne, %i, %one : index
      %early = arith.cmpi sle, %j, %i : index
      %keep = arith.andi %full, %early : i1
      %none = arith.constant MINUS_INFINITY : ELEMENT
      %r = arith.select %keep, %s, %none : ELEMENT
      mixer.yield %r : ELEMENT
    }
    """
    yield Case(x, GRAM + infinite + "%N = mixer.softmax %W", expected)


    # A sink takes its share, of rows without present entries all.
    for sink in (np.array([0.5, -2.0, 60.0, -np.inf]), np.full(H, -np.inf)):
        shift = np.where(present, scores, -np.inf).max(-1, initial=-1e30)
        shift = np.maximum(shift, sink[:, None])[..., None]
        weights = np.where(present, np.exp(scores - shift), 0)
        total = weights.sum(-1, keepdims=True) + np.exp(sink[:, None, None] - shift)
        given = "[" + ", ".join("MINUS_INFINITY" if np.isinf(s) else str(s) for s in sink) + "]"
        yield Case(x, f"%sink = arith.constant dense<{given}> : tensor<4xELEMENT>\n" + GRAM + HOLES
                   + "%N = mixer.softmax %W sink(%sink : tensor<4xELEMENT>)",
                   np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))


def normalize(rng, rows):
    x = tensors(rng, rows, rows)
    entries = np.where(dense(kept, H, rows, rows) > 0, dense(score(x), H, rows, rows), 0)
    sums = entries.sum(-1, keepdims=True)
    counts = dense(kept, H, rows, rows).sum(-1, keepdims=True)
    for by, divisor in (("sum", sums), ("abs_max_one", np.maximum(abs(sums), 1)),
                        ("count", counts)):
        yield Case(x, GRAM + HOLES + f"%N = mixer.normalize %W by {by}",
                   np.divide(entries, divisor, out=np.zeros_like(entries),
                             where=divisor != 0))
    yield Case(x, GRAM + "%N = mixer.normalize %G by count",
               dense(score(x), H, rows, rows) / max(rows, 1))


def add(rng, rows):
    x = tensors(rng, rows, rows)
    taps = rng.standard_normal((H, 2))
    x["taps"] = taps
    toeplitz_part = dense(lambda b, h, i, j: taps[h, i - j] if 0 <= i - j < 2 else 0.0,
                          H, rows, rows)
    yield Case(x, GRAM + "%T = mixer.toeplitz %taps : tensor<SHAPE(taps)xELEMENT>\n"
               "%N = mixer.add %T, %G", toeplitz_part + dense(score(x), H, rows, rows))
    # Present where either is: a row of both absent stays absent.
    f = score(x)
    yield Case(x, GRAM + HOLES + "%T = mixer.toeplitz %taps : tensor<SHAPE(taps)xELEMENT>\n"
               "%A = mixer.add %W, %T\n%N = mixer.normalize %A by count",
               normalized_sum(f, taps, rows))


def normalized_sum(f, taps, rows):
    def near(i, j):
        return 0 <= i - j < 2

    def formula(b, h, i, j):
        value = (f(b, h, i, j) if kept(b, h, i, j) else 0.0)
        value += taps[h, i - j] if near(i, j) else 0.0
        count = sum(kept(b, h, i, c) or near(i, c) for c in range(rows))
        return value / count if count else 0.0

    return dense(formula, H, rows, rows)


def hadamard(rng, rows):
    x = tensors(rng, rows, rows)
    x["taps"] = taps = rng.standard_normal((H, 2))
    f = score(x)
    yield Case(x, GRAM + CAUSAL + "%T = mixer.toeplitz %taps : tensor<SHAPE(taps)xELEMENT>\n"
               "%N = mixer.hadamard %T, %C",
               dense(lambda b, h, i, j: taps[h, i - j] * f(b, h, i, j)
                     if 0 <= i - j < 2 else 0.0, H, rows, rows))

    # Two heads of the product share a head of one factor.
    x["few"] = few = rng.standard_normal((HK, 2))
    yield Case(x, GRAM + "%T = mixer.toeplitz %few : tensor<SHAPE(few)xELEMENT>\n"
               "%N = mixer.hadamard %G, %T",
               dense(lambda b, h, i, j: few[h // (H // HK), i - j] * f(b, h, i, j)
                     if 0 <= i - j < 2 else 0.0, H, rows, rows))


def transpose(rng, rows):
    x = tensors(rng, rows, rows)
    f = score(x)
    yield Case(x, GRAM + CAUSAL + "%N = mixer.transpose %C",
               dense(lambda b, h, i, j: f(b, h, j, i) if i <= j else 0.0, H, rows, rows))


def shift(rng, rows):
    x = tensors(rng, rows, rows)
    f = score(x)
    yield Case(x, GRAM + CAUSAL + "%N = mixer.shift %C",
               dense(lambda b, h, i, j: f(b, h, i - 1, j) if j <= i - 1 else 0.0, H, rows, rows))
    # What is absent stays so: a softmax of the moved rows.
    moved = dense(lambda b, h, i, j: math.exp(f(b, h, i - 1, j)) if j <= i - 1 else 0.0, H, rows, rows)
    total = moved.sum(-1, keepdims=True)
    yield Case(x, GRAM + CAUSAL + "%S = mixer.shift %C\n%N = mixer.softmax %S",
               np.divide(moved, total, out=np.zeros_like(moved), where=total > 0))


def scale(rng, rows, op):
    x = tensors(rng, rows, rows + 2)
    f, own = score(x), 2 if op == "scale_rows" else 3
    for heads in (H, HK):
        x["s"] = s = rng.standard_normal((B, rows + (0 if own == 2 else 2), heads))
        yield Case(dict(x), GRAM + f"%N = mixer.{op} %G, %s : TYPE(s)",
                   dense(lambda *e: f(*e) * s[e[0], e[own], e[1] // (H // heads)], H, rows, rows + 2))


def compose(rng, rows):
    x = tensors(rng, rows, rows)
    x["m"] = m = rng.standard_normal((B, HK, rows, rows + 1)).view(Known)
    first = lower(x, rows, rows)
    inner = np.repeat(m, H // HK, 1)
    yield Case(dict(x), GRAM + CAUSAL + "%D = mixer.dense %m : TYPE(m)\n%N = mixer.compose %C, %D", first @ inner)
    # Present where a path is: those of a diagonal and a triangle.
    del x["m"]
    x["d"] = d = rng.standard_normal((B, rows, H))
    both = first * d.transpose(0, 2, 1)[:, :, None]
    counts = np.arange(1, rows + 1)[:, None]
    yield Case(x, GRAM + CAUSAL + "%D = mixer.diagonal %d : TYPE(d)\n%P = mixer.compose %C, %D\n"
               "%N = mixer.normalize %P by count", both / counts if rows else both)


def diagonal(rng, rows):
    d = rng.standard_normal((B, rows, H))
    yield Case({"d": d}, "%N = mixer.diagonal %d : TYPE(d)",
               dense(lambda b, h, i, j: d[b, i, h] if i == j else 0.0, H, rows, rows))


def dense_(rng, rows):
    m = rng.standard_normal((B, H, rows, rows + 3)).view(Known)
    yield Case({"m": m}, "%N = mixer.dense %m : TYPE(m)", m)


def gather(rng, rows):
    p = rng.integers(-1, rows + 3, (B, rows, H))
    yield Case({"p": p}, "%N = mixer.gather %p : TYPE(p) as ELEMENT",
               dense(lambda b, h, i, j: float(p[b, i, h] == j), H, rows, rows + 2))


OPS = {"segment_sum": segment_sum, "shift": shift, "scale_rows": lambda *a: scale(*a, "scale_rows"), "compose": compose, "diagonal": diagonal,
       "scale_cols": lambda *a: scale(*a, "scale_cols"), "dense": dense_, "gather": gather, "gram": gram, "decay": decay, "semiseparable": semiseparable, "toeplitz": toeplitz,
       "vandermonde": vandermonde, "powers": powers,
       "map": map_, "mask": mask, "softmax": softmax, "normalize": normalize, "add": add,
       "hadamard": hadamard, "transpose": transpose}


def tensor_type(array, element, static=False):
    """Sizes of batch and time are not known, except of arrays that are Known."""
    static |= array.ndim <= 2 or isinstance(array, Known)
    sizes = [str(n) if static or axis in (2, 3) else "?" for axis, n in enumerate(array.shape)]
    return f"tensor<{'x'.join(sizes)}x{'i64' if array.dtype == np.int64 else element}>"


def constant(name, array, element):
    if array.size == 0:
        values = ""
    else:
        values = str(array.tolist())
    kind = tensor_type(array, element, static=True)
    return f"%{name} = arith.constant dense<{values}> : {kind}\n"


def emit(index, case, element):
    """Two functions: the matrix at dynamic sizes, and a call with constants."""
    body = case.body
    for name, array in case.inputs.items():
        body = body.replace(f"TYPE({name})", tensor_type(array, element))
        body = body.replace(f"SHAPE({name})", "x".join(map(str, array.shape)))
    infinity = "0xFF800000" if element == "f32" else "0xFFF0000000000000"
    body = body.replace("MINUS_INFINITY", infinity).replace("ELEMENT", element)
    types = {n: tensor_type(a, element, static=a.ndim <= 2) for n, a in case.inputs.items()}
    arguments = ", ".join(f"%{n}: {t}" for n, t in types.items())
    heads = case.expected.shape[1]
    result = f"tensor<?x{heads}x?x?x{element}>"
    text = f"func.func private @f{index}(%bs: index, %ts: index, %ss: index, {arguments}) -> {result} {{\n"
    text += body + f"\n%dense = mixer.materialize %N sizes(%bs, %ts, %ss) : {result}\nreturn %dense : {result}\n}}\n"
    text += f"func.func private @g{index}() {{\n"
    for name, axis in (("bs", 0), ("ts", 2), ("ss", 3)):
        text += f"%{name} = arith.constant {case.expected.shape[axis]} : index\n"
    for name, array in case.inputs.items():
        text += constant(name + "c", array, element)
        text += f"%{name} = tensor.cast %{name}c : {tensor_type(array, element, True)} to {types[name]}\n"
    operands = ", ".join(f"%{n}" for n in types)
    text += (f"%dense = call @f{index}(%bs, %ts, %ss, {operands}) : (index, index, index, "
             f"{', '.join(types.values())}) -> {result}\n"
             f"%printed = tensor.cast %dense : {result} to tensor<*x{element}>\n"
             f"call @printMemref{element.upper()}(%printed) : (tensor<*x{element}>) -> ()\nreturn\n}}\n")
    return text


def run(module, libraries):
    lowered = subprocess.run(["weft-opt", f"--pass-pipeline={LOWERING}"], input=module,
                             capture_output=True, text=True)
    if lowered.returncode:
        sys.exit(lowered.stderr[:4000])
    result = subprocess.run(
        ["mlir-runner", "-e", "main", "-entry-point-result=void",
         f"-shared-libs={libraries}/libmlir_runner_utils.so,{libraries}/libmlir_c_runner_utils.so"],
        input=lowered.stdout, capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stderr[:4000])
    return [numbers(part) for part in result.stdout.split("Unranked Memref")[1:]]


def numbers(printed):
    header, data = printed.split("data =")
    if 0 in map(int, re.search(r"sizes = \[(.*?)\]", header)[1].split(",")):
        return []
    return [float(n) for n in re.findall(r"-?(?:nan|inf|\d[\d.e+-]*)", data)]


def main(op, libraries):
    rng = np.random.default_rng(7)
    cases = [case for rows in (0, 1, 2, 7) for case in OPS[op](rng, rows)]
    for element in ("f32", "f64"):
        module = f"func.func private @printMemref{element.upper()}(tensor<*x{element}>) attributes {{llvm.emit_c_interface}}\n"
        module += "".join(emit(n, case, element) for n, case in enumerate(cases))
        calls = "".join(f"call @g{n}() : () -> ()\n" for n in range(len(cases)))
        module += f"func.func @main() attributes {{llvm.emit_c_interface}} {{\n{calls}return\n}}\n"
        for case, got in zip(cases, run(module, libraries), strict=True):
            expected = case.expected.ravel()
            # Six digits are printed.
            if not np.allclose(got, expected, rtol=3e-5, atol=3e-6):
                sys.exit(f"{op} {element} {case.expected.shape}: got {got}\nexpected {expected.tolist()}")
    print(f"{op}: {2 * len(cases)} matrices agree")


main(*sys.argv[1:])
