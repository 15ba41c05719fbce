"""long_gates.py LIBRARY ROOT: forgetting attention over many tokens against numpy
in f64, and how far sums in f32 would be off."""
import pathlib
import sys

import numpy as np

root = pathlib.Path(sys.argv[2])
sys.path[:0] = [str(root / "test" / "run" / "zoo"), str(root / "test" / "oracle")]
from library import Library  # noqa: E402

TOKENS, CUTS = 2000, (0, 700, 1413, 1998, 1999, 2000)
LIMIT = 5e-6


def formula(q, k, v, sums):
    """Row by row, no T x T matrix; sums of log gates [B, T, H]."""
    y = np.zeros((*q.shape[:3], v.shape[3]))
    for i in range(q.shape[1]):
        s = np.einsum("bhd,bjhd->bjh", q[:, i], k[:, :i + 1]) / np.sqrt(q.shape[3])
        s = s + sums[:, i, None] - sums[:, :i + 1]
        p = np.exp(s - s.max(1, keepdims=True))
        y[:, i] = np.einsum("bjh,bjhd->bhd", p / p.sum(1, keepdims=True), v[:, :i + 1])
    return y


def main():
    library = Library(sys.argv[1], "forgetting")
    random = np.random.default_rng(11)
    arrays = [random.standard_normal([TOKENS if n < 0 else n for n in given.dims]).astype(np.float32)
              for given in library.inputs]
    # Gates near one, behind many that are strong: sums are large, and what
    # differs between tokens is small.
    arrays[3] = -(np.abs(arrays[3]) * 0.01 + 1.0 * (random.random(arrays[3].shape) < 0.01)).astype(np.float32)
    arrays[3][:, :600] -= 20.0
    exact = [array.astype(np.float64) for array in arrays]
    expected = formula(*exact[:3], np.cumsum(exact[3], axis=1))
    scale = np.abs(expected).max()
    narrow = formula(*exact[:3], np.cumsum(arrays[3], axis=1).astype(np.float64))
    print(f"f32 sums would be wrong by {np.abs(narrow - expected).max() / scale:.1e}")
    assert np.abs(narrow - expected).max() / scale > 4 * LIMIT
    whole = library.whole(arrays)
    state = library.new_state()
    parts = [library.run([given.piece(a, begin, end) for given, a in zip(library.inputs, arrays)], state,
                         "step" if end == begin + 1 else None) for begin, end in zip(CUTS, CUTS[1:])]
    library.free_state(state)
    worst = max(np.abs(y - expected).max() / scale for y in (whole, np.concatenate(parts, axis=1)))
    assert worst <= LIMIT, worst
    print(f"{TOKENS} tokens agree to {worst:.1e}")


if __name__ == "__main__":
    main()
