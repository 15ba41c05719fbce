"""attend with data of rows and columns, a sink and a weight after the softmax
against numpy: groups of heads, lengths, caches, one query; and blocks that ids
leave empty, which are not visited."""
import sys

import numpy as np

from blocks import Program, close

H, K, V, CHUNK, QUERIES, SLOTS = 4, 16, 8, 16, 8, 96
PASS = f"weft-convert-mixer-to-blocks{{chunk={CHUNK} queries={QUERIES}}}"


def source(name, Hk, e, T, cached, extras):
    """ids (i32, one head) and gates (e, all heads) as data of both."""
    q, k, v, y = (f"tensor<2x{T}x{n}x{d}x{e}>" for n, d in ((H, K), (Hk, K), (Hk, V), (H, V)))
    ids, gates = f"tensor<2x{T}x1xi32>", f"tensor<2x{T}x{H}x{e}>"
    caches = [f"tensor<2x{Hk}x{SLOTS}x{K}x{e}>", f"tensor<2x{Hk}x{SLOTS}x{V}x{e}>",
              f"tensor<2x1x{SLOTS}xi32>", f"tensor<2x{H}x{SLOTS}x{e}>"]
    more = ["", "", "", "", ""]
    if cached:
        more = [", " + ", ".join(f"%c{n}: {t}" for n, t in enumerate(caches)) + ", %n: index",
                f"cache(%c0, %c1 : {caches[0]}, {caches[1]}) length %n column_caches(%c2, %c3 : {caches[2]}, {caches[3]})",
                "origin(%o, %o, %n, %o)", f"-> {', '.join(caches)}", f", {', '.join(caches)}"]
    sink = f"sink(%sink : tensor<{H}x{e}>)" if extras else ""
    weight = (", %w", f", {e}") if extras else ("", "")
    return f"""
func.func @{name}(%q: {q}, %k: {k}, %v: {v}, %y0: {y}, %rid: {ids}, %cid: {ids}, %rg: {gates}, %cg: {gates},
    %sink: tensor<{H}x{e}>{more[0]}) -> ({y}{more[4]}) attributes {{llvm.emit_c_interface}} {{
  %o = arith.constant 0 : index
  %r{":5" if cached else ""} = mixer.attend ins(%q, %k, %v : {q}, {k}, {v}) rows(%rid, %rg : {ids}, {gates})
      columns(%cid, %cg : {ids}, {gates}) {sink} {more[1]}
      outs(%y0 : {y}) {more[2]} softmax scale 0.25 {{
    ^bb0(%s: {e}, %b: index, %h: index, %i: index, %j: index, %ri: i32, %gi: {e}, %ci: i32, %gj: {e}):
      %d = arith.subf %gi, %gj : {e}
      %score = arith.addf %s, %d : {e}
      %same = arith.cmpi eq, %ri, %ci : i32
      %causal = arith.cmpi sle, %j, %i : index
      %keep = arith.andi %same, %causal : i1
      %w = arith.mulf %gi, %gj : {e}
      mixer.yield %score, %keep{weight[0]} : {e}, i1{weight[1]}
  }} {more[3]}
  return {", ".join(f"%r#{n}" for n in range(5)) if cached else "%r"} : {y}{more[4]}
}}"""


def formula(q, k, v, ids, g, sink, past, extras):
    T, S, group = q.shape[1], k.shape[1], H // k.shape[2]
    k, v = (np.repeat(x, group, 2).astype(float) for x in (k, v))
    i, j = np.arange(past, past + T)[:, None], np.arange(S)[None]
    rows, columns = g[:, past:].transpose(0, 2, 1)[..., None], g.transpose(0, 2, 1)[:, :, None]
    s = 0.25 * np.einsum("bihd,bjhd->bhij", q.astype(float), k) + rows - columns
    keep = (ids[:, past:, None] == ids[:, None]) & (j <= i)
    s = np.where(keep[:, None], s, -np.inf)
    more = sink.astype(float)[:, None, None] if extras else -np.inf
    m = np.maximum(s.max(-1, keepdims=True, initial=-1e300), more)
    p = np.exp(s - m)
    total = p.sum(-1, keepdims=True) + np.exp(more - m)
    p = np.divide(p, total, out=np.zeros_like(p), where=total > 0)
    if extras:
        p = p * rows * columns
    return np.einsum("bhij,bjhd->bihd", p, v)


