"""Every transition of mixer.scan in the forms asked for, against the recurrence
in f64: shared heads, strong and weak decays, lengths around a chunk."""
import itertools
import sys

import numpy as np

from blocks import Program
from cpu import call, compile_module
from formulas import transition

GATES = [0.0, -1e-4, -5.0, -80.0]
BATCH = 2


class Case:
    """One function: which operands there are, and its sizes."""

    def __init__(self, form, chunk, heads=(2, 1, 2), K=16, V=8, e="f32", decay="",
                 rotate="", erase="", gain=False, bonus=False, dense=False, pre=False,
                 segments=False, reverse=False, shared=False, **rest):
        assert not rest, rest
        self.__dict__.update(locals())
        self.dtype = {"f32": np.float32, "f64": np.float64}[e]

    def shapes(self, T):
        """Of the operands, in the order of the function's arguments: first what
        is read, then what results are written over, then the transition."""
        H, Hq, Hv = self.heads
        K, V, B = self.K, self.V, BATCH if T != "?" else "?"
        Ho = 1 if self.shared else H
        times = {"step": (B, T), "const": ()}
        shapes = {"q": (B, T, Hq, K), "k": (B, T, Hq, K), "v": (B, T, Hv, V),
                  "y0": (B, T, H, V), "s0": (B, H, K, V)}
        if self.gain:
            shapes.update(l0=(B, T, H), m0=(B, H), gain=(B, T, H))
        if self.decay:
            kind, when = self.decay.split()
            width = {"head": (), "channel": (K // 2 if self.rotate else K,)}[kind]
            shapes["decay"] = times[when] + (Ho,) + width
        if self.rotate:
            shapes["rotate"] = times[self.rotate] + (Ho, K // 2)
        if self.erase:
            shapes.update(a=(B, T, Ho, K), b=(B, T, Ho, K))
        if self.bonus:
            shapes["bonus"] = (Ho, K)
        if self.dense:
            shapes["dense"] = (Ho, K, K)
        if self.segments:
            shapes["ids"] = (B, T)
        return shapes

    def source(self, name):
        type_of = {n: "tensor<%sx%s>" % ("x".join(map(str, s)), "i64" if n == "ids" else self.e)
                   for n, s in self.shapes("?").items()}
        arguments = ", ".join(f"%{n}: {t}" for n, t in type_of.items())
        clauses = ""
        for clause, names in (("decay", ["decay"]), ("rotate", ["rotate"]), ("erase", ["a", "b"]),
                              ("gain", ["gain"]), ("bonus", ["bonus"]), ("dense", ["dense"]),
                              ("segments", ["ids"])):
            if names[0] in type_of:
                clauses += " %s(%s : %s)" % (clause, ", ".join("%" + n for n in names),
                                             ", ".join(type_of[n] for n in names))
        results = [type_of["y0"], type_of["s0"]]
        gauge, more = "", ""
        if self.gain:
            gauge = f" gauge(%l0, %m0 : {type_of['l0']}, {type_of['m0']})"
            more = f" -> {type_of['l0']}, {type_of['m0']}"
            results += [type_of["l0"], type_of["m0"]]
        words = (" read pre" if self.pre else "") + (
            " erase_reads decayed" if self.erase == "decayed" else "")
        flags = "reverse, " if self.reverse else ""
        values = ["%y", "%s", "%g#0", "%g#1"][:len(results)]
        left = "%y, %s, %g:2" if self.gain else "%y, %s"
        return f"""
func.func @{name}({arguments}) -> ({", ".join(results)}) attributes {{llvm.emit_c_interface}} {{
  {left} = mixer.scan ins(%q, %k, %v : {type_of["q"]}, {type_of["k"]}, {type_of["v"]}){clauses}
      outs(%y0, %s0 : {type_of["y0"]}, {type_of["s0"]}){gauge}{words} {{{flags}scale = 0.5 : f32, weft.form = "{self.form}", weft.chunk = {self.chunk} : i64}}{more}
  return {", ".join(values)} : {", ".join(results)}
}}"""

    def data(self, random, T, gates):
        data = {}
        for name, shape in self.shapes(T).items():
            x = random.standard_normal(shape)
            if name == "decay":
                x = (-np.exp(x) if gates == "random" else random.choice(GATES, shape)
                     if gates == "mixed" else np.full(shape, gates))
            if name in ("a", "b"):
                x /= np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-6)
            if name == "b":  # near a, so that the transitions do not grow
                most = 1.8 if self.erase == "decayed" else 1.0
                x = -random.uniform(0, most, shape[:-1] + (1,)) * (0.9 * data["a"] + 0.1 * x)
            if name == "rotate":
                x *= 3
            if name == "dense":  # far from symmetric, and of norm 0.98
                x /= np.linalg.norm(x, 2, axis=(1, 2), keepdims=True) / 0.98
            if name in ("gain", "m0"):
                x *= 10 if gates == "random" else 1
            if name == "ids":
                x = np.cumsum(random.uniform(size=shape) < 0.15, 1)
                x = np.where(random.uniform(size=shape) < 0.1, -1, x)
            data[name] = np.ascontiguousarray(x.astype(np.int64 if name == "ids" else self.dtype))
            if name in ("y0", "l0"):
                data[name][...] = np.nan
        return data

    def expected(self, d):
        state = d["s0"].astype(float)
        if self.gain:
            state = state * np.exp(d["m0"].astype(float))[..., None, None]
        return transition(
            d["q"], d["k"], d["v"], state, d.get("decay"), d.get("rotate"),
            (d["a"], d["b"]) if self.erase else None, d.get("gain"), d.get("bonus"),
            d.get("ids"), 0.5, self.reverse, self.pre, self.erase == "decayed", d.get("dense"))

    def compare(self, what, got, d):
        """Per head, relative to its largest value; in units of the gauge."""
        y, state = self.expected(d)
        tolerance = 2e-5 if self.e == "f32" else 1e-11
        rows = 1.0
        if self.gain:
            rows = np.exp(np.minimum(-got[2].astype(float), 700))[..., None]
            state = state * np.exp(np.minimum(-got[3].astype(float), 700))[..., None, None]
            check(what + " max", got[3].astype(float), self.last_max(d), 1e-4, (0, 1))
        check(what + " y", got[0], y * rows, tolerance, (0, 2))
        check(what + " state", got[1], state, tolerance, (0, 1))

    def last_max(self, d):
        m = d["m0"].astype(float)
        T = d["gain"].shape[1]
        last = [None] * BATCH
        for t in range(T)[::-1] if self.reverse else range(T):
            before = m.copy()
            if self.segments:
                for n in range(BATCH):
                    own = d["ids"][n, t]
                    if own >= 0 and last[n] is not None and own != last[n]:
                        before[n] = -np.inf
            g = 0.0
            if self.decay:
                g = d["decay"].astype(float)
                if self.decay.split()[0] == "channel":
                    g = g.max(-1)
                g = g if g.ndim == 1 else g[:, t]
            after = np.maximum(before + g, d["gain"][:, t])
            for n in range(BATCH):
                own = d["ids"][n, t] if self.segments else 0
                if own < 0:
                    after[n] = m[n]
                else:
                    last[n] = own
            m = after
        return m


worst = 0.0


def check(what, got, expected, tolerance, keep):
    global worst
    if not got.size:
        return
    over = tuple(n for n in range(got.ndim) if n not in keep)
    if np.prod([got.shape[n] for n in over]) < 16:
        over = None  # a few numbers of a head may all cancel
    scale = np.maximum(np.abs(expected).max(over, keepdims=True), 1e-6)
    error = (np.abs(got - expected) / scale).max()
    if not error <= tolerance:
        raise SystemExit("%s: error %g of %g" % (what, error, tolerance))
    if tolerance > 1e-9:
        worst = max(worst, error)


class Compiled:
    """The same through weft's own CPU phases."""

    def __init__(self, text, cc):
        self.library = compile_module(text, cc, (
            "weft-convert-mixer-to-blocks", "weft-cpu-tile", "weft-cpu-vector", "weft-cpu-llvm"))

    def __call__(self, name, *arguments, results):
        """The results have the shapes of y0, s0 and what follows them."""
        out = [np.full_like(x, np.nan) for x in arguments[3:3 + len(results)]]
        call(self.library, name, *arguments, *out)
        return out


def run(cases, lengths, cc, llvm_lib=None, gates=("random", "mixed", 0.0, -80.0)):
    """`lengths` gives the numbers of tokens for a chunk."""
    text = "".join(case.source(f"c{n}") for n, case in enumerate(cases))
    program = Program(text, cc, llvm_lib) if llvm_lib else Compiled(text, cc)
    random = np.random.default_rng(3)
    for n, case in enumerate(cases):
        for T, kind in itertools.product(lengths(case.chunk), gates if case.decay else ["none"]):
            d = case.data(random, T, kind)
            ranks = [4, 4] + ([3, 2] if case.gain else [])
            got = program(f"c{n}", *(x.copy() for x in d.values()),
                          results=[(r, case.dtype) for r in ranks])
            features = {f: x for f, x in case.__dict__.items()
                        if x and f not in ("self", "rest", "dtype")}
            case.compare(f"{features} T {T} gates {kind}", got, d)
    print("largest error %.2g" % worst)


def around(chunk):
    return (0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk + 7)
