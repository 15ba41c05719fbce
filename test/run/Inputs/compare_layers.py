#!/usr/bin/env python3
"""compare_layers.py REFERENCE.npz FOLDER: the dumped output of each layer
against the numpy model's. Exit 1 beyond 1e-5 of the largest value."""
import sys

import numpy as np


def main():
    reference, folder = np.load(sys.argv[1]), sys.argv[2]
    layers = [name for name in reference.files if name.startswith("layer")]
    worst = 0.0
    for index in range(len(layers)):
        expected = reference[f"layer{index}"]
        actual = np.load(f"{folder}/{index}.layer.npy").reshape(expected.shape)
        worst = max(worst, np.abs(actual - expected).max() / np.abs(expected).max())
    print(f"{len(layers)} layers, largest error {worst:.1e}")
    sys.exit(0 if layers and worst <= 1e-5 else 1)


if __name__ == "__main__":
    main()
