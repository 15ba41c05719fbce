#!/usr/bin/env python3
"""described.py ROOT FOLDER LLVM_TBLGEN INCLUDE: each op and pass has a
description and each op an example, which goes to FOLDER to be parsed."""
import json
import os
import re
import subprocess
import sys


def records(root, tblgen, include, source, kind):
    text = subprocess.check_output([tblgen, "--dump-json", f"-I{root}", f"-I{root}/include", f"-I{include}",
                                    f"{root}/{source}"])
    data = json.loads(text)
    return [data[name] for name in data["!instanceof"].get(kind, [])]


MATRICES = {"M": "!mixer.matrix", "A": "!mixer.matrix", "B": "!mixer.matrix", "L": "!mixer.matrix",
            "G": "!mixer.matrix", "S": "!mixer.matrix", "W": "!mixer.matrix"}
INDICES = {"T": "index", "pos": "index"}
STATE = "tensor<2x4x16x8xf32>"
# The operands that an example takes as given, by op.
OPERANDS = {
    "apply": {"M": "!mixer.matrix", "x": "tensor<2x?x4x8xf32>", "s0": STATE, "pos": "index"},
    "attend": {"q": "tensor<2x?x8x64xf32>", "k": "tensor<2x?x2x64xf32>", "v": "tensor<2x?x2x64xf32>",
               "y0": "tensor<2x?x8x64xf32>"},
    "convolve": {"taps": "tensor<64x4xf32>", "x": "tensor<2x?x64x1xf32>", "y0": "tensor<2x?x64x1xf32>",
                 "w0": "tensor<2x3x64x1xf32>"},
    "decay": {"log_a": "tensor<2x?x4xf32>"},
    "gram": {"q": "tensor<2x?x8x64xf32>", "k": "tensor<2x?x2x64xf32>"},
    "positions": INDICES,
    "scan": {"q": "tensor<2x?x1x16xf32>", "k": "tensor<2x?x1x16xf32>", "v": "tensor<2x?x4x8xf32>",
             "g": "tensor<2x?x4xf32>", "y0": "tensor<2x?x4x8xf32>", "s0": STATE},
    "semiseparable": {"q": "tensor<2x?x1x16xf32>", "k": "tensor<2x?x1x16xf32>", "g": "tensor<2x?x4xf32>"},
    "toeplitz": {"taps": "tensor<1536x4xf32>"},
    "yield": {"S": "!mixer.matrix"},
}


def functions(op, example):
    """The example as functions: one more where a name is defined again."""
    pieces, defined = [[]], set()
    for line in example.split("\n"):
        name = re.match(r"\s*%(\w+)[^=]*= mixer\.", line)
        if name and name.group(1) in defined:
            pieces.append([])
        if name:
            defined.add(name.group(1))
        pieces[-1].append(line)
    operands = OPERANDS.get(op, MATRICES)
    for number, lines in enumerate(pieces):
        body = "\n".join(lines)
        if op == "yield":
            body = ("%W = mixer.mask %S {\n^bb0(%b: index, %h: index, %i: index, %j: index):\n"
                    "%keep = arith.constant true\n" + body + "}\n")
        own = [f"%{name}: {kind}" for name, kind in operands.items()
               if not re.search(rf"^\s*%{name}\b[^=]*=", body, flags=re.M)]
        yield f"func.func private @{op}{number}({', '.join(own)}) {{\n{body}\nreturn\n}}\n"


def main():
    root, folder, tblgen, include = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    found, ops, passes = [], 0, 0
    for source in ("include/weft/TransformPasses.td", "include/weft/ConvertPasses.td"):
        for record in records(root, tblgen, include, source, "PassBase"):
            passes += 1
            if not record["description"].strip():
                found.append(f"pass {record['argument']} has no description")
    for record in records(root, tblgen, include, "dialects/mixer/Mixer.td", "Op"):
        if record.get("opDialect", {}).get("def") != "Mixer_Dialect":
            continue
        ops += 1
        name = "mixer." + record["opName"]
        examples = re.findall(r"```mlir\n(.*?)```", record["description"], flags=re.S)
        if not examples or not any(name in example for example in examples):
            found.append(f"{name} has no example")
        with open(f"{folder}/{record['opName']}.mlir", "w") as out:
            for example in examples:
                out.write("".join(functions(record["opName"], example)))
    print("\n".join(found))
    print(f"{ops} ops and {passes} passes, {len(found)} without words")


if __name__ == "__main__":
    main()
