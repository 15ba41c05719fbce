"""LSTM and GRU, with the projection of their input."""
import numpy as np

from contestant import Contestant, compiled, contiguous
from peers import onnx_model

SIZE, TOKENS = 512, 512


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Recurrent:
    """FLOPs: the products of the input and of the state. Weights are rows of gates, as torch orders them."""
    bytes, tolerance = None, 1e-5

    def __init__(self, bar):
        self.bar, rows = bar, self.gates * SIZE
        self.name, self.flops = f"{self.title} {SIZE} T{TOKENS}", 4 * TOKENS * rows * SIZE
        random = np.random.default_rng(9)
        draw = lambda *shape: random.uniform(-SIZE ** -0.5, SIZE ** -0.5, shape).astype(np.float32)
        self.x = random.standard_normal((1, TOKENS, SIZE), np.float32)
        self.w, self.r, self.bias_w, self.bias_r = draw(rows, SIZE), draw(rows, SIZE), draw(rows), draw(rows)

    def reference(self):
        w, r, bias_w, bias_r = (array.astype(np.float64) for array in (self.w, self.r, self.bias_w, self.bias_r))
        given, out, states = self.x[0] @ w.T + bias_w, np.empty((TOKENS, SIZE)), (np.zeros(SIZE), np.zeros(SIZE))
        for t in range(TOKENS):
            states = self.next(given[t].reshape(-1, SIZE), (r @ states[0] + bias_r).reshape(-1, SIZE), *states)
            out[t] = states[0]
        return out[None, :, None]

    def torch(self, torch, kind):
        layer = kind(SIZE, SIZE).eval()
        for name, array in (("weight_ih_l0", self.w), ("weight_hh_l0", self.r),
                            ("bias_ih_l0", self.bias_w), ("bias_hh_l0", self.bias_r)):
            getattr(layer, name).copy_(torch.from_numpy(array))
        x = torch.from_numpy(self.x[0][:, None])
        return Contestant(f"torch.nn.{self.title}", lambda: layer(x)[0], lambda y: y.numpy()[None])

    def onnx(self, peers, order, **attributes):
        """The ONNX operator of this name, which has its gates in another order."""
        rows = lambda array: np.concatenate([array.reshape(self.gates, SIZE, -1)[gate] for gate in order])
        bias = np.concatenate((rows(self.bias_w), rows(self.bias_r))).reshape(1, -1)
        weights = {"w": rows(self.w)[None], "r": rows(self.r)[None], "bias": bias}
        nodes = [(self.title, ["x", "w", "r", "bias"], "y", {"hidden_size": SIZE, **attributes})]
        graph = onnx_model(nodes, {"x": [TOKENS, 1, SIZE]}, ("y", [TOKENS, 1, 1, SIZE]), weights)
        back = lambda y: y.reshape(1, TOKENS, 1, SIZE)
        return peers.onnx(self.title.lower(), graph, {"x": self.x[0][:, None]}, back)

    def jax(self, peers, step):
        """lax.scan of step(given, recurrent, state) after one product for all inputs."""
        jax = peers.jax

        def run(x, w, r, bias_w, bias_r):
            def token(states, given):
                rows = (bias_r + r @ states[0]).reshape(-1, SIZE)
                states = step(given.reshape(-1, SIZE), rows, *states)
                return states, states[0]

            start = (jax.numpy.zeros(SIZE), jax.numpy.zeros(SIZE))
            return jax.lax.scan(token, start, x @ w.T + bias_w)[1]

        arrays = [self.x[0], self.w, self.r, self.bias_w, self.bias_r]
        return peers.jitted("jax lax.scan", run, arrays, lambda y: y[None, :, None])


class Lstm(Recurrent):
    title, gates = "LSTM", 4

    def next(self, given, recurrent, h, c, sigmoid=sigmoid, tanh=np.tanh):
        i, f, z, o = given + recurrent
        c = sigmoid(f) * c + sigmoid(i) * tanh(z)
        return sigmoid(o) * tanh(c), c

    def weft(self, weftc, folder):
        r = contiguous(self.r.reshape(4, SIZE, SIZE), 2, 0, 1)[None]
        bias = (self.bias_w + self.bias_r).reshape(4, SIZE)
        return compiled(weftc, folder, "lstm", [self.x], {"w": self.w, "r": r, "bias": bias})

    def peers(self, peers):
        step = lambda *given: self.next(*given, peers.jax.nn.sigmoid, peers.jax.numpy.tanh)
        return [self.torch(peers.torch, peers.torch.nn.LSTM), self.jax(peers, step), *self.onnx(peers, (0, 3, 1, 2))]


class Gru(Recurrent):
    title, gates = "GRU", 3

    def next(self, given, recurrent, h, unused, sigmoid=sigmoid, tanh=np.tanh):
        r, z = sigmoid(given[:2] + recurrent[:2])
        n = tanh(given[2] + r * recurrent[2])
        return n + z * (h - n), unused

    def weft(self, weftc, folder):
        # Its rows of the state are g, r, z: the new value's first.
        r = contiguous(self.r.reshape(3, SIZE, SIZE)[[2, 0, 1]], 2, 0, 1)[None]
        of_input, of_state = self.bias_w.reshape(3, SIZE), self.bias_r.reshape(3, SIZE)
        bias = np.stack((of_state[2], of_input[0] + of_state[0], of_input[1] + of_state[1], of_input[2]))
        return compiled(weftc, folder, "gru", [self.x], {"w": self.w, "r": r, "bias": bias})

    def peers(self, peers):
        step = lambda *given: self.next(*given, peers.jax.nn.sigmoid, peers.jax.numpy.tanh)
        return [self.torch(peers.torch, peers.torch.nn.GRU), self.jax(peers, step),
                *self.onnx(peers, (1, 0, 2), linear_before_reset=1)]
