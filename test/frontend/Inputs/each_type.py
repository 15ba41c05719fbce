"""each_type.py DIR: reads a model of every block type, and runs it; test/oracle/llama.py says what its logits are."""
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "oracle"))
import llama
from gguf_models import PLAIN, SCALES

IDS = [3, 1, 11, 0, 7]


def read(folder, kind):
    """The module after `read`, without the names of the model and its file."""
    out = folder / "read.mlir"
    subprocess.run(["weftc", folder / f"{kind}.gguf", "--compile-to=read", "-o", out], check=True)
    return out.read_text().replace(f'weft.model = "{kind}"', "").replace(f"/{kind}.gguf", "")


def logits(folder, kind):
    out = folder / "logits.npy"
    subprocess.run([folder / "model", "-i", f"input_ids={folder}/ids.npy", "-o", f"logits={out}",
                    "--weights", folder / f"{kind}.gguf"], check=True)
    return np.load(out)[0]


def main(folder):
    np.save(folder / "ids.npy", np.array([IDS]))
    subprocess.run(["weftc", folder / "F32.gguf", "-o", folder / "model"], check=True)
    module, seen = read(folder, "F32"), []
    for kind in [*PLAIN, *SCALES]:
        expected = llama.Model(folder / f"{kind}.gguf").forward(IDS)["logits"]
        error = np.abs(logits(folder, kind) - expected).max() / np.abs(expected).max()
        good = error <= 1e-5 and np.abs(expected).max() > 0.1
        # A weight that another type's reader took would give another's logits.
        fresh = all(np.abs(expected - other).max() > 1e-2 for other in seen)
        seen.append(expected)
        print(kind, "same module" if read(folder, kind) == module else "OTHER MODULE",
              "right logits" if good and fresh else f"WRONG LOGITS, error {error:.1e}")


main(Path(sys.argv[1]))
