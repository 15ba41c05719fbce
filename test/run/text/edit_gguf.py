#!/usr/bin/env python3
"""edit_gguf.py IN.gguf OUT.gguf EDIT KEY: one change to a file's metadata.

flag: sets a boolean to true; most: sets an integer to 320; shorten: drops
the last 224 elements of an array of 32-bit integers (which keeps the tensors
aligned)."""
import sys


def find(data, key, kind):
    entry = key.encode() + kind.to_bytes(4, "little")
    return data.index(entry) + len(entry)


def main(source, target, edit, key):
    data = bytearray(open(source, "rb").read())
    if edit == "flag":
        data[find(data, key, 7)] = 1
    elif edit == "most":
        at = find(data, key, 4)
        data[at:at + 4] = (320).to_bytes(4, "little")
    elif edit == "shorten":
        at = find(data, key, 9) + 4
        count = int.from_bytes(data[at:at + 8], "little") - 224
        data[at:at + 8] = count.to_bytes(8, "little")
        end = at + 8 + 4 * count
        del data[end:end + 4 * 224]
    open(target, "wb").write(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
