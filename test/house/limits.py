#!/usr/bin/env python3
"""limits.py ROOT: no file over 600 lines, no function over 60, no drawers."""
import re
import subprocess
import sys

FILE_LIMIT, FUNCTION_LIMIT = 600, 60
DRAWER = re.compile(r"(^|/)(utils?|common|helpers?|misc)(\.|/|$)", re.IGNORECASE)
NO_FUNCTION = re.compile(r"^\s*(template.*>\s*)?(class|struct|enum|union)\b")


def tracked(root, pattern):
    names = subprocess.check_output(["git", "-C", root, "ls-files"], text=True).split("\n")
    return [name for name in names if re.search(pattern, name)]


def functions(lines, margin=""):
    """(text, first line, length) of the functions whose brace closes at the
    margin, and of the methods of classes there."""
    index = 0
    while index < len(lines):
        line = lines[index]
        if not line.endswith("{") or line.endswith("= {") or "[" in line.split("(")[0] or re.match(r"^(namespace|extern|#)", line) or not line.startswith(margin):
            index += 1
            continue
        end = index + 1
        while end < len(lines) and not lines[end].startswith(margin + "}"):
            end += 1
        if NO_FUNCTION.match(line):
            for text, first, length in functions(lines[index + 1:end], margin + "  "):
                yield text, index + 1 + first, length
        else:
            yield line.strip(), index + 1, end - index + 1
        index = end + 1


def python_functions(text):
    import ast
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def main():
    root = sys.argv[1]
    found = []
    for name in tracked(root, r"\.(cpp|h|c|td|py|sh|mlir|md)$|^dev$"):
        text = open(f"{root}/{name}", encoding="utf-8").read()
        lines = text.split("\n")
        if DRAWER.search(name):
            found.append(f"{name}: a drawer without a name")
        if len(lines) > FILE_LIMIT and not name.endswith((".mlir", ".md")):
            found.append(f"{name}: {len(lines)} lines, limit {FILE_LIMIT}")
        if name.endswith((".cpp", ".h", ".c")):
            parts = functions(lines)
        elif name.endswith(".py"):
            parts = python_functions(text)
        else:
            continue
        for function, line, length in parts:
            if length > FUNCTION_LIMIT:
                found.append(f"{name}:{line}: {length} lines, limit {FUNCTION_LIMIT}: {function}")
    print("\n".join(found))
    print(f"{len(found)} over the limits")


if __name__ == "__main__":
    main()
