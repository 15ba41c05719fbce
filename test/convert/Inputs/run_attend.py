"""attend against numpy: masks, scores, groups, lengths, caches, one query."""
import sys

import numpy as np

from blocks import Program, close
from formulas import attend
from masks import MASKS, SCORES, tables

H, K, V, CHUNK, QUERIES, SLOTS = 4, 16, 8, 16, 8, 96


def source(name, mask, score, Hk, softmax, e, T, cached):
    q, k, v, y = (f"tensor<2x{T}x{n}x{d}x{e}>" for n, d in (
        (H, K), (Hk, K), (Hk, V), (H, V)))
    kc, vc = (f"tensor<2x{Hk}x{SLOTS}x{d}x{e}>" for d in (K, V))
    more = ["", "", "", "", ""]
    if cached:
        more = [f", %kc: {kc}, %vc: {vc}, %n: index",
                f"cache(%kc, %vc : {kc}, {vc}) length %n",
                "origin(%o, %o, %n, %o)", f"-> {kc}, {vc}", f", {kc}, {vc}"]
    ops, value, _ = SCORES[score]
    return f"""
func.func @{name}(%q: {q}, %k: {k}, %v: {v}, %y0: {y}, %doc: tensor<2x?xi32>,
    %slope: tensor<4x{e}>, %limit: index{more[0]}) -> ({y}{more[4]})
    attributes {{llvm.emit_c_interface}} {{
  %o = arith.constant 0 : index
  %r{":3" if cached else ""} = mixer.attend ins(%q, %k, %v : {q}, {k}, {v}) {more[1]}
      outs(%y0 : {y}) {more[2]} {"softmax" if softmax else ""} scale 0.25 {{
    ^bb0(%s: {e}, %b: index, %h: index, %i: index, %j: index):
      {ops.replace("{e}", e)}
      {MASKS[mask][0]}
      mixer.yield {value}, %keep : {e}, i1
  }} {more[3]}
  return {"%r#0, %r#1, %r#2" if cached else "%r"} : {y}{more[4]}
}}"""


def run(program, case, T, past, random):
    name, mask, score, Hk, softmax, e, static, cached = case
    dtype = {"f32": np.float32, "f64": np.float64}[e]
    q, k, v = (random.standard_normal(s).astype(dtype) for s in (
        (2, T, H, K), (2, past + T, Hk, K), (2, past + T, Hk, V)))
    t = tables(random, past + T, dtype)
    arguments = [q, k[:, past:], v[:, past:], np.full((2, T, H, V), np.nan, dtype),
                 t["doc"], t["slope"], t["limit"]]
    results = [(4, dtype)]
    if cached:
        caches = [np.full((2, Hk, SLOTS, d), np.nan, dtype) for d in (K, V)]
        for cache, x in zip(caches, (k, v)):
            cache[:, :, :past] = x[:, :past].transpose(0, 2, 1, 3)
        arguments += [c.copy() for c in caches] + [past]
        results *= 3
    expected = attend(q, k, v, 0.25, lambda *x: MASKS[mask][1](*x, t),
                      lambda *x: SCORES[score][2](*x, t), softmax, past)
    got = program(name, *arguments, results=results)
    what = f"{case[1:]} T {T} after {past}"
    tolerance = 1e-5 if e == "f32" else 1e-12
    close(what, got[0], expected, tolerance)
    if cached:
        for cache, x in zip(got[1:], (k, v)):
            assert np.array_equal(cache[:, :, :past + T],
                                  x.transpose(0, 2, 1, 3)), what


def all_cases():
    for mask in MASKS:
        yield mask, "plain", 2, True, "f32", "?", False
        yield mask, "plain", 2, False, "f32", "?", False
        yield mask, "plain", 1, True, "f32", "?", True
        yield mask, "biased", 2, True, "f32", 1, True
    for score in SCORES:
        for Hk in (1, 4):
            yield "causal", score, Hk, True, "f64", "?", False
            yield "window", score, Hk, True, "f32", "?", True



def main():
    cases = [(f"c{n}", *case) for n, case in enumerate(all_cases())]
    program = Program(
        "".join(source(*case) for case in cases), *sys.argv[1:3],
        passes=f"weft-convert-mixer-to-blocks{{chunk={CHUNK} queries={QUERIES}}}")
    random = np.random.default_rng(3)
    for case in cases:
        static, cached = case[6], case[7]
        lengths = (0, 1, 7, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7)
        for T in (1,) if static == 1 else lengths:
            for past in (0, 1, 16, 37) if cached else (0,):
                run(program, case, T, past, random)
    print("attend: all equal")


if __name__ == "__main__":
    main()
