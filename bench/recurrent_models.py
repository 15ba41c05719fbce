"""A token of language models without attention: 12 layers over 512 channels, random weights."""
import numpy as np

import library
from contestant import Contestant
from model_text import (ADD, ADD_PRODUCT, MULTIPLY, NEGATE, NEGATIVE_RATE, SIGMOID, SILU_TIMES, SOFTPLUS, ModelText, tensor)

LAYERS, WIDTH, VOCABULARY, BEFORE = 12, 512, 32000, 32


class Library:
    """The functions of numpy, torch or jax that a step needs beside operators."""

    def __init__(self, exp, log1p, join):
        self.exp, self.log1p, self.join = exp, log1p, join

    def sigmoid(self, x):
        return 1 / (1 + self.exp(-x))

    def silu(self, x):
        return x * self.sigmoid(x)

    def softplus(self, x):
        return self.log1p(self.exp(x))

    def unit(self, x, share, epsilon):
        return x * ((x * x).sum(-1)[..., None] * share + epsilon) ** -0.5

    def norm(self, x, gain):
        return self.unit(x, 1 / x.shape[-1], 1e-5) * gain

    def convolved(self, window, x, taps):
        """(the last three inputs, newest first; silu of the sum)"""
        window = self.join((x[None], window))
        return window[:3], self.silu((window * taps.T).sum(0))


    def inputs(self, names, windows, w, u):
        """(windows, rows) of what a layer projects and convolves under these names."""
        return zip(*(self.convolved(window, w[name] @ u, w[f"{name}_taps"]) for name, window in zip(names, windows)))


NUMPY = Library(np.exp, np.log1p, np.concatenate)


class RecurrentModel:
    """Bytes: every weight once."""
    flops, tolerance = None, 1e-4

    def __init__(self, bar):
        self.name, self.bar = f"12-layer {self.title} decode", bar
        writer = ModelText(VOCABULARY, WIDTH)
        self.text, self.weights = writer.text(LAYERS, type(self).layer), writer.weights
        self.bytes = sum(array.nbytes for array in self.weights.values())
        self.ids = np.random.default_rng(13).integers(0, VOCABULARY, (1, BEFORE + 1))
        self.before = None

    @classmethod
    def steps(cls, model, u, name):
        """The size of a step and its log decay, of each head."""
        bias = model.weight("dt_bias", cls.heads, spread=0.1, center=-2.0)
        dt = model.each(SOFTPLUS, model.product(u, name, cls.heads), (bias, 2))
        return dt, model.each(NEGATIVE_RATE, dt, (model.weight("a_log", cls.heads, spread=0.5), 2))

    def start(self):
        """States of all layers before the first token."""
        return [[np.zeros(shape) for shape in self.states] for _ in range(LAYERS)]

    def token(self, lib, w, states, token):
        """The logits, and the states after this token."""
        x, after = w["embedding"][token], []
        for layer in range(LAYERS):
            part = {name.split(".", 2)[2]: value for name, value in w.items() if name.startswith(f"layer.{layer}.")}
            x, state = self.step(lib, part, x, *states[layer])
            after.append(state)
        return w["embedding"] @ lib.norm(x, w["norm"]), after

    def reference(self):
        weights, states = {name: array.astype(np.float64) for name, array in self.weights.items()}, self.start()
        for token in self.ids[0, :BEFORE]:
            _, states = self.token(NUMPY, weights, states, token)
        self.before = [[array.astype(np.float32) for array in layer] for layer in states]
        return self.token(NUMPY, weights, states, self.ids[0, BEFORE])[0]

    def weft(self, weftc, folder):
        path = f"{folder}/{self.file}.mlir"
        with open(path, "w") as file:
            file.write(self.text)
        library.save_weights(f"{folder}/{self.file}.safetensors", self.weights)
        model = library.load(weftc, path, folder, f"--weights={folder}/{self.file}.safetensors")
        prefill = model.prepare("prefill", [self.ids[:, :BEFORE].copy()])
        step = model.prepare("step", [self.ids[:, BEFORE:].copy()])

        def reset():
            model.start()
            prefill()

        return Contestant("weft", step, lambda y: y.reshape(-1), reset)

    def peers(self, peers):
        """The step itself: states come in and go out, so that every run is the same."""
        if self.before is None:
            self.reference()
        torch, jax, token = peers.torch, peers.jax, int(self.ids[0, BEFORE])
        make = torch.from_numpy
        w, states = {name: make(array) for name, array in self.weights.items()}, [list(map(make, s)) for s in self.before]
        of_torch = Library(torch.exp, torch.log1p, torch.cat)
        of_jax = Library(jax.numpy.exp, jax.numpy.log1p, jax.numpy.concatenate)
        step = jax.jit(lambda w, states: self.token(of_jax, w, states, token))
        given = jax.tree.map(jax.numpy.asarray, (self.weights, self.before))
        return [Contestant("torch by hand", lambda: self.token(of_torch, w, states, token), lambda y: y[0].numpy()),
                Contestant("jax", lambda: jax.block_until_ready(step(*given)), lambda y: np.asarray(y[0]))]


