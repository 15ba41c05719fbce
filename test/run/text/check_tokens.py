#!/usr/bin/env python3
"""check_tokens.py WEFT_TEXT_TEST MODEL.gguf: tokenizes the strings of
text_strings.py and compares with the goldens. Needs numpy. Exit 3 on a
difference."""
import pathlib
import struct
import subprocess
import sys
import zlib

import numpy as np

from text_strings import strings

IDS, TEXT, WORD_IDS, WORD_TEXT, WHOLE = range(5)


def run(program, command, model, texts):
    frames = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    out = subprocess.run([program, command, model], input=frames, stdout=subprocess.PIPE, check=True).stdout
    at, results = 0, []

    def take(size):
        nonlocal at
        length = struct.unpack_from("<I", out, at)[0] * size
        at += 4 + length
        return out[at - length:at]

    while at < len(out):
        results.append((take(4), take(1)))
    return results


def main(program, model):
    goldens = np.load(pathlib.Path(__file__).parent / "token_goldens.npy")
    texts = [text.encode() for text in strings()]
    assert len(goldens) == len(texts)
    failures = 0
    for command, ids, text in (("encode", IDS, TEXT), ("words", WORD_IDS, WORD_TEXT)):
        results = run(program, command, model, texts)
        assert len(results) == len(texts)
        crcs = np.array([[zlib.crc32(part) for part in result] for result in results], np.uint32)
        wrong = np.flatnonzero((crcs != goldens[:, [ids, text]]).any(1))
        whole = [n for n in range(len(texts)) if goldens[n, WHOLE]]
        lost = [n for n in whole if results[n][1] != texts[n]]
        tokens = sum(len(result[0]) // 4 for result in results)
        print(f"{command}: {len(texts)} strings, {tokens} tokens, {len(wrong)} differ; "
              f"{len(whole)} whole, {len(lost)} not decoded back")
        for n in [*wrong[:5], *lost[:5]]:
            print(f"  string {n}: {texts[n].decode()!r}: ids {np.frombuffer(results[n][0], '<u4').tolist()}")
        failures += len(wrong) + len(lost)
    return 3 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
