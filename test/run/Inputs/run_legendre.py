#!/usr/bin/env python3
"""run_legendre.py FILE FOLDER FORM...: the Legendre memory of FILE, with the
matrices of its continuous system, in each form against the recurrence in numpy:
whole, and token by token after a cut. Exit code 3 if one disagrees."""
import pathlib
import sys

import numpy as np

TEST = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "run/zoo"), str(TEST / "oracle")]
import compiler
from library import Library
from zoo import recurrences
from zoo.convolution import legendre_memory

TOKENS, CUT, THETA, ORDER, LIMIT = 400, 390, 40.0, 16, 2e-5


def inputs():
    """Each head reads its memory at a delay of its own."""
    random = np.random.default_rng(5)
    a, b = (np.stack([part] * 4) for part in legendre_memory(ORDER, THETA))
    delays = np.array([0.0, 0.3, 0.7, 1.0])
    c = np.stack([np.polynomial.legendre.legval(2 * delays - 1, np.eye(ORDER)[n]) for n in range(ORDER)], 1)
    return [part.astype(np.float32) for part in (random.standard_normal((2, TOKENS, 4, 4)), a, b, c)]


def rows(library, x, more):
    """Whole, and in one piece with decode behind it."""
    yield library.whole([x, *more])
    if not library.stateful:
        return
    state = library.new_state()
    parts = [library.run([np.ascontiguousarray(x[:, :CUT]), *more], state)]
    parts += [library.run([np.ascontiguousarray(x[:, t:t + 1]), *more], state, "step") for t in range(CUT, TOKENS)]
    library.free_state(state)
    yield np.concatenate(parts, 1)


def main(path, folder, *forms):
    x, *more = inputs()
    expected = recurrences.lmu(x.astype(float), *(part.astype(float) for part in more))
    good = 0
    for form in forms:
        output = pathlib.Path(folder) / f"{form}.so"
        compiler.compile_form(path, output, form, 0)
        library = Library(output, "lmu")
        errors = [np.abs(y - expected).max() / np.abs(expected).max() for y in rows(library, x, more)]
        if form == "auto":
            state = library.info.states[0]
            print("auto: state of " + " x ".join(str(state.dims[axis]) for axis in range(1, 4)) + " numbers")
        library.close()
        good += max(errors) <= LIMIT
        print(f"{'PASS' if max(errors) <= LIMIT else 'FAIL'} {form}: error {max(errors):.1e}")
    print(f"{good} forms agree")
    return 0 if good == len(forms) else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