class Mamba2(RecurrentModel):
    """Mamba-2: 16 heads of 64, a state of 128, convolutions of 4 taps before, a gated norm after."""
    title, file, heads, head, size = "Mamba-2", "mamba2", 16, 64, 128
    states = [(3, 1024), (3, 128), (3, 128), (16, 128, 64)]

    @classmethod
    def layer(cls, model, x):
        inner = cls.heads * cls.head
        u = model.norm(x, "norm")
        z = model.product(u, "z", inner)
        values = model.split(model.convolved(model.product(u, "x", inner), "x_taps"), cls.heads)
        b = model.split(model.convolved(model.product(u, "b", cls.size), "b_taps"), 1)
        c = model.split(model.convolved(model.product(u, "c", cls.size), "c_taps"), 1)
        dt, log_a = cls.steps(model, u, "dt")
        written = model.each(MULTIPLY, values, (dt, range(3)))
        kind = tensor((1, "?", 1, cls.size))
        y = model.apply(f"mixer.semiseparable {c}, {b} decay({log_a} : {tensor((1, '?', cls.heads))}) : {kind}, {kind}", written)
        skip = model.weight("skip", cls.heads, spread=0.1, center=1.0)
        y = model.join(model.each(ADD_PRODUCT, y, values, (skip, 2)))
        gated = model.norm(model.each(SILU_TIMES, z, y), "gated_norm")
        return model.each(ADD, x, model.product(gated, "out", WIDTH))

    def step(self, lib, w, x, *states):
        u, (*windows, state) = lib.norm(x, w["norm"]), states
        windows, (values, b, c) = lib.inputs("xbc", windows, w, u)
        dt, values = lib.softplus(w["dt"] @ u + w["dt_bias"]), values.reshape(self.heads, self.head)
        decay = lib.exp(-lib.exp(w["a_log"]) * dt)
        state = state * decay[:, None, None] + b[:, None] * (values * dt[:, None])[:, None, :]
        y = (c @ state + values * w["skip"][:, None]).reshape(-1)
        gated = lib.norm(y * lib.silu(w["z"] @ u), w["gated_norm"])
        return x + w["out"] @ gated, [*windows, state]


class GatedDeltaModel(RecurrentModel):
    """Gated delta net as in Qwen3-Next: 8 heads of 64, convolutions, unit keys, a gated norm a head, SwiGLU of 1536."""
    title, file, heads, head, between = "gated delta", "gated_delta_model", 8, 64, 1536
    states = [(3, 512), (3, 512), (3, 512), (8, 64, 64)]

    @classmethod
    def layer(cls, model, x):
        u = model.norm(x, "norm")
        q, k, v = (model.split(model.convolved(model.product(u, name, WIDTH), f"{name}_taps"), cls.heads) for name in "qkv")
        # The scale of q, 1 / 8, is in its norm: x / sqrt(64 Σ x² + 64 epsilon).
        q, k = model.unit(q, 64.0, 64e-6), model.unit(k, 1.0, 1e-6)
        beta = model.each(SIGMOID, model.product(u, "beta", cls.heads))
        _, log_a = cls.steps(model, u, "a")
        written, read = model.each(MULTIPLY, k, (beta, range(3))), model.each(NEGATE, k)
        kind = tensor((1, "?", cls.heads, cls.head))
        y = model.apply(f"mixer.semiseparable {q}, {written} decay({log_a} : {tensor((1, '?', cls.heads))}) "
                        f"erase({read}, {written} : {kind}, {kind}) erase_reads decayed : {kind}, {kind}", v)
        gated = model.each(SILU_TIMES, model.product(u, "z", WIDTH), model.join(model.norm(y, "gated_norm")))
        x = model.each(ADD, x, model.product(gated, "out", WIDTH))
        u = model.norm(x, "ffn_norm")
        wide = model.each(SILU_TIMES, model.product(u, "gate", cls.between), model.product(u, "up", cls.between))
        return model.each(ADD, x, model.product(wide, "down", WIDTH))

    def step(self, lib, w, x, *states):
        u, (*windows, state) = lib.norm(x, w["norm"]), states
        windows, rows = lib.inputs("qkv", windows, w, u)
        q, k, v = (array.reshape(self.heads, self.head) for array in rows)
        q, k, beta = lib.unit(q, 64.0, 64e-6), lib.unit(k, 1.0, 1e-6), lib.sigmoid(w["beta"] @ u)
        state = state * lib.exp(-lib.exp(w["a_log"]) * lib.softplus(w["a"] @ u + w["dt_bias"]))[:, None, None]
        change = beta[:, None] * (v - (k[:, None] @ state)[:, 0])
        state = state + k[:, :, None] * change[:, None]
        y = lib.norm((q[:, None] @ state)[:, 0], w["gated_norm"]).reshape(-1)
        x = x + w["out"] @ (y * lib.silu(w["z"] @ u))
        u = lib.norm(x, w["ffn_norm"])
        return x + w["down"] @ (lib.silu(w["gate"] @ u) * (w["up"] @ u)), [*windows, state]
