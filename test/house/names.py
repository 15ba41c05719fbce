#!/usr/bin/env python3
"""names.py ROOT: the compiler knows structures, not mixers or model families.

No code of lib/ (its frontend aside), dialects/mixer or tools/ has the name of a
published mixer or of a model family as a word. Comments and ODS text may."""
import re
import subprocess
import sys

WORDS = ("mamba|mamba2|ssd|retnet|gla|hgrn|hgrn2|rwkv|delta_net|deltanet|kda|mlstm|slstm|hyena|s4d|lmu|hydra|fox|urpe|"
         "aaren|rg_lru|llama|smollm|smollm2|gpt2|qwen|gemma|mistral|phi3|falcon")
PATTERN = re.compile(rf"\b({WORDS})\b", re.IGNORECASE)


def code_only(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def main():
    root = sys.argv[1]
    names = subprocess.check_output(["git", "-C", root, "ls-files", "lib", "dialects/mixer", "tools"], text=True).split()
    found = []
    for name in names:
        if name.startswith("lib/frontend/") or not name.endswith((".cpp", ".h", ".inc")):
            continue
        for number, line in enumerate(code_only(open(f"{root}/{name}").read()).split("\n"), 1):
            if PATTERN.search(line):
                found.append(f"{name}:{number}: {line.strip()}")
    print("\n".join(found))
    print(f"{len(found)} names")


if __name__ == "__main__":
    main()
