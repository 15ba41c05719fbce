"""Mamba's selective scan and Mamba-2's state-space duality."""
import numpy as np

from contestant import Contestant, compiled, contiguous
from peers import onnx_model


def silu(x):
    return x / (1 + np.exp(-x))


class SelectiveScan:
    """FLOPs: 7 a token, channel and state. Softplus, skip and gate are part of it."""
    name, bytes, tolerance = "selective scan D1536 N16 T1024", None, 1e-5
    channels, states, tokens = 1536, 16, 1024

    def __init__(self, bar):
        self.bar, self.flops = bar, 7 * self.channels * self.states * self.tokens
        random = np.random.default_rng(5)
        draw = lambda *shape: random.standard_normal(shape, np.float32)
        row = (1, self.tokens, self.channels)
        self.x, self.step, self.z = draw(*row), 0.5 * draw(*row) - 1, draw(*row)
        self.a = -random.random((self.channels, self.states), np.float32) - np.float32(0.1)
        self.b, self.c = draw(1, self.tokens, 1, self.states), draw(1, self.tokens, 1, self.states)
        self.skip = draw(self.channels)

    def reference(self):
        x, step, z, b, c = (array[0].astype(np.float64) for array in (self.x, self.step, self.z, self.b, self.c))
        dt, out, state = np.log1p(np.exp(step)), np.empty(x.shape), np.zeros(self.a.shape)
        for t in range(self.tokens):
            state = state * np.exp(dt[t][:, None] * self.a) + (dt[t] * x[t])[:, None] * b[t]
            out[t] = state @ c[t, 0]
        return ((out + x * self.skip) * silu(z))[None]

    def weft(self, weftc, folder):
        inputs = [self.x, self.step, self.a, self.b, self.c, self.skip, self.z]
        return compiled(weftc, folder, "selective_scan", inputs)

    def peers(self, peers):
        arrays = [self.x[0], self.step[0], contiguous(self.a, 1, 0), self.b[0, :, 0], self.c[0, :, 0], self.skip, self.z[0]]
        back = lambda y: y[None]
        graph, feeds = self.graph(arrays)
        return [self.loop(peers.torch, arrays), peers.jitted("jax lax.scan, state N x D", self.scan(peers.jax), arrays, back),
                *peers.onnx("selective_scan", graph, feeds, back)]

    def loop(self, torch, arrays, chunk=16):
        """By hand: decays of a few tokens, which the cache holds, then one fused step a token."""
        x, step, a, b, c, skip, z = (torch.from_numpy(array) for array in arrays)
        decays, written, states = (torch.empty(chunk, self.states, self.channels) for _ in range(3))
        functional = torch.nn.functional

        def run():
            dt, out, state = functional.softplus(step), torch.empty_like(x), torch.zeros(self.states, self.channels)
            u = dt * x
            for at in range(0, self.tokens, chunk):
                part = slice(at, at + chunk)
                torch.mul(dt[part, None], a, out=decays).exp_()
                torch.mul(u[part, None], b[part, :, None], out=written)
                for t in range(chunk):
                    state = torch.addcmul(written[t], state, decays[t], out=states[t])
                out[part] = torch.bmm(c[part, None], states)[:, 0]
                state = state.clone()
            return (out + x * skip) * functional.silu(z)

        return Contestant("torch loop by hand", run, lambda y: y.numpy()[None])

    def scan(self, jax):
        numpy = jax.numpy

        def run(x, step, a, b, c, skip, z):
            def token(state, given):
                x, dt, b, c = given
                state = numpy.exp(dt * a) * state + b[:, None] * (dt * x)
                return state, numpy.sum(state * c[:, None], 0)

            start = numpy.zeros((self.states, self.channels))
            _, y = jax.lax.scan(token, start, (x, jax.nn.softplus(step), b, c), unroll=4)
            return (y + x * skip) * jax.nn.silu(z)

        return run

    def graph(self, arrays):
        """An ONNX Scan over tokens, as exporters give it, with softplus, skip and gate around."""
        x, step, a, b, c, skip, z = arrays
        size, states, tokens = self.channels, self.states, self.tokens
        body = onnx_model([("Mul", ["dt_t", "a"], "m", {}), ("Exp", ["m"], "decay", {}), ("Mul", ["decay", "h"], "kept", {}),
                           ("Mul", ["b_t", "u_t"], "new", {}), ("Add", ["kept", "new"], "next", {}),
                           ("MatMul", ["c_t", "next"], "y_t", {})],
                          {"h": [states, size], "dt_t": [1, size], "u_t": [1, size], "b_t": [states, 1], "c_t": [1, states]},
                          ("y_t", [1, size]), {}, [("next", [states, size])]).graph
        nodes = [("Softplus", ["s"], "dt", {}), ("Mul", ["dt", "x"], "u", {}),
                 ("Scan", ["start", "dt", "u", "b", "c"], "last scan", {"body": body, "num_scan_inputs": 4}),
                 ("Mul", ["x", "skip"], "skipped", {}), ("Add", ["scan", "skipped"], "sum", {}), ("Sigmoid", ["z"], "gate", {}),
                 ("Mul", ["z", "gate"], "silu", {}), ("Mul", ["sum", "silu"], "rows", {}),
                 ("Reshape", ["rows", "shape"], "y", {})]
        row = [tokens, 1, size]
        feeds = {"x": x.reshape(row), "s": step.reshape(row), "z": z.reshape(row), "b": b[:, :, None], "c": c[:, None]}
        weights = {"a": a, "skip": skip, "start": np.zeros((states, size), np.float32),
                   "shape": np.array([tokens, size], np.int64)}
        shapes = {name: list(array.shape) for name, array in feeds.items()}
        return onnx_model(nodes, shapes, ("y", [tokens, size]), weights), feeds


