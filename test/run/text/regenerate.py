#!/usr/bin/env python3
"""regenerate.py MODEL.gguf: writes token_goldens.npy with Hugging Face's
tokenizers (PyPI: tokenizers, gguf, numpy; with transformers present, also
checks that its tokenizer of the file agrees with the plain-words columns).

For each string: CRC-32 of its ids and of their decoded text, with digits split
off (what the file's pre-tokenizer asks for) and without, and a bit that says
whether all its bytes have a token."""
import pathlib
import sys
import zlib

import gguf
import numpy as np
import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from text_strings import strings

HERE = pathlib.Path(__file__).parent


def read(path):
    fields = gguf.GGUFReader(path).fields
    return {key: fields["tokenizer.ggml." + key].contents() for key in ("tokens", "merges", "token_type", "pre")}


def build(vocabulary, split_digits):
    ids = {token: number for number, token in enumerate(vocabulary["tokens"])}
    merges = [tuple(merge.split(" ")) for merge in vocabulary["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=merges))
    words = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, words]) if split_digits else words
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token, kind in
                                  zip(vocabulary["tokens"], vocabulary["token_type"]) if kind == 3])
    return tokenizer


def crc(data):
    return zlib.crc32(data)


def columns(tokenizer, texts):
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    decoded = [tokenizer.decode(row, skip_special_tokens=False) for row in ids]
    return ids, decoded, [[crc(np.array(row, "<u4").tobytes()), crc(text.encode())] for row, text in zip(ids, decoded)]


def check_transformers(path, texts, ids):
    try:
        import transformers
    except ImportError:
        return
    path = pathlib.Path(path)
    theirs = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    different = sum(theirs(text, add_special_tokens=False)["input_ids"] != row for text, row in zip(texts, ids))
    print(f"transformers {transformers.__version__}: {different} strings differ from plain words")
    assert different == 0


def main(path):
    vocabulary = read(path)
    assert vocabulary["pre"] == "smollm", vocabulary["pre"]
    texts = strings()
    digits, decoded, digit_columns = columns(build(vocabulary, True), texts)
    words, _, word_columns = columns(build(vocabulary, False), texts)
    check_transformers(path, texts, words)
    alphabet = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    known = set(vocabulary["tokens"])
    whole = [all(c in known for piece, _ in alphabet.pre_tokenize_str(text) for c in piece) for text in texts]
    assert all(back == text for back, text, bit in zip(decoded, texts, whole) if bit)
    goldens = np.array([a + b + [int(bit)] for a, b, bit in zip(digit_columns, word_columns, whole)], np.uint32)
    np.save(HERE / "token_goldens.npy", goldens)
    differ = sum(a != b for a, b in zip(digits, words))
    print(f"tokenizers {tokenizers.__version__}: {len(texts)} strings, {sum(map(len, digits))} tokens, "
          f"{sum(whole)} with a token for every byte, {differ} differ without digits")


if __name__ == "__main__":
    main(sys.argv[1])
