"""Masks and scores as regions and as numpy formulas: the oracle of attend and
of the interval evaluator. Tables are captured arguments: %doc [B, N] i32,
%slope [H], %limit an index."""
import numpy as np

# name: (ops that define %keep, formula of b, h, i, j and the tables)
MASKS = {
    "all": ("%keep = arith.constant true", lambda b, h, i, j, t: b == b),
    "none": ("%keep = arith.constant false", lambda b, h, i, j, t: b != b),
    "causal": ("%keep = arith.cmpi sle, %j, %i : index",
               lambda b, h, i, j, t: j <= i),
    "strict": ("%keep = arith.cmpi ugt, %i, %j : index",
               lambda b, h, i, j, t: j < i),
    "window": ("""%d = arith.subi %i, %j : index
      %w = arith.constant 13 : index
      %keep = arith.cmpi ult, %d, %w : index""",
               lambda b, h, i, j, t: (0 <= i - j) & (i - j < 13)),
    "two-sided": ("""%w = arith.constant 9 : index
      %lo = arith.subi %i, %w : index
      %hi = arith.addi %i, %w : index
      %c0 = arith.cmpi sge, %j, %lo : index
      %c1 = arith.cmpi slt, %j, %hi : index
      %keep = arith.andi %c0, %c1 : i1""",
                  lambda b, h, i, j, t: (i - 9 <= j) & (j < i + 9)),
    "window-i32": ("""%i32 = arith.index_cast %i : index to i32
      %j32 = arith.index_cast %j : index to i32
      %d = arith.subi %i32, %j32 : i32
      %w = arith.constant 20 : i32
      %z = arith.constant 0 : i32
      %c0 = arith.cmpi sge, %d, %z : i32
      %c1 = arith.cmpi slt, %d, %w : i32
      %keep = arith.andi %c0, %c1 : i1""",
                   lambda b, h, i, j, t: (0 <= i - j) & (i - j < 20)),
    "per-head": ("""%d = arith.subi %i, %j : index
      %f = arith.constant 5 : index
      %one = arith.constant 1 : index
      %h1 = arith.addi %h, %one : index
      %w = arith.muli %h1, %f : index
      %z = arith.constant 0 : index
      %c0 = arith.cmpi sge, %d, %z : index
      %c1 = arith.cmpi slt, %d, %w : index
      %keep = arith.andi %c0, %c1 : i1""",
                 lambda b, h, i, j, t: (0 <= i - j) & (i - j < 5 * (h + 1))),
    "prefix": ("""%c0 = arith.cmpi slt, %j, %limit : index
      %c1 = arith.cmpi sle, %j, %i : index
      %keep = arith.ori %c0, %c1 : i1""",
               lambda b, h, i, j, t: (j < t["limit"]) | (j <= i)),
    "chunked": ("""%f = arith.constant 16 : index
      %bi = arith.floordivsi %i, %f : index
      %bj = arith.divui %j, %f : index
      %c0 = arith.cmpi eq, %bi, %bj : index
      %c1 = arith.cmpi sle, %j, %i : index
      %keep = arith.andi %c0, %c1 : i1""",
                lambda b, h, i, j, t: (i // 16 == j // 16) & (j <= i)),
    "dilated": ("""%f = arith.constant 3 : index
      %d = arith.subi %i, %j : index
      %r = arith.remsi %d, %f : index
      %z = arith.constant 0 : index
      %c0 = arith.cmpi eq, %r, %z : index
      %c1 = arith.cmpi sge, %i, %j : index
      %keep = arith.andi %c0, %c1 : i1""",
                lambda b, h, i, j, t: ((i - j) % 3 == 0) & (j <= i)),
    "blocks": ("""%f = arith.constant 8 : index
      %two = arith.constant 2 : index
      %bi = arith.divui %i, %f : index
      %ri = arith.remui %bi, %two : index
      %bj = arith.divui %j, %f : index
      %rj = arith.remui %bj, %two : index
      %keep = arith.cmpi ne, %ri, %rj : index""",
               lambda b, h, i, j, t: i // 8 % 2 != j // 8 % 2),
    "distance": ("""%d = arith.subi %i, %j : index
      %a = math.absi %d : index
      %w = arith.constant 10 : index
      %keep = arith.cmpi ugt, %w, %a : index""",
                 lambda b, h, i, j, t: abs(i - j) < 10),
    "select": ("""%two = arith.constant 2 : index
      %c = arith.cmpi ult, %h, %two : index
      %c0 = arith.cmpi sle, %j, %i : index
      %c1 = arith.cmpi sge, %j, %i : index
      %keep = arith.select %c, %c0, %c1 : i1""",
               lambda b, h, i, j, t: np.where(h < 2, j <= i, j >= i)),
    "documents": ("""%di = tensor.extract %doc[%b, %i] : tensor<2x?xi32>
      %dj = tensor.extract %doc[%b, %j] : tensor<2x?xi32>
      %c0 = arith.cmpi eq, %di, %dj : i32
      %c1 = arith.cmpi sle, %j, %i : index
      %keep = arith.andi %c0, %c1 : i1""",
                  lambda b, h, i, j, t: (t["doc"][b, i] == t["doc"][b, j]) & (j <= i)),
    # A sum of loaded values: narrow ones may wrap, and nothing is known.
    "wrapping": ("""%dj = tensor.extract %doc[%b, %j] : tensor<2x?xi32>
      %big = arith.constant 2147483647 : i32
      %sum = arith.addi %dj, %big : i32
      %z = arith.constant 0 : i32
      %keep = arith.cmpi sgt, %sum, %z : i32""",
                 lambda b, h, i, j, t: (t["doc"][b, j] == 0) & (i == i)),
    "parity": ("""%one = arith.constant 1 : index
      %x = arith.andi %j, %one : index
      %c = arith.cmpi eq, %x, %one : index
      %c1 = arith.cmpi sle, %j, %i : index
      %keep = arith.xori %c, %c1 : i1""",
               lambda b, h, i, j, t: (j % 2 == 1) ^ (j <= i)),
}

SCORES = {
    "plain": ("", "%s", lambda s, b, h, i, j, t: s),
    "capped": ("""%cap = arith.constant 2.0 : {e}
      %x = arith.divf %s, %cap : {e}
      %y = math.tanh %x : {e}
      %sc = arith.mulf %y, %cap : {e}""", "%sc",
               lambda s, b, h, i, j, t: 2 * np.tanh(s / 2)),
    "biased": ("""%sl = tensor.extract %slope[%h] : tensor<4x{e}>
      %dd = arith.subi %j, %i : index
      %di64 = arith.index_cast %dd : index to i64
      %df = arith.sitofp %di64 : i64 to {e}
      %bias = arith.mulf %sl, %df : {e}
      %sc = arith.addf %s, %bias : {e}""", "%sc",
               lambda s, b, h, i, j, t: s + t["slope"][h] * (j - i)),
}


def tables(random, length, dtype=np.float32):
    return {"doc": np.sort(random.integers(0, 4, (2, length))).astype(np.int32),
            "slope": (2.0 ** -np.arange(1, 5)).astype(dtype),
            "limit": min(length, 21)}
