#!/usr/bin/env python3
"""check_tour.py TOUR.md FOLDER WEFTC: the tour's excerpts against the compiler.

The block of phase `read` is compiled; every other block's lines must be found
in the dump of its phase, in order. Prints what is missing."""
import os
import re
import subprocess
import sys


def blocks(text):
    pattern = r"<!-- (?:phase: )?(\w+) -->\n```\w*\n(.*?)```"
    return re.findall(pattern, text, flags=re.S)


def missing(excerpt, whole):
    """The first line that is not found behind the ones before it."""
    flat, at = " ".join(whole.split()), 0
    for line in excerpt.split("\n"):
        words = " ".join(line.split())
        if words in ("", "…"):
            continue
        found = flat.find(words, at)
        if found < 0:
            return words
        at = found + len(words)
    return None


def main():
    tour, folder, weftc = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    parts = blocks(open(tour).read())
    model = os.path.join(folder, "model.mlir")
    with open(model, "w") as out:
        out.write(dict(parts)["read"])
    done = subprocess.run([weftc, model, "-o", os.path.join(folder, "model"), "--target=x86-64-v3", "--explain",
                           f"--dump-phases-to={folder}"], capture_output=True, text=True, check=True)
    dumps = {name.split("-")[1][:-5]: open(os.path.join(folder, name)).read()
             for name in os.listdir(folder) if re.match(r"\d-\w+\.mlir$", name)}
    dumps["explain"] = done.stdout
    failed = 0
    for name, excerpt in parts:
        if name == "read":
            continue
        line = missing(excerpt, dumps[name])
        failed += line is not None
        if line:
            print(f"{name}: not found: {line}")
    print(f"{len(parts)} excerpts, {failed} out of date")


if __name__ == "__main__":
    main()
