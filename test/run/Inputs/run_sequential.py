#!/usr/bin/env python3
"""run_sequential.py NAME EXECUTABLE: a zoo file without a matrix, as compiled,
against its steps in numpy: whole, cut, and token by token with the state in a
file. Differences at most 2e-5 of the largest output; exit 3 if not."""
import pathlib
import sys
import tempfile

import numpy as np

from stateful_runs import check, run

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "oracle"))
from zoo import sequential  # noqa: E402

B, H, D, GATES = 2, 2, 12, {"elman": (), "lstm": (4,), "gru": (3,), "slstm": (4,)}


def draw(name, tokens, scale):
    random = np.random.default_rng(tokens)
    gates, rows = GATES[name], (4,) if GATES[name] else ()
    shapes = {"x": (B, tokens, H, *gates, D), "r": (H, D, *gates, D), "bias": (H, *rows, D)}
    drawn = {key: random.standard_normal(shape).astype(np.float32) for key, shape in shapes.items()}
    drawn["r"] *= np.float32(0.3)
    drawn["x"] *= np.float32(scale)
    return drawn


def main(name, executable):
    good = True

    def piece(begin, end):
        return {**inputs, "x": inputs["x"][:, begin:end]}
    with tempfile.TemporaryDirectory() as folder:
        # Inputs of size 30 drive exponential gates to e^90.
        for scale in (1, 30):
            for tokens in (0, 1, 2, 17, 50):
                inputs = draw(name, tokens, scale)
                expected = getattr(sequential, name)(**{k: v.astype(np.float64) for k, v in inputs.items()})
                good &= check(f"{name} of {tokens} tokens, inputs of size {scale}",
                              run(executable, folder, name, inputs), expected)
        for cut in range(0, 50, 7):
            rows = [run(executable, folder, name, piece(0, cut), save="state"),
                    run(executable, folder, name, piece(cut, 50), "state")]
            good &= check(f"{name} cut at {cut}", np.concatenate(rows, 1), expected)
        rows = [run(executable, folder, "step", piece(t, t + 1), "state" if t else None, "state") for t in range(50)]
        good &= check(f"{name} token by token", np.concatenate(rows, 1), expected)
    return 0 if good else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
