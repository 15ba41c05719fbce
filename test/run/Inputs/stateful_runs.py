"""Runs of a compiled executable with its state in a file, and their check."""
import subprocess

import numpy as np

LIMIT = 2e-5


def run(executable, folder, entry, inputs, state=None, save=None):
    """y for `inputs`, from the state of the file `state` to that of `save`."""
    command = [executable, "--entry", entry, "-o", f"y={folder}/y.npy"]
    for name, value in inputs.items():
        np.save(f"{folder}/{name}.npy", value)
        command += ["-i", f"{name}={folder}/{name}.npy"]
    command += ["--state-in", f"{folder}/{state}"] if state else []
    command += ["--state-out", f"{folder}/{save}"] if save else []
    subprocess.run(command, check=True)
    return np.load(f"{folder}/y.npy")


def check(what, actual, expected):
    error = np.abs(actual - expected).max(initial=0) / max(np.abs(expected).max(initial=0), 1e-30)
    good = actual.shape == expected.shape and bool(error <= LIMIT)
    print(f"{'PASS' if good else 'FAIL'} {what}: {error:.1e}")
    return good
