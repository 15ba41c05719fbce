#!/usr/bin/env python3
"""Runs a compiled block on the reference's inputs and compares.

usage: compare.py EXECUTABLE FOLDER

Prints the largest error over all T as a share of the largest absolute
reference value, and exits with 1 if it exceeds 1e-5.
"""
import glob
import os
import subprocess
import sys

import numpy as np


def main():
    executable, folder = sys.argv[1:]
    worst, count = 0.0, 0
    for path in sorted(glob.glob(os.path.join(folder, "*.x.npy"))):
        expected = np.load(path.replace(".x.npy", ".y.npy"))
        output = path.replace(".x.npy", ".out.npy")
        subprocess.run([executable, "-i", f"x={path}", "-o", f"y={output}"], check=True)
        actual = np.load(output)
        assert actual.shape == expected.shape, (path, actual.shape, expected.shape)
        count += 1
        if expected.size:
            worst = max(worst, np.abs(actual - expected).max() / np.abs(expected).max())
    print(f"{count} sizes, largest error {worst:.1e}")
    sys.exit(0 if count and worst <= 1e-5 else 1)


if __name__ == "__main__":
    main()
