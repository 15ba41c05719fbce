#!/usr/bin/env python3
"""run_readme.py README.md MODEL.gguf FOLDER: runs the commands of the README's section "Use".

model.gguf is MODEL, mixer.mlir the README's own sample in a function."""
import os
import re
import shutil
import subprocess
import sys

SIGNATURE = """func.func @forward(
    %log_a: tensor<2x?x4xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: -2.0, 0.0>},
    %c: tensor<2x?x1x16xf32> {mixer.name = "c", mixer.time = 1 : i64},
    %b: tensor<2x?x1x16xf32> {mixer.name = "b", mixer.time = 1 : i64},
    %x: tensor<2x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
"""


def main():
    readme, model, folder = sys.argv[1:]
    text = open(readme).read()
    os.makedirs(folder, exist_ok=True)
    shutil.copy(model, os.path.join(folder, "model.gguf"))
    sample = re.search(r"```mlir\n(.*?)```", text, re.S).group(1)
    with open(os.path.join(folder, "mixer.mlir"), "w") as out:
        out.write(SIGNATURE + sample + "return %y : tensor<2x?x4x8xf32>\n}\n")
    section = re.search(r"## Use\n(.*?)\n\n[^ ]", text + "\n\n", re.S).group(1)
    for line in section.strip().splitlines():
        command = line.split("#")[0].strip()
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)
        print(command, "->", done.returncode, done.stderr.strip())


if __name__ == "__main__":
    main()
