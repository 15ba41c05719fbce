"""Who computes a case, and how weft's own contestant comes about."""
import os
import re

import numpy as np

import library

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")


class Contestant:
    """`run` is what is timed, on inputs in the layout that suits it; `reset`
    brings back the state before it; `unpack` makes the case's layout of what
    `run` returns. `tolerance` is only given where it computes in another
    precision than the case's; `missing` says why there is nobody to time."""

    def __init__(self, name, run, unpack=lambda output: output, reset=lambda: None, tolerance=None, missing=None):
        self.name, self.run, self.unpack, self.reset = name, run, unpack, reset
        self.tolerance, self.missing = tolerance, missing


def contiguous(array, *order):
    return np.ascontiguousarray(array.transpose(order))


def compiled(weftc, folder, model, inputs, weights=None, sizes=None):
    """weft on a file of models/; `sizes` are texts of its types to write otherwise."""
    source = f"{MODELS}/{model}.mlir"
    flags = ["--entries=forward"]
    if sizes:
        with open(source) as file:
            text = file.read()
        for old, new in sizes.items():
            text = text.replace(old, new)
        source = f"{folder}/{model}_{re.sub(r'[^0-9]+', '_', '_'.join(sizes.values()).replace('xf32', ''))}.mlir"
        with open(source, "w") as file:
            file.write(text)
    if weights:
        path = f"{folder}/{model}.safetensors"
        library.save_weights(path, weights)
        flags.append(f"--weights={path}")
    return Contestant("weft", library.load(weftc, source, folder, *flags).prepare("forward", inputs))
