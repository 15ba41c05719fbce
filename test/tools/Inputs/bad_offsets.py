"""bad_offsets.py MODEL DIR: what a compiled model says of where packed sequences begin."""
import subprocess
import sys

import numpy as np

model, folder = sys.argv[1:]
np.save(f"{folder}/q.npy", np.ones((2, 7, 4, 16), np.float32))
np.save(f"{folder}/x.npy", np.ones((2, 7, 4, 8), np.float32))
for name, offsets in {"good": [0, 3, 3, 7], "unsorted": [0, 5, 3, 7], "far": [0, 3, 5, 8], "negative": [-1, 3, 5, 7]}.items():
    np.save(f"{folder}/{name}.npy", np.array(offsets))
    done = subprocess.run([model, "-i", f"q={folder}/q.npy", "-i", f"x={folder}/x.npy", "-i", f"offsets={folder}/{name}.npy",
                           "-o", f"y={folder}/y-{name}.npy"], capture_output=True, text=True)
    print(name, "->", done.returncode, done.stderr.strip())
