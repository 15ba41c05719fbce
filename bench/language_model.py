"""SmolLM2: a prompt of 512 tokens, and the token after it, with weights in f32 and as its file stores them."""
import os
import sys

import numpy as np

import library
import llama_cpp_peer
from contestant import Contestant
from torch_llama import TorchLlama

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/oracle"))
CONTEXT, LAYERS, WIDTH, VOCABULARY, WEIGHTS = 512, 30, 576, 49152, 134_515_008
# What llama.cpp may differ by where it rounds activations to 8 bits.
ROUNDED = 5e-2


def expanded(path, folder):
    """The same model in a GGUF file of f32 weights."""
    import gguf
    source, target = gguf.GGUFReader(path), os.path.join(folder, "smollm2-f32.gguf")
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


class SmolLM2:
    """What the cases share: models and the reference are made once."""

    def __init__(self, path, folder):
        self.stored, self.folder, self.made = path, folder, {}
        self.ids = np.random.default_rng(4).integers(0, VOCABULARY, (1, CONTEXT + 1))

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def path(self, form):
        return self.once("path", lambda: expanded(self.stored, self.folder)) if form == "f32" else self.stored

    def stored_bytes(self):
        import gguf
        return sum(tensor.n_bytes for tensor in gguf.GGUFReader(self.stored).tensors)

    def logits(self):
        """Those of the last prompt token and of the one after it, in f64."""
        import llama
        return self.once("reference", lambda: llama.Model(self.stored).forward(self.ids[0])["logits"][-2:])

    def weft(self, weftc, form):
        return self.once(f"weft {form}", lambda: library.load(weftc, self.path(form), self.folder))

    def torch(self, torch):
        return self.once("torch", lambda: TorchLlama(torch, self.stored, CONTEXT + 1))

    def llama_cpp(self, form):
        return self.once(f"llama.cpp {form}", lambda: llama_cpp_peer.LlamaCpp(self.path(form), CONTEXT))


class Forward:
    """`form`: weights in f32, beside torch and llama.cpp, or as stored, beside llama.cpp on that file."""
    tolerance = 2e-4

    def __init__(self, model, form, bar):
        self.model, self.form, self.bar = model, form, bar
        weights = "f32 weights" if form == "f32" else f"{form} file"
        self.name = f"SmolLM2 {self.title}, {weights}"
        self.prompt, self.next = model.ids[:, :CONTEXT].copy(), model.ids[:, CONTEXT:].copy()

    def peers(self, peers):
        rounded = None if self.form == "f32" else ROUNDED
        found = [self.contestant("torch by hand", self.model.torch(peers.torch).forward, peers.torch.from_numpy,
                                 lambda y: y.numpy()[0])] if self.form == "f32" else []
        other = self.model.llama_cpp(self.form)
        return [*found, self.contestant("llama.cpp", other.forward, np.ndarray.tolist, tolerance=rounded)]


class Prefill(Forward):
    bytes, title = None, f"prefill {CONTEXT}"
    flops = 2 * CONTEXT * (WEIGHTS - WIDTH * VOCABULARY) + 2 * LAYERS * WIDTH * CONTEXT * (CONTEXT + 1) + (
        2 * WIDTH * VOCABULARY)

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
        self.bytes = 4 * WEIGHTS if form == "f32" else model.stored_bytes()

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