def draw(random, Hk, dtype, T, past):
    shapes = (2, T, H, K), (2, past + T, Hk, K), (2, past + T, Hk, V), (2, past + T, H), (H,)
    q, k, v, g, sink = (random.standard_normal(s).astype(dtype) for s in shapes)
    ids = np.sort(random.integers(-1, 3, (2, past + T))).astype(np.int32)
    return q, k, v, ids, g, sink


def run(program, case, T, past, random):
    name, Hk, e, _, cached, extras = case
    dtype = {"f32": np.float32, "f64": np.float64}[e]
    q, k, v, ids, g, sink = draw(random, Hk, dtype, T, past)
    new = slice(past, None)
    arguments = [q, k[:, new], v[:, new], np.full((2, T, H, V), np.nan, dtype), ids[:, new, None], ids[:, new, None],
                 g[:, new], g[:, new], sink]
    results = [(4, dtype)]
    whole = [k.transpose(0, 2, 1, 3), v.transpose(0, 2, 1, 3), ids[:, None], g.transpose(0, 2, 1)]
    if cached:
        for x in whole:
            cache = np.zeros((*x.shape[:2], SLOTS, *x.shape[3:]), x.dtype)
            cache[:, :, :past] = x[:, :, :past]
            arguments.append(cache)
            results.append((x.ndim, x.dtype))
        arguments.append(past)
    got = program(name, *arguments, results=results)
    what = f"{case[1:]} T {T} after {past}"
    close(what, got[0], formula(q, k, v, ids, g, sink, past, extras), 1e-5 if e == "f32" else 1e-12)
    for cache, x in zip(got[1:], whole):
        assert np.array_equal(cache[:, :, :past + T], x), what


def cases():
    for Hk in (1, 2, 4):
        yield Hk, "f32", "?", False, Hk == 2
        yield Hk, "f32", "?", True, Hk != 2
        yield Hk, "f64", 1, True, Hk != 1
        yield Hk, "f32", 1, True, True


def skipped_blocks(program, name, random):
    """Values of other documents are NaN: only a block that is not visited does
    not let them through."""
    T, blocks = 3 * CHUNK + 7, 0
    q, k, v, ids, g, sink = draw(random, H, np.float32, T, 0)
    expected = formula(q, k, v, ids, g, sink, 0, False)
    for i in range(0, T, QUERIES):
        rows, poisoned = slice(i, i + QUERIES), v.copy()
        for j in range(0, T, CHUNK):
            columns = slice(j, j + CHUNK)
            present = (ids[:, rows, None] == ids[:, None, columns]) & (
                np.arange(T)[rows, None] >= np.arange(T)[None, columns])
            for b in np.flatnonzero(~present.any((1, 2))):
                poisoned[b, columns], blocks = np.nan, blocks + 1
        got, = program(name, q, k, poisoned, np.zeros_like(v), ids[..., None], ids[..., None], g, g, sink,
                       results=[(4, np.float32)])
        close(f"blocks of rows {i}", got[:, rows], expected[:, rows])
    assert blocks


def main():
    all_cases = [(f"c{n}", *case) for n, case in enumerate(cases())] + [("blocks", H, "f32", "?", False, False)]
    program = Program("".join(source(*case) for case in all_cases), *sys.argv[1:3], passes=PASS)
    random = np.random.default_rng(3)
    for case in all_cases:
        for T in (1,) if case[3] == 1 else (0, 1, 7, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7):
            for past in (0, 1, 16, 37) if case[4] else (0,):
                run(program, case, T, past, random)
    skipped_blocks(program, "blocks", random)
    print("attend with data: all equal")


if __name__ == "__main__":
    main()
