"""gguf_models.py DIR: small models of the llama architecture, written byte by byte.

One for each block type, one for each version of the format, and one for each
way in which a file can contradict itself or the architecture."""
import struct
import sys
from pathlib import Path

import gguf
import numpy as np

WIDTH, HIDDEN, HEADS, KEY_HEADS, VOCABULARY, LAYERS = 256, 256, 2, 1, 12, 2
KIND = gguf.GGMLQuantizationType
# Where the half-precision scales of a block lie; the rest of it is random bytes.
SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
          "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
PLAIN = ["F32", "F16", "BF16"]


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def pair(key, value):
    kind, form = (6, "<f") if isinstance(value, float) else (4, "<I")
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    return text(key) + struct.pack("<I", kind) + struct.pack(form, value)


def rows(random, shape, kind):
    """The bytes of a tensor of any type, with numbers of about 1 / 4."""
    if kind in PLAIN:
        return gguf.quants.quantize(random.standard_normal(shape, np.float32) / 4, KIND[kind]).tobytes()
    elements, size = gguf.GGML_QUANT_SIZES[KIND[kind]]
    blocks = random.integers(0, 256, (int(np.prod(shape)) // elements, size), dtype=np.uint8)
    step = {"Q8_0": 256, "Q6_K": 4096, "Q4_K": 1024, "Q5_K": 2048}.get(kind, 16)
    for at in SCALES[kind]:
        halves = (random.uniform(0.5, 1, len(blocks)) / step).astype(np.float16)
        blocks[:, at:at + 2] = halves.view(np.uint8).reshape(-1, 2)
    return blocks.tobytes()


class Model:
    def __init__(self, kind="F32", layers=LAYERS):
        self.version = 3
        self.pairs = {"general.architecture": "llama", "llama.context_length": 32, "llama.block_count": layers,
                      "llama.embedding_length": WIDTH, "llama.feed_forward_length": HIDDEN,
                      "llama.attention.head_count": HEADS, "llama.attention.head_count_kv": KEY_HEADS,
                      "llama.attention.layer_norm_rms_epsilon": 1e-5, "llama.rope.freq_base": 10000.0}
        random, keys = np.random.default_rng([*kind.encode()]), KEY_HEADS * WIDTH // HEADS
        shapes = {"attn_norm": (WIDTH,), "attn_q": (WIDTH, WIDTH), "attn_k": (keys, WIDTH), "attn_v": (keys, WIDTH),
                  "attn_output": (WIDTH, WIDTH), "ffn_norm": (WIDTH,), "ffn_gate": (HIDDEN, WIDTH),
                  "ffn_up": (HIDDEN, WIDTH), "ffn_down": (WIDTH, HIDDEN)}
        # name: [sizes, the fastest first; type number; bytes; offset or None for the next]
        self.tensors = {}
        self.add(random, "token_embd.weight", (VOCABULARY, WIDTH), kind)
        for layer in range(layers):
            for name, shape in shapes.items():
                self.add(random, f"blk.{layer}.{name}.weight", shape, kind if len(shape) == 2 else "F32")
        self.add(random, "output_norm.weight", (WIDTH,), "F32")

    def add(self, random, name, shape, kind):
        self.tensors[name] = [list(reversed(shape)), int(KIND[kind]), rows(random, shape, kind), None]

    def save(self, path):
        infos, data = b"", b""
        for name, (sizes, kind, content, offset) in self.tensors.items():
            offset = len(data) if offset is None else offset
            infos += text(name) + struct.pack("<I", len(sizes)) + struct.pack(f"<{len(sizes)}Q", *sizes)
            infos += struct.pack("<IQ", kind, offset)
            data += content + bytes(-len(content) % 32)
        head = b"GGUF" + struct.pack("<IQQ", self.version, len(self.tensors), len(self.pairs))
        head += b"".join(pair(key, value) for key, value in self.pairs.items()) + infos
        Path(path).write_bytes(head + bytes(-len(head) % 32) + data)


def changed(change):
    model = Model("Q8_0", layers=1)
    change(model)
    return model


DOWN, NORM = "blk.0.ffn_down.weight", "output_norm.weight"
SIZES, TYPE, BYTES, OFFSET = range(4)


def put(name, field, value):
    return lambda model: model.tensors[name].__setitem__(field, value)


BAD = {
    "architecture": lambda model: model.pairs.update({"general.architecture": "mixtral"}),
    "missing": lambda model: model.tensors.pop(NORM),
    "shape": put(DOWN, SIZES, [512, 128]),
    "transposed": put("blk.0.attn_k.weight", SIZES, [128, 256]),
    "rank": put(NORM, SIZES, [256, 1]),
    "type": put(DOWN, TYPE, 39),
    "half-block": put(DOWN, SIZES, [272, 256]),
    "overflow": put(DOWN, SIZES, [1 << 33, 1 << 33]),
    "bytes-overflow": put(DOWN, SIZES, [1 << 61, 1]),
    "far-offset": put(DOWN, OFFSET, 1 << 40),
    "wrapping-offset": put(DOWN, OFFSET, (1 << 64) - 32),
    "last-offset": put(NORM, OFFSET, 1 << 20),
    "shared-bytes": put(NORM, OFFSET, 0),
    "version": lambda model: setattr(model, "version", 4),
}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for kind in [*PLAIN, *SCALES]:
        Model(kind).save(folder / f"{kind}.gguf")
    for version in (2, 3):
        model = Model("Q4_1")
        model.version = version
        model.save(folder / f"version-{version}.gguf")
    for layers in (1, 7):
        Model("Q4_0", layers).save(folder / f"layers-{layers}.gguf")
    (folder / "bad").mkdir(exist_ok=True)
    for name, change in BAD.items():
        changed(change).save(folder / "bad" / f"{name}.gguf")
    content = (folder / "Q8_0.gguf").read_bytes()
    (folder / "bad" / "cut.gguf").write_bytes(content[:-1000])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
