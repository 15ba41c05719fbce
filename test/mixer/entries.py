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
    "one-shot-bufferize{bufferize-function-boundaries},"
    "convert-linalg-to-loops,expand-strided-metadata,lower-affine,"
    "convert-scf-to-cf,convert-math-to-libm,convert-math-to-llvm,"
    "convert-arith-to-llvm,finalize-memref-to-llvm,convert-func-to-llvm,"
    "convert-cf-to-llvm,reconcile-unrealized-casts)"
)


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


def semiseparable(rng, rows):
    x = tensors(rng, rows, rows)
    yield Case(x, "%N = mixer.semiseparable %q, %k {scale = 0.5 : f32} : TYPE(q), TYPE(k)",
               lower(x, rows, rows))
    g = gates(rng, rows)
    f, l = score(x), product_of_decays(g)
    yield Case(x | {"g": g},
               "%N = mixer.semiseparable %q, %k decay(%g : TYPE(g))"
               " {scale = 0.5 : f32} : TYPE(q), TYPE(k)",
               dense(lambda *e: f(*e) * l(*e), H, rows, rows))


def toeplitz(rng, rows):
    for length in (1, 3):
        taps = rng.standard_normal((H, length))
        yield Case({"taps": taps}, "%N = mixer.toeplitz %taps : tensor<SHAPE(taps)xELEMENT>",
                   dense(lambda b, h, i, j: taps[h, i - j] if 0 <= i - j < length else 0.0,
                         H, rows, rows))


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


OPS = {"gram": gram, "decay": decay, "semiseparable": semiseparable, "toeplitz": toeplitz,
       "map": map_, "mask": mask, "softmax": softmax, "normalize": normalize, "add": add,
       "hadamard": hadamard, "transpose": transpose}


def tensor_type(array, element, static=False):
    sizes = [str(n) if static or axis in (2, 3) else "?" for axis, n in enumerate(array.shape)]
    return f"tensor<{'x'.join(sizes)}x{element}>"


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
    types = {n: tensor_type(a, element, static=a.ndim == 2) for n, a in case.inputs.items()}
    arguments = ", ".join(f"%{n}: {t}" for n, t in types.items())
    heads = case.expected.shape[1]
    result = f"tensor<?x{heads}x?x?x{element}>"
    text = f"func.func private @f{index}(%bs: index, %ts: index, %ss: index, {arguments}) -> {result} {{\n"
    text += body + f"\n%d = mixer.materialize %N sizes(%bs, %ts, %ss) : {result}\nreturn %d : {result}\n}}\n"
    text += f"func.func private @g{index}() {{\n"
    for name, axis in (("bs", 0), ("ts", 2), ("ss", 3)):
        text += f"%{name} = arith.constant {case.expected.shape[axis]} : index\n"
    for name, array in case.inputs.items():
        text += constant(name + "c", array, element)
        text += f"%{name} = tensor.cast %{name}c : {tensor_type(array, element, True)} to {types[name]}\n"
    operands = ", ".join(f"%{n}" for n in types)
    text += (f"%d = call @f{index}(%bs, %ts, %ss, {operands}) : (index, index, index, "
             f"{', '.join(types.values())}) -> {result}\n"
             f"%u = tensor.cast %d : {result} to tensor<*x{element}>\n"
             f"call @printMemref{element.upper()}(%u) : (tensor<*x{element}>) -> ()\nreturn\n}}\n")
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
