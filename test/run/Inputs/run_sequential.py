#!/usr/bin/env python3
"""run_sequential.py NAME EXECUTABLE: a zoo file without a matrix, as compiled,
against its steps in numpy: whole, cut, and token by token with the state in a
file. Differences at most 2e-5 of the largest output; exit 3 if not."""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "oracle"))
from zoo import sequential  # noqa: E402

B, H, D, GATES, LIMIT = 2, 2, 12, {"elman": (), "lstm": (4,), "gru": (3,), "slstm": (4,)}, 2e-5


class Model:
    def __init__(self, executable, folder, weights):
        self.executable, self.folder = executable, folder
        for name, value in weights.items():
            np.save(f"{folder}/{name}.npy", value)

    def run(self, x, entry, state=None, save=None):
        np.save(f"{self.folder}/x.npy", x)
        command = [self.executable, "--entry", entry, "-o", f"y={self.folder}/y.npy"]
        for name in ("x", "r", "bias"):
            command += ["-i", f"{name}={self.folder}/{name}.npy"]
        command += ["--state-in", f"{self.folder}/{state}"] if state else []
        command += ["--state-out", f"{self.folder}/{save}"] if save else []
        subprocess.run(command, check=True)
        return np.load(f"{self.folder}/y.npy")


def draw(name, tokens, scale):
    random = np.random.default_rng(tokens)
    gates, rows = GATES[name], (4,) if GATES[name] else ()
    shapes = {"x": (B, tokens, H, *gates, D), "r": (H, D, *gates, D), "bias": (H, *rows, D)}
    drawn = {key: random.standard_normal(shape).astype(np.float32) for key, shape in shapes.items()}
    drawn["r"] *= np.float32(0.3)
    drawn["x"] *= np.float32(scale)
    return drawn


def check(what, actual, expected):
    error = np.abs(actual - expected).max(initial=0) / max(np.abs(expected).max(initial=0), 1e-30)
    good = actual.shape == expected.shape and bool(error <= LIMIT)
    print(f"{'PASS' if good else 'FAIL'} {what}: {error:.1e}")
    return good


def main(name, executable):
    good = True
    with tempfile.TemporaryDirectory() as folder:
        # Inputs of size 30 drive exponential gates to e^90.
        for scale in (1, 30):
            for tokens in (0, 1, 2, 17, 50):
                inputs = draw(name, tokens, scale)
                expected = getattr(sequential, name)(**{k: v.astype(np.float64) for k, v in inputs.items()})
                x = inputs.pop("x")
                model = Model(executable, folder, inputs)
                good &= check(f"{name} of {tokens} tokens, inputs of size {scale}", model.run(x, name), expected)
        for cut in range(0, 50, 7):
            first, rest = model.run(x[:, :cut], name, save="state"), model.run(x[:, cut:], name, state="state")
            good &= check(f"{name} cut at {cut}", np.concatenate([first, rest], 1), expected)
        rows = [model.run(x[:, t:t + 1], "step", "state" if t else None, "state") for t in range(50)]
        good &= check(f"{name} token by token", np.concatenate(rows, 1), expected)
    return 0 if good else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
