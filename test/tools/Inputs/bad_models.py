"""bad_models.py MODEL.gguf DIR: copies of a good model, each with one thing wrong."""
import sys
from pathlib import Path

import gguf
import numpy as np


def read(path):
    reader = gguf.GGUFReader(path)
    pairs = {key: (field.types, field.contents()) for key, field in reader.fields.items() if not key.startswith("GGUF.")}
    tensors = {t.name: (np.array(t.data), t.tensor_type) for t in reader.tensors}
    return pairs, tensors


def write(path, pairs, tensors):
    writer = gguf.GGUFWriter(path, "none")
    del writer.kv_data[0]["general.architecture"]
    for key, (types, value) in pairs.items():
        writer.add_key_value(key, value, types[0], types[1] if len(types) > 1 else None)
    for name, (data, kind) in tensors.items():
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def number(value):
    return [gguf.GGUFValueType.UINT32], value


def word(value):
    return [gguf.GGUFValueType.STRING], value


def real(value):
    return [gguf.GGUFValueType.FLOAT32], value


F32 = gguf.GGMLQuantizationType.F32
NORM, DOWN = "blk.1.attn_norm.weight", "blk.0.ffn_down.weight"

# What to put in the place of metadata entries and tensors; None removes one.
PAIRS = {
    "architecture": {"general.architecture": word("gptneox")},
    "no-architecture": {"general.architecture": None},
    "architecture-number": {"general.architecture": number(3)},
    "no-heads": {"llama.attention.head_count": None},
    "no-context": {"llama.context_length": None},
    "no-width": {"llama.embedding_length": number(0)},
    "huge-width": {"llama.embedding_length": number(1 << 30)},
    "width": {"llama.embedding_length": number(128)},
    "layers": {"llama.block_count": number(3)},
    "many-layers": {"llama.block_count": number(1 << 20)},
    "key-heads": {"llama.attention.head_count_kv": number(3)},
    "rotated": {"llama.rope.dimension_count": number(8)},
    "epsilon": {"llama.attention.layer_norm_rms_epsilon": real(-1.0)},
    "theta-word": {"llama.rope.freq_base": word("big")},
    "experts": {"llama.expert_count": number(8)},
    "rope-scaling": {"llama.rope.scaling.type": word("yarn")},
    "window": {"llama.attention.sliding_window": number(128)},
}
TENSORS = {
    "no-embedding": {"token_embd.weight": None},
    "flat-embedding": {"token_embd.weight": (np.zeros(64, np.float32), F32)},
    "no-norm": {NORM: None},
    "norm-shape": {NORM: (np.zeros(65, np.float32), F32)},
    "down-shape": {DOWN: (np.zeros((160, 64), np.float32), F32)},
    "extra-tensor": {"blk.0.attn_q.bias": (np.zeros(64, np.float32), F32)},
    "integer-weight": {NORM: (np.zeros(64, np.int32), gguf.GGMLQuantizationType.I32)},
}


def changed(entries, changes):
    return {key: value for key, value in {**entries, **changes}.items() if value is not None}


pairs, tensors = read(sys.argv[1])
folder = Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for name in PAIRS | TENSORS:
    write(folder / f"{name}.gguf", changed(pairs, PAIRS.get(name, {})), changed(tensors, TENSORS.get(name, {})))
content = Path(sys.argv[1]).read_bytes()
(folder / "cut.gguf").write_bytes(content[: len(content) // 2])
(folder / "foreign.gguf").write_bytes(b"not a model")