class StateSpaceDuality:
    """FLOPs at chunks of 64: a causal half of scores once, of products a head, a read and a write of the state."""
    name, bytes, tolerance = "SSD H24 P64 N128 T2048", None, 1e-5
    heads, width, size, tokens, chunk = 24, 64, 128, 2048, 64

    def __init__(self, bar):
        self.bar = bar
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
        return compiled(weftc, folder, "ssd", self.inputs)

    def peers(self, peers):
        c, b = (array[0, :, 0] for array in self.inputs[:2])
        arrays = [c, b, self.inputs[2][0], self.inputs[3][0]]
        return [self.chunked(peers.torch), peers.jitted("jax scan over chunks", self.scan(peers.jax), arrays, lambda y: (
            y.transpose(0, 2, 1, 3).reshape(1, self.tokens, self.heads, self.width)))]

    def chunked(self, torch):
        """By hand: heads as batch, scores shared, a loop over chunks."""
        c, b = (torch.from_numpy(array[0, :, 0]) for array in self.inputs[:2])
        x = torch.from_numpy(contiguous(self.inputs[3][0], 1, 0, 2))
        log_a = torch.from_numpy(self.inputs[2][0].reshape(-1, self.chunk, self.heads))
        later = torch.full((self.chunk, self.chunk), -torch.inf).triu(1)

        def run():
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

        return Contestant("torch chunked by hand", run, lambda y: contiguous(y.numpy(), 1, 0, 2)[None])

    def scan(self, jax):
        numpy = jax.numpy

        def run(c, b, log_a, x):
            seen = numpy.tril(numpy.ones((self.chunk, self.chunk), bool))

            def chunk(state, given):
                c, b, log_a, x = given
                a, x = numpy.cumsum(log_a, 0).T, x.transpose(1, 0, 2)
                scores = numpy.where(seen, numpy.exp(a[:, :, None] - a[:, None, :]), 0) * (c @ b.T)
                y = scores @ x + numpy.exp(a)[..., None] * (c @ state)
                written = (b.T * numpy.exp(a[:, -1:] - a)[:, None, :]) @ x
                return state * numpy.exp(a[:, -1])[:, None, None] + written, y

            chunks = [array.reshape(-1, self.chunk, *array.shape[1:]) for array in (c, b, log_a, x)]
            return jax.lax.scan(chunk, numpy.zeros((self.heads, self.size, self.width)), chunks)[1]

        return run
