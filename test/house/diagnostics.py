#!/usr/bin/env python3
"""diagnostics.py ROOT: every diagnostic of the sources is expected by a test.

Lists the string literals that sources give to the functions that make errors,
and prints those of which no test has the longest fixed piece of words."""
import re
import subprocess
import sys

MAKERS = (r"emitError|emitOpError|emitWarning|inputError|fileError|makeError|usageError|TargetError|"
          r"createStringError|fail|refuse|dense|unknownOption|setError|report")
CALL = re.compile(rf"\b({MAKERS})\s*\(")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Faults of the machine or of weft itself, which no input provokes.
UNPROVOKED = re.compile(r"no memory|out of memory|cannot map|internal|no temporary")


def statement(text, start):
    """The text from `start` to the end of its statement."""
    depth, index = 0, start
    while index < len(text) and not (text[index] == ";" and depth <= 0):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        index += 1
    return text[start:index]


def pieces(literal):
    """Fixed words of a message: between format directives and quotes."""
    for piece in re.split(r"%[-+ 0-9.*lhzj]*[a-zA-Z]|\"|\\.|PRI\w+", literal):
        if len(re.findall(r"[A-Za-z]{2,}", piece)) >= 2:
            yield piece.strip()


def messages(root, names):
    for name in names:
        text = re.sub(r"//[^\n]*", "", open(f"{root}/{name}").read())
        for call in CALL.finditer(text):
            body = statement(text, call.start())
            joined = re.sub(r'"\s*\n?\s*"', "", body)
            found = [piece for literal in LITERAL.findall(joined) for piece in pieces(literal)]
            if found:
                line = text.count("\n", 0, call.start()) + 1
                yield name, line, max(found, key=len)


def main():
    root = sys.argv[1]
    listed = subprocess.check_output(["git", "-C", root, "ls-files"], text=True).split()
    sources = [name for name in listed if re.match(r"(lib|dialects|tools)/.*\.(cpp|h)$", name)]
    tests = "\n".join(open(f"{root}/{name}", errors="replace").read() for name in listed
                      if name.startswith("test/") and re.search(r"\.(mlir|test|py|c|sh)$", name)
                      and not name.startswith("test/house/"))
    plain = re.sub(r"\{\{.*?\}\}", " ", tests)
    found, total = [], 0
    for name, line, words in messages(root, sources):
        if UNPROVOKED.search(words):
            continue
        total += 1
        if words not in plain:
            found.append(f"{name}:{line}: {words}")
    print("\n".join(sorted(set(found))))
    print(f"{total} diagnostics, {len(set(found))} expected by no test")


if __name__ == "__main__":
    main()
