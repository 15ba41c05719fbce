"""laplace.py WEFTC PLUGIN MODEL: the plugin's model against its formula in numpy, in float64."""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

weftc, plugin, model = sys.argv[1:]
random = np.random.default_rng(1)
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    subprocess.run([weftc, f"--load={plugin}", model, "-o", folder / "model"], check=True)
    for tokens in (1, 7, 33):
        q, k = random.standard_normal((2, 2, tokens, 2, 8)).astype(np.float32)
        v = random.standard_normal((2, tokens, 2, 4)).astype(np.float32)
        arguments = []
        for key, x in {"q": q, "k": k, "v": v}.items():
            np.save(folder / f"{key}.npy", x)
            arguments += ["-i", f"{key}={folder / key}.npy"]
        subprocess.run([folder / "model", *arguments, "-o", f"y={folder / 'y.npy'}"], check=True)
        # M_ij = exp(-|q_i - k_j|_1), j <= i, rows divided by their sums
        q, k = q.astype(np.float64), k.astype(np.float64)
        m = np.exp(-np.abs(q[:, :, None] - k[:, None]).sum(-1)) * np.tri(tokens)[:, :, None]
        expected = np.einsum("bijh,bjhv->bihv", m / m.sum(2, keepdims=True), v)
        error = np.abs(np.load(folder / "y.npy") - expected).max() / np.abs(expected).max()
        print(f"{'PASS' if error <= 2e-5 else 'FAIL'} {tokens} tokens, error {error:.1e}")
