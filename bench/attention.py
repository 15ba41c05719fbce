"""Causal softmax attention."""
import numpy as np

from contestant import Contestant, compiled, contiguous
from peers import onnx_model


class Attention:
    """FLOPs of the causal half: 4 D a pair of tokens."""
    heads, width, bytes, tolerance = 8, 64, None, 1e-5

    def __init__(self, tokens, bar):
        self.name, self.bar, self.tokens = f"causal attention H8 D64 T{tokens}", bar, tokens
        self.flops = 4 * self.heads * self.width * tokens * (tokens + 1) / 2
        random = np.random.default_rng(1)
        self.inputs = [random.standard_normal((1, tokens, self.heads, self.width), np.float32) for _ in range(3)]

    def reference(self):
        q, k, v = (x[0].astype(np.float64).transpose(1, 0, 2) for x in self.inputs)
        later, out = ~np.tri(q.shape[1], dtype=bool), np.empty_like(q)
        for head in range(self.heads):
            scores = np.where(later, -np.inf, q[head] @ k[head].T / 8)
            weights = np.exp(scores - scores.max(1, keepdims=True))
            out[head] = weights @ v[head] / weights.sum(1, keepdims=True)
        return out.transpose(1, 0, 2)[None]

    def weft(self, weftc, folder):
        return compiled(weftc, folder, "causal_attention", self.inputs)

    def peers(self, peers):
        given = [contiguous(x, 0, 2, 1, 3) for x in self.inputs]
        back = lambda y: contiguous(y, 0, 2, 1, 3)
        return [self.flash(peers.torch, given, back),
                peers.jitted("jax", self.softmax(peers), given, back),
                *peers.onnx("attention", self.graph(), dict(zip("qkv", given)), back)]

    def flash(self, torch, given, back):
        q, k, v = (torch.from_numpy(x) for x in given)

        def run():
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)

        return Contestant("torch SDPA is_causal", run, lambda y: back(y.numpy()))

    def softmax(self, peers):
        nn, numpy = peers.jax.nn, peers.jax.numpy

        def run(q, k, v):
            seen = numpy.tril(numpy.ones((self.tokens, self.tokens), bool))
            scores = numpy.where(seen, numpy.einsum("bhtd,bhsd->bhts", q, k) / 8, -numpy.inf)
            return numpy.einsum("bhts,bhsd->bhtd", nn.softmax(scores, -1), v)

        return run

    def graph(self):
        nodes = [("Transpose", ["k"], "kt", {"perm": [0, 1, 3, 2]}), ("MatMul", ["q", "kt"], "s", {}),
                 ("Mul", ["s", "scale"], "scaled", {}), ("Add", ["scaled", "mask"], "masked", {}),
                 ("Softmax", ["masked"], "p", {"axis": -1}), ("MatMul", ["p", "v"], "y", {})]
        shape = [1, self.heads, self.tokens, self.width]
        mask = np.triu(np.full((self.tokens, self.tokens), -1e30, np.float32), 1)
        return onnx_model(nodes, dict.fromkeys("qkv", shape), ("y", shape), {"mask": mask, "scale": np.float32(0.125)})
