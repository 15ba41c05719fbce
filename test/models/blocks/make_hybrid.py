#!/usr/bin/env python3
"""Joins the three blocks to one residual model.

usage: make_hybrid.py OUT.mlir

x1 = x + state_space(x), x2 = x1 + attention(x1), y = x2 + convolution(x2).
Every symbol and map of a block gets the block's name as a prefix.
"""
import os
import re
import sys

BLOCKS = ["state-space", "attention", "convolution"]
TYPE = "tensor<2x?x32xf32>"


def private_block(name):
    prefix = name.replace("-", "_")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".mlir")
    text = open(path).read()
    text = re.sub(r"#(\w+)", rf"#{prefix}_\1", text).replace(f"#{prefix}_ml_program", "#ml_program")
    text = re.sub(r"@(\w+)", rf"@{prefix}_\1", text)
    text = re.sub(r"(func\.func) (@\w+_forward)", r"\1 private \2", text)
    return re.sub(r" \{mixer\.[^}]*\}", "", text)


def main():
    parts = [private_block(name) for name in BLOCKS]
    lines = [f"func.func @forward(%x0: {TYPE} {{mixer.name = \"x\", mixer.time = 1 : i64}})",
             f"    -> ({TYPE} {{mixer.name = \"y\"}}) {{"]
    for index, name in enumerate(BLOCKS):
        function = name.replace("-", "_") + "_forward"
        lines += [f"  %r{index} = func.call @{function}(%x{index}) : ({TYPE}) -> {TYPE}",
                  f"  %x{index + 1} = arith.addf %x{index}, %r{index} : {TYPE}"]
    lines += [f"  return %x{len(BLOCKS)} : {TYPE}", "}"]
    with open(sys.argv[1], "w") as out:
        out.write("\n".join(parts + ["\n".join(lines), ""]))


if __name__ == "__main__":
    main()
