#!/usr/bin/env python3
"""renamed.py ROOT FOLDER: each file of mixers/ with its function renamed gives
the same machine code: no name decides how anything is compiled."""
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
import compiler


def code(path, output):
    """The bytes of the .text section."""
    compiler.weftc(path, "-o", output)
    section = output.with_suffix(".text")
    subprocess.run(["llvm-objcopy", "-O", "binary", "--only-section=.text", output, section], check=True)
    return section.read_bytes()


def main():
    root, folder = map(pathlib.Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    different = 0
    files = sorted((root / "mixers").glob("*.mlir"))
    for path in files:
        other = folder / "other.mlir"
        other.write_text(re.sub(rf"@{path.stem}\b", "@other", path.read_text()))
        same = code(path, folder / "own.o") == code(other, folder / "other.o")
        different += not same
        print(f"{path.stem}: {'same code' if same else 'OTHER CODE'}")
    print(f"{different} of {len(files)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
