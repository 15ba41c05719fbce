"""running_sum against numpy: both parts, the carry, no tokens, terms that are cut."""
import sys
from fractions import Fraction

import numpy as np

from blocks import Program

H = 3


def source(e, wide):
    x, y = f"tensor<2x?x{H}x{e}>", f"tensor<2x?x{H}x{wide}>"
    return f"""
func.func @sum_{e}(%x: {x}, %c: tensor<2x{H}xf64>) -> ({y}, {y}, tensor<2x{H}xf64>) attributes {{llvm.emit_c_interface}} {{
  %h, %r, %l = mixer.running_sum %x from %c : {x}, tensor<2x{H}xf64> -> {y}
  return %h, %r, %l : {y}, {y}, tensor<2x{H}xf64>
}}"""


def exact(x, carry):
    """Sums as fractions, rounded once to f64."""
    sums = np.zeros(x.shape)
    for b, h in np.ndindex(x.shape[0], H):
        total = Fraction(float(carry[b, h]))
        for t in range(x.shape[1]):
            total += Fraction(max(float(x[b, t, h]), -1000.0))
            sums[b, t, h] = float(total)
    return sums


def main():
    program = Program(source("f32", "f32") + source("f64", "f64"), *sys.argv[1:3])
    random = np.random.default_rng(2)
    for name, dtype in (("f32", np.float32), ("f64", np.float64)):
        for tokens in (0, 1, 2, 400):
            x = -random.exponential(3.0, (2, tokens, H)).astype(dtype)
            x[:, 1:2, 1] = -np.inf
            carry = random.standard_normal((2, H)) * 100
            expected = exact(x, carry)
            high, rest, last = program(f"sum_{name}", x, carry.copy(), results=[(3, dtype), (3, dtype), (2, np.float64)])
            both = high.astype(np.float64) + rest
            assert np.array_equal(high, expected.astype(dtype)) or dtype == np.float64, (name, tokens)
            assert np.allclose(both, expected, rtol=3e-14, atol=0), (name, tokens)
            final = expected[:, -1] if tokens else carry
            assert np.allclose(last, final, rtol=1e-14, atol=0), (name, tokens)
    print("running sums agree")


if __name__ == "__main__":
    main()
