"""bad_runs.py MODEL DIR: what a compiled model says of files that it cannot use, its exit code, and what it leaves.
DIR holds the files of bad_models.py."""
import os
import struct
import subprocess
import sys
from pathlib import Path

model = Path(sys.argv[1]).resolve()
os.chdir(sys.argv[2])


def npy(name, code, shape, data, cut=0):
    header = f"{{'descr': '{code}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    content = b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header.encode() + data
    Path(name).write_bytes(content[: len(content) - cut])


def run(*arguments):
    before = set(os.listdir("."))
    done = subprocess.run([model, *arguments], capture_output=True, text=True)
    left = sorted(set(os.listdir(".")) - before)
    print(*arguments, "->", done.returncode, done.stderr.strip(), *(["leaves", *left] if left else []))


npy("ids.npy", "<i8", "(1, 3)", struct.pack("<3q", 1, 2, 3))
npy("floats.npy", "<f4", "(1, 3)", struct.pack("<3f", 1, 2, 3))
npy("flat.npy", "<i8", "(3,)", struct.pack("<3q", 1, 2, 3))
npy("large.npy", "<i8", "(1, 3)", struct.pack("<3q", 1, 2, 99999))
npy("cut.npy", "<i8", "(1, 3)", struct.pack("<3q", 1, 2, 3), cut=3)
if not os.path.lexists("full.npy"):
    os.symlink("/dev/full", "full.npy")

for name in ("ids", "floats", "flat", "large", "cut", "none"):
    run("-i", f"input_ids={name}.npy", "-o", f"logits={name}-out.npy")
for out in ("full.npy", "none/out.npy", "out.txt"):
    run("-i", "input_ids=ids.npy", "-o", f"logits={out}")
for weights in ("none", "cut", "foreign", "no-norm", "norm-shape", "integer-weight"):
    run("--weights", f"{weights}.gguf", "--tokens", "1", "-n", "1")
run("--state-in", "ids.npy", "--tokens", "1", "-n", "1")
run("--state-in", "none", "--tokens", "1", "-n", "1")
