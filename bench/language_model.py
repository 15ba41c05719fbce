"""SmolLM2 from its GGUF file: a prompt of 512 tokens, and the token after it."""
import os
import sys

import numpy as np

import library
from contestant import Contestant

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/oracle"))
CONTEXT = 512


class TorchLlama:
    """The architecture by hand, with the weights expanded to f32 and a cache that is allocated once."""

    def __init__(self, torch, path):
        import gguf
        reader = gguf.GGUFReader(path)
        self.torch, self.function = torch, torch.nn.functional
        self.weights = {}
        for tensor in reader.tensors:
            values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            shape = [int(size) for size in reversed(tensor.shape)]
            self.weights[tensor.name.removesuffix(".weight")] = torch.from_numpy(values.reshape(shape).copy())
        setting = lambda key: reader.fields["llama." + key].contents()
        self.layers, self.heads = setting("block_count"), setting("attention.head_count")
        self.key_heads, self.epsilon = setting("attention.head_count_kv"), setting("attention.layer_norm_rms_epsilon")
        self.width = self.weights["blk.0.attn_q"].shape[0] // self.heads
        frequency = setting("rope.freq_base") ** (-torch.arange(0, self.width, 2) / self.width)
        angle = torch.arange(CONTEXT + 1)[:, None] * frequency
        self.cosine, self.sine = angle.cos(), angle.sin()
        self.cache = torch.zeros(self.layers, 2, 1, self.key_heads, CONTEXT + 1, self.width)

    def rotate(self, x, past):
        """x [1, H, T, D], rotated pairs side by side."""
        part = slice(past, past + x.shape[2])
        even, odd, c, s = x[..., ::2], x[..., 1::2], self.cosine[part], self.sine[part]
        return self.torch.stack((even * c - odd * s, even * s + odd * c), -1).flatten(-2)

    def attention(self, x, layer, past):
        project = lambda name, heads: self.function.linear(x, self.weights[f"blk.{layer}.{name}"]).view(
            1, -1, heads, self.width).transpose(1, 2)
        tokens, (keys, values) = x.shape[0], self.cache[layer]
        keys[:, :, past:past + tokens] = self.rotate(project("attn_k", self.key_heads), past)
        values[:, :, past:past + tokens] = project("attn_v", self.key_heads)
        q, seen = self.rotate(project("attn_q", self.heads), past), past + tokens
        y = self.function.scaled_dot_product_attention(
            q, keys[:, :, :seen], values[:, :, :seen], is_causal=tokens > 1, enable_gqa=True)
        return self.function.linear(y.transpose(1, 2).reshape(tokens, -1), self.weights[f"blk.{layer}.attn_output"])

    def feed_forward(self, x, layer):
        gate, up, down = (self.weights[f"blk.{layer}.{name}"] for name in ("ffn_gate", "ffn_up", "ffn_down"))
        linear = self.function.linear
        return linear(self.function.silu(linear(x, gate)) * linear(x, up), down)

    def norm(self, x, name):
        return self.function.rms_norm(x, x.shape[-1:], self.weights[name], self.epsilon)

    def forward(self, ids, past):
        """The logits of the last token."""
        embedding = self.weights["token_embd"]
        x = embedding[ids]
        for layer in range(self.layers):
            x = x + self.attention(self.norm(x, f"blk.{layer}.attn_norm"), layer, past)
            x = x + self.feed_forward(self.norm(x, f"blk.{layer}.ffn_norm"), layer)
        head = self.weights.get("output", embedding)
        return self.function.linear(self.norm(x[-1:], "output_norm"), head)


class SmolLM2:
    """What the two cases share: models and the reference are made once."""

    def __init__(self, path):
        self.path, self.made = path, {}
        self.ids = np.random.default_rng(4).integers(0, 49152, (1, CONTEXT + 1))

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def logits(self):
        """Those of the last prompt token and of the one after it, in f64."""
        import llama
        model = self.once("reference", lambda: llama.Model(self.path).forward(self.ids[0])["logits"][-2:])
        return model

    def weft(self, weftc, folder):
        return self.once("weft", lambda: library.load(weftc, self.path, folder))

    def torch(self, torch):
        return self.once("torch", lambda: TorchLlama(torch, self.path))


class Prefill:
    bytes, tolerance = None, 2e-4

    def __init__(self, model, bar, weights=106_202_880, layers=30, width=576, embedding=28_311_552):
        self.model, self.bar, self.name = model, bar, f"SmolLM2 prefill {CONTEXT}, Q4_1 file"
        attention = 4 * layers * width * CONTEXT * (CONTEXT + 1) / 2
        self.flops = 2 * CONTEXT * weights + attention + 2 * embedding

    def reference(self):
        return self.model.logits()[0]

    def weft(self, weftc, folder):
        weft = self.model.weft(weftc, folder)
        weft.start()
        return Contestant("weft", weft.prepare("prefill", [self.model.ids[:, :CONTEXT].copy()]), np.ravel, weft.start)

    def peers(self, peers):
        torch = peers.torch
        llama, ids = self.model.torch(torch), torch.from_numpy(self.model.ids[0, :CONTEXT].copy())
        return [Contestant("torch by hand, f32", lambda: llama.forward(ids, 0), lambda y: y.numpy()[0])]


class Decode:
    """Bytes: every weight once, as the f32 that both contestants hold."""
    flops, tolerance = None, 2e-4

    def __init__(self, model, bar, weights=134_515_008):
        self.model, self.bar, self.name = model, bar, f"SmolLM2 decode at context {CONTEXT}, Q4_1 file"
        self.bytes = 4 * weights

    def reference(self):
        return self.model.logits()[1]

    def weft(self, weftc, folder):
        weft = self.model.weft(weftc, folder)
        weft.start()
        weft.prepare("prefill", [self.model.ids[:, :CONTEXT].copy()])()
        step = weft.prepare("step", [self.model.ids[:, CONTEXT:].copy()])
        return Contestant("weft", step, np.ravel, lambda: weft.rollback(CONTEXT))

    def peers(self, peers):
        torch = peers.torch
        llama, ids = self.model.torch(torch), torch.from_numpy(self.model.ids[0].copy())
        llama.forward(ids[:CONTEXT], 0)
        return [Contestant("torch by hand, f32", lambda: llama.forward(ids[CONTEXT:], CONTEXT), lambda y: y.numpy()[0])]
