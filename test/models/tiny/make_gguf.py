#!/usr/bin/env python3
"""make_gguf.py OUT.gguf: a two-layer model of random weights in the llama architecture.

Small enough to commit, and yet it has what the reader and the compiler meet in
a real file: grouped heads, tied embedding, rows permuted for adjacent-pair
rotation, four tensor types, byte-level BPE with merges, a chat template.
Needs numpy and gguf from PyPI; the same seed writes the same bytes."""
import sys

import gguf
import numpy as np

LAYERS, WIDTH, HIDDEN, HEADS, KV_HEADS, CONTEXT = 2, 64, 160, 4, 2, 256
HEAD_DIM = WIDTH // HEADS
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MERGES = """Ġ t|h e|i n|Ġ a|e r|Ġt he|r e|o n|Ġ s|a t|o u|e s|Ġ w|i s|o r|e n|i t|a n|a l|Ġ o|Ġ c|e d|in g|Ġ p|Ġ f
Ġ b|n d|a r|Ġ m|Ġ h|Ġ d|Ġo f|Ġt o|Ġa nd|Ġ in|l l|r o|i c|s t|l e|o m|v e|Ġ Ġ|ĠĠ ĠĠ|Ġ n|Ġ y|Ġy ou|i d|e l|Ġ is
Ã ©|ð Ł|Ġ =|= =|( )|Ċ Ċ|Ġ l|en t|c t|Ġw h|s s""".replace("\n", "|").split("|")
TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}"
    "{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def byte_characters():
    """The 256 characters that stand for bytes, in the order of GPT-2's vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + n) for n in range(len(others))]


def vocabulary():
    return SPECIAL + byte_characters() + [merge.replace(" ", "") for merge in MERGES]


def add_metadata(writer):
    tokens = vocabulary()
    assert len(tokens) == 320 and len(set(tokens)) == len(tokens)
    writer.add_name("weft tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(HEAD_DIM)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3] * len(SPECIAL) + [1] * (len(tokens) - len(SPECIAL)))
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)


def adjacent_pairs(weight, heads):
    """The row order of llama files: rotated pairs lie side by side, not half a head apart."""
    rows = weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1)
    return np.ascontiguousarray(rows.swapaxes(1, 2).reshape(weight.shape))


def main(path):
    random = np.random.default_rng(20261124)
    kind = gguf.GGMLQuantizationType
    writer = gguf.GGUFWriter(path, "llama")
    add_metadata(writer)

    def add(name, data, dtype=kind.F32):
        data = data.astype(np.float32)
        writer.add_tensor(name, gguf.quants.quantize(data, dtype), raw_dtype=dtype)

    def matrix(rows, columns, gain=1.5):
        return random.standard_normal((rows, columns)) * gain / np.sqrt(columns)

    def norm():
        return 1 + 0.3 * random.standard_normal(WIDTH)

    add("token_embd.weight", random.standard_normal((len(vocabulary()), WIDTH)) * 0.35, kind.Q8_0)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        kv = KV_HEADS * HEAD_DIM
        add(block + "attn_norm.weight", norm())
        add(block + "attn_q.weight", adjacent_pairs(matrix(WIDTH, WIDTH), HEADS))
        add(block + "attn_k.weight", adjacent_pairs(matrix(kv, WIDTH), KV_HEADS))
        add(block + "attn_v.weight", matrix(kv, WIDTH), kind.Q8_0)
        add(block + "attn_output.weight", matrix(WIDTH, WIDTH, 3), kind.F16)
        add(block + "ffn_norm.weight", norm())
        add(block + "ffn_gate.weight", matrix(HIDDEN, WIDTH), kind.Q4_1)
        add(block + "ffn_up.weight", matrix(HIDDEN, WIDTH), kind.Q4_1)
        add(block + "ffn_down.weight", matrix(WIDTH, HIDDEN), kind.Q8_0)
    add("output_norm.weight", norm())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
