"""The cases: inputs, useful work, what numpy says, and who computes it."""
import os

import numpy as np

import library

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")


class Contestant:
    """`run` is what is timed, on inputs in the layout that suits it; `reset`
    brings back the state before it; `unpack` makes the case's layout of what
    `run` returns."""

    def __init__(self, name, run, unpack=lambda output: output, reset=lambda: None):
        self.name, self.run, self.unpack, self.reset = name, run, unpack, reset


def contiguous(array, *order):
    return np.ascontiguousarray(array.transpose(order))


class Attention:
    """FLOPs of the causal half: 4 D a pair of tokens."""
    heads, width, bytes, tolerance = 8, 64, None, 1e-5

    def __init__(self, tokens):
        self.name = f"causal attention H8 D64 T{tokens}"
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
        model = library.load(weftc, f"{MODELS}/causal_attention.mlir", folder, "--entries=forward")
        return Contestant("weft", model.prepare("forward", self.inputs))

    def peers(self, torch):
        q, k, v = (torch.from_numpy(contiguous(x, 0, 2, 1, 3)) for x in self.inputs)

        def flash():
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)

        return [Contestant("torch SDPA is_causal", flash, lambda y: contiguous(y.numpy(), 0, 2, 1, 3))]


class StateSpace:
    """FLOPs at chunks of 64: a causal half of scores once, of products a head, a read and a write of the state."""
    name, bytes, tolerance = "SSD H24 P64 N128 T2048", None, 1e-5
    heads, width, size, tokens, chunk = 24, 64, 128, 2048, 64

    def __init__(self):
        self.flops = self.tokens * (2 * self.chunk * self.size + self.heads * (
            self.chunk * self.width + 4 * self.size * self.width))
        random = np.random.default_rng(2)
        c, b = (0.3 * random.standard_normal((1, self.tokens, 1, self.size), np.float32) for _ in range(2))
        step = random.uniform(0.01, 0.11, (1, self.tokens, self.heads))
        log_a = (step * -random.uniform(0.5, 4.5, self.heads)).astype(np.float32)
        x = (random.standard_normal((1, self.tokens, self.heads, self.width)) * step[..., None]).astype(np.float32)
        self.inputs = [c, b, log_a, x]

    def reference(self):
        c, b, log_a, x = (array[0].astype(np.float64) for array in self.inputs)
        state, out = np.zeros((self.heads, self.size, self.width)), np.empty(x.shape)
        for t in range(self.tokens):
            state = state * np.exp(log_a[t])[:, None, None] + b[t, 0][None, :, None] * x[t][:, None, :]
            out[t] = np.einsum("n,hnp->hp", c[t, 0], state)
        return out[None]

    def weft(self, weftc, folder):
        model = library.load(weftc, f"{MODELS}/ssd.mlir", folder, "--entries=forward")
        return Contestant("weft", model.prepare("forward", self.inputs))

    def peers(self, torch):
        def chunked():
            """By hand: heads as batch, scores shared, a loop over chunks."""
            state, outputs = torch.zeros(self.heads, self.size, self.width), []
            total = log_a.cumsum(1).reshape(self.tokens, self.heads).T
            for at in range(0, self.tokens, self.chunk):
                part = slice(at, at + self.chunk)
                a, bc, cc, xc = total[:, part], b[part], c[part], x[:, part]
                scores = (cc @ bc.T) * torch.exp(a[:, :, None] - a[:, None, :] + later)
                read = cc[None] * torch.exp(a)[..., None]
                outputs.append(torch.baddbmm(torch.bmm(scores, xc), read, state))
                last = a[:, -1:]
                state = state * torch.exp(last)[..., None] + torch.bmm(bc.T[None] * torch.exp(last - a)[:, None, :], xc)
            return torch.cat(outputs, 1)

        c, b = (torch.from_numpy(array[0, :, 0]) for array in self.inputs[:2])
        x = torch.from_numpy(contiguous(self.inputs[3][0], 1, 0, 2))
        log_a = torch.from_numpy(self.inputs[2][0].reshape(-1, self.chunk, self.heads))
        later = torch.full((self.chunk, self.chunk), -torch.inf).triu(1)
        return [Contestant("torch chunked by hand", chunked, lambda y: contiguous(y.numpy(), 1, 0, 2)[None])]


class Product:
    name, bytes, tolerance = "GEMM 2048x768x768", None, 1e-5
    rows, size = 2048, 768

    def __init__(self):
        self.flops = 2 * self.rows * self.size * self.size
        random = np.random.default_rng(3)
        self.x = random.standard_normal((1, self.rows, self.size), np.float32)
        self.weight = random.standard_normal((self.size, self.size), np.float32)

    def reference(self):
        return self.x.astype(np.float64) @ self.weight.astype(np.float64).T

    def weft(self, weftc, folder):
        path = f"{folder}/gemm.safetensors"
        library.save_weight(path, "w", self.weight)
        model = library.load(weftc, f"{MODELS}/gemm.mlir", folder, f"--weights={path}", "--entries=forward")
        return Contestant("weft", model.prepare("forward", [self.x]))

    def peers(self, torch):
        x, weight = torch.from_numpy(self.x[0]), torch.from_numpy(self.weight)
        transposed = weight.T.contiguous()

        def linear():
            return torch.nn.functional.linear(x, weight)

        def product():
            return x @ transposed

        return [Contestant("torch F.linear", linear, lambda y: y.numpy()[None]),
                Contestant("torch mm", product, lambda y: y.numpy()[None])]
