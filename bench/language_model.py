"""Models of the llama architecture: a prompt of 512 tokens, and the token after it.

SmolLM2 with weights in f32 and as its file stores them; a smaller one with random weights."""
import os
import subprocess
import sys

import numpy as np

import library
import llama_cpp_peer
from contestant import Contestant
from torch_llama import TorchLlama

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/oracle"))
CONTEXT = 512
# What llama.cpp may differ by where it rounds activations to 8 bits.
ROUNDED = 5e-2


def expanded(path, folder):
    """The same model in a GGUF file of f32 weights, made if it is not there."""
    import gguf
    source, target = gguf.GGUFReader(path), os.path.join(folder, "smollm2-f32.gguf")
    if all(tensor.tensor_type == gguf.GGMLQuantizationType.F32 for tensor in source.tensors):
        return path
    if os.path.exists(target):
        return target
    writer = gguf.GGUFWriter(target + ".part", "llama")
    for key, field in source.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        value = 0 if key == "general.file_type" else field.contents()
        if field.types[0] == gguf.GGUFValueType.ARRAY:
            writer.add_array(key, value)
        else:
            writer.add_key_value(key, value, field.types[0])
    for tensor in source.tensors:
        writer.add_tensor(tensor.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(target + ".part", target)
    return target


def random_model(folder, layers=12, width=512, between=1536, heads=8, vocabulary=32000):
    """A GGUF file of f32 weights; embeddings are also the last product."""
    import gguf
    target, random = os.path.join(folder, f"llama-{layers}x{width}.gguf"), np.random.default_rng(11)
    writer = gguf.GGUFWriter(target, "llama")
    writer.add_block_count(layers)
    writer.add_context_length(2 * CONTEXT)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(between)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(width // heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(vocabulary)
    writer.add_tokenizer_model("none")
    draw = lambda *shape: (random.standard_normal(shape, np.float32) * np.float32(shape[-1] ** -0.5))
    writer.add_tensor("token_embd.weight", draw(vocabulary, width))
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for layer in range(layers):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(width, np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", draw(width, width))
        for name, shape in (("ffn_gate", (between, width)), ("ffn_up", (between, width)), ("ffn_down", (width, between))):
            writer.add_tensor(f"blk.{layer}.{name}.weight", draw(*shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


class Llama:
    """What the cases of a model share: files, contestants and the reference are made once. `stored` gives the path."""

    def __init__(self, title, folder, stored, layers, width, vocabulary, weights):
        self.title, self.folder, self.stored, self.made = title, folder, stored, {}
        self.layers, self.width, self.vocabulary, self.weights = layers, width, vocabulary, weights
        self.ids = np.random.default_rng(4).integers(0, vocabulary, (1, CONTEXT + 1))

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def path(self, form):
        stored = self.once("stored", self.stored)
        return self.once("f32", lambda: expanded(stored, self.folder)) if form == "f32" else stored

    def stored_bytes(self):
        import gguf
        return sum(tensor.n_bytes for tensor in gguf.GGUFReader(self.path("stored")).tensors)

    def logits(self):
        """Those of the last prompt token and of the one after it, in f64."""
        import llama
        return self.once("reference", lambda: llama.Model(self.path("stored")).forward(self.ids[0])["logits"][-2:])

    def weft(self, weftc, form):
        return self.once(f"weft {form}", lambda: library.load(weftc, self.path(form), self.folder))

    def torch(self, torch):
        return self.once("torch", lambda: TorchLlama(torch, self.path("stored"), CONTEXT + 1))

    def llama_cpp(self, form):
        return self.once(f"llama.cpp {form}", lambda: llama_cpp_peer.LlamaCpp(self.path(form), CONTEXT))


class Forward:
    """`form`: weights in f32, beside torch and llama.cpp, or as stored, beside llama.cpp on that file."""
    tolerance = 2e-4

    def __init__(self, model, form, bar):
        self.model, self.form, self.bar = model, form, bar
        weights = "f32 weights" if form == "f32" else f"{form} file"
        self.name = f"{model.title} {self.title}, {weights}"
        self.prompt, self.next = model.ids[:, :CONTEXT].copy(), model.ids[:, CONTEXT:].copy()

    def peers(self, peers):
        rounded = None if self.form == "f32" else ROUNDED
        found = [self.contestant("torch by hand", self.model.torch(peers.torch).forward, peers.torch.from_numpy,
                                 lambda y: y.numpy()[0])] if self.form == "f32" else []
        try:
            other = self.model.llama_cpp(self.form)
        except (ImportError, subprocess.CalledProcessError):
            return [*found, Contestant("llama.cpp", None, missing="its package could not be built")]
        return [*found, self.contestant("llama.cpp", other.forward, np.ndarray.tolist, tolerance=rounded)]


class Prefill(Forward):
    """FLOPs: all products, the last one for one token alone, and the causal half of attention."""
    bytes, title = None, f"prefill {CONTEXT}"

    def __init__(self, model, form, bar):
        super().__init__(model, form, bar)
        last = model.width * model.vocabulary
        attention = 2 * model.layers * model.width * CONTEXT * (CONTEXT + 1)
        self.flops = 2 * CONTEXT * (model.weights - last) + attention + 2 * last

    def reference(self):
        return self.model.logits()[0]

    def weft(self, weftc, folder):
        weft = self.model.weft(weftc, self.form)
        weft.start()
        return Contestant("weft", weft.prepare("prefill", [self.prompt]), np.ravel, weft.start)

    def contestant(self, name, forward, given, unpack=np.ravel, tolerance=None):
        ids = given(self.prompt[0])
        return Contestant(name, lambda: forward(ids, 0), unpack, tolerance=tolerance)


class Decode(Forward):
    """Bytes: every weight once, in f32 or as stored."""
    flops, title = None, f"decode at context {CONTEXT}"

    def __init__(self, model, form, bar):
        super().__init__(model, form, bar)
        self.bytes = 4 * model.weights if form == "f32" else model.stored_bytes()

    def reference(self):
        return self.model.logits()[1]

    def weft(self, weftc, folder):
        weft = self.model.weft(weftc, self.form)
        weft.start()
        weft.prepare("prefill", [self.prompt])()
        return Contestant("weft", weft.prepare("step", [self.next]), np.ravel, lambda: weft.rollback(CONTEXT))

    def contestant(self, name, forward, given, unpack=np.ravel, tolerance=None):
        forward(given(self.prompt[0]), 0)
        ids = given(self.next[0])
        return Contestant(name, lambda: forward(ids, CONTEXT), unpack, tolerance=tolerance)
