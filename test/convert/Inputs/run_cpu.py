"""The CPU phases against numpy: dynamic rows, odd sizes, reductions, transposes,
table look-ups, states through calls, and every binade of the exponential."""
import sys

import numpy as np

from cpu import call, compile_module

MODULE = """
#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>
func.func @exp(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = linalg.exp ins(%x : tensor<?x8xf32>) outs(%x : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
func.func @exp2(%x: tensor<?x8xf32>, %o: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x8xf32>) outs(%o : tensor<?x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %e = math.exp2 %a : f32
    linalg.yield %e : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
func.func @transpose(%x: tensor<16x24xf32>) -> tensor<24x16xf32> {
  %e = tensor.empty() : tensor<24x16xf32>
  %y = linalg.generic {indexing_maps = [#ji, #ij], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<16x24xf32>) outs(%e : tensor<24x16xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<24x16xf32>
  return %y : tensor<24x16xf32>
}
func.func @rotate(%x: tensor<5x16xf32>) -> tensor<5x16xf32> {
  %c3 = arith.constant 3 : index
  %c16 = arith.constant 16 : index
  %e = tensor.empty() : tensor<5x16xf32>
  %y = linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x16xf32>) {
  ^bb0(%b: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %k = arith.addi %j, %c3 : index
    %l = arith.remui %k, %c16 : index
    %a = tensor.extract %x[%i, %l] : tensor<5x16xf32>
    linalg.yield %a : f32
  } -> tensor<5x16xf32>
  return %y : tensor<5x16xf32>
}
func.func private @add(%x: tensor<4x8xf32>, %s: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %r = linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x8xf32>) outs(%s : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}
func.func @calls(%x: tensor<4x8xf32>, %s: tensor<4x8xf32> {mixer.state = "s"}) -> (tensor<4x8xf32>, tensor<4x8xf32> {mixer.state = "s"}) {
  %s1 = call @add(%x, %s) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %s2 = call @add(%s1, %s1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %s1, %s2 : tensor<4x8xf32>, tensor<4x8xf32>
}
"""


def product(n, k):
    return f"""
func.func @product{n}(%a: tensor<?x{k}xf32>, %b: tensor<{k}x{n}xf32>) -> (tensor<?x{n}xf32>, tensor<?xf32>) {{
  %c0 = arith.constant 0 : index
  %c12 = arith.constant 12 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x{k}xf32>
  %ye = tensor.empty(%m) : tensor<?x{n}xf32>
  %se = tensor.empty(%m) : tensor<?xf32>
  %n = arith.ceildivui %m, %c12 : index
  %y, %s = scf.forall (%t) in (%n) shared_outs(%yo = %ye, %so = %se) -> (tensor<?x{n}xf32>, tensor<?xf32>) {{
    %i = arith.muli %t, %c12 : index
    %left = arith.subi %m, %i : index
    %rows = arith.minui %left, %c12 : index
    %x = tensor.extract_slice %a[%i, 0] [%rows, {k}] [1, 1] : tensor<?x{k}xf32> to tensor<?x{k}xf32>
    %e = tensor.empty(%rows) : tensor<?x{n}xf32>
    %f = linalg.fill ins(%z : f32) outs(%e : tensor<?x{n}xf32>) -> tensor<?x{n}xf32>
    %p = linalg.matmul ins(%x, %b : tensor<?x{k}xf32>, tensor<{k}x{n}xf32>) outs(%f : tensor<?x{n}xf32>) -> tensor<?x{n}xf32>
    %r = tensor.empty(%rows) : tensor<?xf32>
    %g = linalg.fill ins(%z : f32) outs(%r : tensor<?xf32>) -> tensor<?xf32>
    %q = linalg.generic {{indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}} ins(%p : tensor<?x{n}xf32>) outs(%g : tensor<?xf32>) {{
    ^bb0(%v: f32, %w: f32):
      %u = arith.mulf %v, %v : f32
      %c = arith.addf %w, %u : f32
      linalg.yield %c : f32
    }} -> tensor<?xf32>
    scf.forall.in_parallel {{
      tensor.parallel_insert_slice %p into %yo[%i, 0] [%rows, {n}] [1, 1] : tensor<?x{n}xf32> into tensor<?x{n}xf32>
      tensor.parallel_insert_slice %q into %so[%i] [%rows] [1] : tensor<?xf32> into tensor<?xf32>
    }}
  }}
  return %y, %s : tensor<?x{n}xf32>, tensor<?xf32>
}}"""


def check_exponential(library, name, function, lowest, overflow):
    random = np.random.default_rng(1)
    x = np.concatenate([random.uniform(lowest - 2, overflow + 2, 1 << 16),
                        [0, -0.0, np.inf, -np.inf, np.nan, lowest, overflow, -1e30, 1e30],
                        np.zeros(7)]).astype(np.float32).reshape(-1, 8)
    y = np.full_like(x, 7)
    call(library, name, *([x, y] if name == "exp" else [x, x.copy(), y]))
    with np.errstate(over="ignore", under="ignore"):
        exact = function(x.astype(np.float64))
        rounded = exact.astype(np.float32)
    tiny = exact < 2.0 ** -126 * (1 - 1e-6)
    assert ((y[tiny] == 0) | (np.abs(y[tiny] - exact[tiny]) <= 2.0 ** -149)).all(), name + " of tiny values"
    assert (y[exact < 2.0 ** -127] == 0).all(), name + " of values that are 0"
    assert np.isnan(y[np.isnan(x)]).all(), name + " of NaN"
    assert (y[np.isposinf(rounded)] == np.inf).all(), name + " overflows"
    normal = np.isfinite(rounded) & (exact > 2.0 ** -126 * (1 + 1e-6))
    ulp = np.abs(y[normal] - exact[normal]) / np.spacing(rounded[normal]).astype(np.float64)
    assert ulp.max() <= 2, f"{name}: {ulp.max()} ulp"


library = compile_module(MODULE + product(16, 20) + product(10, 7), sys.argv[1])
check_exponential(library, "exp", np.exp, -87.33654, 88.72283)
check_exponential(library, "exp2", np.exp2, -126, 127.9999)
random = np.random.default_rng(2)
for n, k in ((16, 20), (10, 7)):
    for rows in (0, 1, 5, 12, 13, 40):
        a, b = (random.standard_normal(s).astype(np.float32) for s in ((rows, k), (k, n)))
        y, s = np.full((rows, n), np.nan, np.float32), np.full(rows, np.nan, np.float32)
        call(library, f"product{n}", a, b, y, s)
        exact = a.astype(np.float64) @ b
        np.testing.assert_allclose(y, exact, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(s, (exact ** 2).sum(1), rtol=1e-5, atol=1e-5)
x, y = random.standard_normal((16, 24)).astype(np.float32), np.zeros((24, 16), np.float32)
call(library, "transpose", x, y)
np.testing.assert_array_equal(y, x.T)
x, y = random.standard_normal((5, 16)).astype(np.float32), np.zeros((5, 16), np.float32)
call(library, "rotate", x, y)
np.testing.assert_array_equal(y, np.roll(x, -3, 1))
x, s = (random.standard_normal((4, 8)).astype(np.float32) for _ in range(2))
first, before = np.zeros_like(x), s.copy()
call(library, "calls", x, first, s)
np.testing.assert_array_equal(first, x + before)
np.testing.assert_array_equal(s, first + first)
print("cpu: all equal")
