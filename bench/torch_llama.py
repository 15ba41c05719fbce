"""A language model of the llama architecture in torch."""
import numpy as np


class TorchLlama:
    """The architecture by hand, with the weights expanded to f32 and a cache that is allocated once."""

    def __init__(self, torch, path, context):
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
        angle = torch.arange(context)[:, None] * frequency
        self.cosine, self.sine = angle.cos(), angle.sin()
        self.cache = torch.zeros(self.layers, 2, 1, self.key_heads, context, self.width)

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
