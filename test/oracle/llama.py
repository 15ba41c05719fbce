#!/usr/bin/env python3
"""llama.py MODEL.gguf IDS OUT.npz: a model of that architecture in numpy, f64.

IDS is a list with commas. OUT.npz gets the stream after each layer (layer0,
layer1, ...) and the logits: where a compiled model goes wrong shows by layer.
Needs numpy and gguf; independent of weft and of transformers."""
import sys

import gguf
import numpy as np


class Model:
    def __init__(self, path):
        reader = gguf.GGUFReader(path)
        self.fields = reader.fields
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}
        self.layers, self.heads = self.setting("block_count"), self.setting("attention.head_count")
        self.key_heads, self.theta = self.setting("attention.head_count_kv"), self.setting("rope.freq_base")
        self.epsilon = self.setting("attention.layer_norm_rms_epsilon")

    def setting(self, key):
        return self.fields["llama." + key].contents()

    def weight(self, name):
        tensor = self.tensors[name + ".weight"]
        shape = [int(size) for size in reversed(tensor.shape)]
        return gguf.quants.dequantize(tensor.data, tensor.tensor_type).reshape(shape).astype(np.float64)

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * self.weight(name)

    def rotate(self, x):
        """Files of this architecture have rotated pairs side by side."""
        pairs = x.reshape(*x.shape[:2], -1, 2)
        angle = np.arange(len(x))[:, None] * self.theta ** (-np.arange(pairs.shape[2]) / pairs.shape[2])
        turned = (pairs[..., 0] + 1j * pairs[..., 1]) * np.exp(1j * angle)[:, None]
        return np.stack([turned.real, turned.imag], -1).reshape(x.shape)

    def attention(self, x, block):
        def project(name, heads):
            return (x @ self.weight(block + name).T).reshape(len(x), heads, -1)

        q, k = self.rotate(project("attn_q", self.heads)), self.rotate(project("attn_k", self.key_heads))
        v, group = project("attn_v", self.key_heads), self.heads // self.key_heads
        scores = np.einsum("ihd,jhd->hij", q, k.repeat(group, 1)) / np.sqrt(q.shape[2])
        scores = np.where(np.tri(len(x), dtype=bool), scores, -np.inf)
        weights = np.exp(scores - scores.max(-1, keepdims=True, initial=-np.inf))
        weights /= weights.sum(-1, keepdims=True)
        mixed = np.einsum("hij,jhd->ihd", weights, v.repeat(group, 1)).reshape(len(x), -1)
        return mixed @ self.weight(block + "attn_output").T

    def feed_forward(self, x, block):
        gate, up = (x @ self.weight(block + name).T for name in ("ffn_gate", "ffn_up"))
        return (gate / (1 + np.exp(-gate)) * up) @ self.weight(block + "ffn_down").T

    def forward(self, ids):
        embedding = self.weight("token_embd")
        x, outputs = embedding[np.asarray(ids, int)], {}
        for layer in range(self.layers):
            block = f"blk.{layer}."
            x = x + self.attention(self.norm(x, block + "attn_norm"), block)
            x = x + self.feed_forward(self.norm(x, block + "ffn_norm"), block)
            outputs[f"layer{layer}"] = x
        head = self.weight("output") if "output.weight" in self.tensors else embedding
        return outputs | {"logits": self.norm(x, "output_norm") @ head.T}


if __name__ == "__main__":
    np.savez(sys.argv[3], **Model(sys.argv[1]).forward([int(word) for word in sys.argv[2].split(",")]))
