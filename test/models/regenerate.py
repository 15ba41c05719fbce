#!/usr/bin/env python3
"""regenerate.py smollm2|tiny MODEL.gguf: writes NAME/goldens.npz, what
transformers computes in f32 from the dequantised weights of the file.

For each of three prompts p0, p1, p2: its ids; at 8 positions the logits of up
to 512 fixed columns, the top 16, the smallest and largest; 64 greedy tokens
with the two best logits of each step. Needs torch, transformers, gguf."""
import pathlib
import sys

import numpy as np
import torch
import transformers

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "run" / "text"))
from text_strings import SENTENCES  # noqa: E402

POSITIONS, COLUMNS, TOP, NEW = 8, 512, 16, 64


def smollm2_prompts(tokenizer):
    chat = [{"role": "user", "content": "Why is the sky blue, and why are sunsets red?"}]
    return [chat, "def quicksort(values):\n    if len(values) <= 1:\n        return values\n    pivot =",
            tokenizer(" ".join(SENTENCES))["input_ids"][:500]]


def tiny_prompts(tokenizer):
    random = np.random.default_rng(7)
    chat = [{"role": "user", "content": "the answer is 42"}]
    return [chat, random.integers(3, 320, 40).tolist(), random.integers(3, 320, 150).tolist()]


PROMPTS = {"smollm2": smollm2_prompts, "tiny": tiny_prompts}


def prompt_ids(tokenizer, prompt):
    if isinstance(prompt, str):
        return tokenizer(prompt)["input_ids"]
    if isinstance(prompt[0], int):
        return prompt
    text = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, tokenize=False)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def row_goldens(logits):
    positions = np.linspace(0, len(logits) - 1, POSITIONS).round().astype(np.int64)
    rows = logits[positions]
    columns = np.arange(COLUMNS) * rows.shape[1] // COLUMNS if rows.shape[1] > COLUMNS else np.arange(rows.shape[1])
    top = np.argsort(-rows, axis=1, kind="stable")[:, :TOP]
    return {"positions": positions, "columns": columns, "values": rows[:, columns], "top_ids": top,
            "top_values": np.take_along_axis(rows, top, 1), "minimum": rows.min(1), "maximum": rows.max(1)}


def greedy_goldens(model, ids):
    out = model.generate(ids, max_new_tokens=NEW, do_sample=False, output_logits=True, return_dict_in_generate=True)
    best = torch.cat(out.logits).topk(2).values
    return {"greedy": out.sequences[0, ids.shape[1]:].numpy(), "greedy_best": best.numpy()}


def prompt_goldens(model, ids):
    inputs = torch.tensor([ids])
    with torch.no_grad():
        logits = model(inputs, use_cache=False).logits[0]
        exact = model.double()(inputs, use_cache=False).logits[0]
        model.float()
        spread = (exact.max(1).values - exact.min(1).values)[:, None]
        print(f"{len(ids)} tokens: f32 differs from f64 by {((logits - exact) / spread).abs().max():.2e} of the range")
        goldens = {"ids": np.array(ids), **row_goldens(logits.numpy()), **greedy_goldens(model, inputs)}
    gaps = goldens["greedy_best"] @ np.array([1, -1], np.float32)
    print(f"  {len(gaps)} greedy tokens, smallest gap {gaps.min():.4f} at step {gaps.argmin()}")
    return goldens


def load(path):
    """A plain f32 model with the file's weights expanded."""
    read = transformers.AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    settings = read.config.to_dict()
    for key in ("quantization_config", "model_type", "dtype", "architectures"):
        settings.pop(key, None)
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**settings, attn_implementation="eager")).float()
    assert all(weight.dtype == torch.float32 for weight in read.state_dict().values())
    print(model.load_state_dict(read.state_dict()), model.config._attn_implementation)
    return model.eval()


def main(name, path):
    path = pathlib.Path(path)
    torch.set_num_threads(1)
    model = load(path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    arrays = {}
    for number, prompt in enumerate(PROMPTS[name](tokenizer)):
        goldens = prompt_goldens(model, prompt_ids(tokenizer, prompt))
        for key, value in goldens.items():
            small = value.astype(np.int32) if value.dtype.kind == "i" else value.astype(np.float32)
            arrays[f"p{number}.{key}"] = small
    np.savez(HERE / name / "goldens.npz", **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
