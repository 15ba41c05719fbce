#!/usr/bin/env python3
"""Writes CharacterClasses.inc from two versions of PyPI's unicodedata2:

    pip install --target 16 unicodedata2==16.0.0
    pip install --target 17 unicodedata2==17.0.0
    make_character_classes.py 16 17 > CharacterClasses.inc
"""
import subprocess
import sys

OTHER, LETTER, NUMBER, SPACE, LATE_DIGIT = range(5)


def categories(directory, version):
    """The general category of every code point, from a process of its own: one
    process cannot load two builds of the same module."""
    script = ("import unicodedata2 as u; print(u.unidata_version, "
              "*(u.category(chr(c)) for c in range(0x110000)))")
    out = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": directory},
                         check=True, capture_output=True, text=True).stdout.split()
    assert out[0] == version, f"expects unicodedata2 {version}, got {out[0]} in {directory}"
    return out[1:]


def class_of(code_point, category, later):
    if category[0] == "L":
        return LETTER
    if category[0] == "N":
        return NUMBER
    if category[0] == "Z" or 9 <= code_point <= 13 or code_point == 0x85:
        return SPACE
    return LATE_DIGIT if later[0] == "N" else OTHER


def main():
    classes = [class_of(code_point, *pair) for code_point, pair in enumerate(
        zip(categories(sys.argv[1], "16.0.0"), categories(sys.argv[2], "17.0.0")))]
    changes = [c for c in range(len(classes)) if c == 0 or classes[c] != classes[c - 1]]
    words = [f"0x{c << 3 | classes[c]:x}," for c in changes]
    print("// Written by make_character_classes.py; Unicode 16.0.0 and 17.0.0.")
    print("// clang-format off")
    for at in range(0, len(words), 8):
        print(" ".join(words[at:at + 8]))


if __name__ == "__main__":
    main()
