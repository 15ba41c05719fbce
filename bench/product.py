"""x Wᵀ with W a weight of the model."""
import numpy as np

from contestant import Contestant, compiled
from peers import onnx_model


class Product:
    bytes, tolerance = None, 1e-5

    def __init__(self, rows, inner, columns, bar):
        self.name, self.bar, self.shape = f"GEMM {rows}x{inner}x{columns}", bar, (rows, inner, columns)
        self.flops = 2 * rows * inner * columns
        random = np.random.default_rng(3)
        self.x = random.standard_normal((1, rows, inner), np.float32)
        self.weight = random.standard_normal((columns, inner), np.float32)

    def reference(self):
        return self.x.astype(np.float64) @ self.weight.astype(np.float64).T

    def weft(self, weftc, folder):
        _, inner, columns = self.shape
        sizes = {"384": str(inner), "1536": str(columns)}
        return compiled(weftc, folder, "gemm", [self.x], {"w": self.weight}, sizes)

    def peers(self, peers):
        torch, (rows, inner, columns) = peers.torch, self.shape
        x, weight = torch.from_numpy(self.x[0]), torch.from_numpy(self.weight)
        transposed = weight.T.contiguous()

        def linear():
            return torch.nn.functional.linear(x, weight)

        def product():
            return x @ transposed

        graph = onnx_model([("MatMul", ["x", "w"], "y", {})], {"x": [rows, inner]}, ("y", [rows, columns]),
                           {"w": transposed.numpy()})
        return [Contestant("torch F.linear", linear, lambda y: y.numpy()[None]),
                Contestant("torch mm", product, lambda y: y.numpy()[None]),
                peers.jitted("jax", lambda a, b: a @ b, [self.x[0], transposed.numpy()], lambda y: y[None]),
                *peers.onnx("gemm", graph, {"x": self.x[0]}, lambda y: y[None])]
