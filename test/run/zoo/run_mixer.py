#!/usr/bin/env python3
"""run_mixer.py FILE FOLDER: one file of mixers/ in every form it has, against
the numpy oracle of its name.

For each form and chunk: numbers of tokens around the chunk, random inputs and
stressed gates, a cut at every token, token by token, the last row by decode,
and what --explain and the block program say of the form. Exit code 1 if
anything disagrees."""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "oracle"))
import compiler
import structure
import zoo
from library import Library
from source import GATES, Source

LIMIT = 2e-5
# Chunks of each form that has them; a tree has a power of two.
CHUNKS = {"chunked": (1, 16, 64, "T"), "blocked": (1, 16, 64, "T"), "scan": (1, 16, 64)}
CUT_TOKENS = 71
# Packed sequences: padding before and after, one without tokens.
OFFSETS = (2, 9, 9, 10, 52, CUT_TOKENS - 3)
# Whose mask sees the index in the whole; whose keys are not packed; whose
# offsets would count writes, not tokens.
NOT_PACKED = {"prefix_lm", "attention_cross", "delta_product"}


def error(actual, expected):
    """The largest difference as a share of the largest reference value, for
    each batch entry and head."""
    if actual.shape != expected.shape:
        return np.inf
    if not expected.size:
        return 0.0
    if not np.isfinite(actual).all():
        return np.inf
    axes = (1, *range(3, expected.ndim))
    wrong = np.abs(actual - expected).max(axis=axes)
    return float(np.max(np.where(wrong > 0, wrong / np.maximum(np.abs(expected).max(axis=axes), 1e-30), 0)))


class Runner:
    def __init__(self, path, folder):
        self.source = Source(path)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.oracle = zoo.oracle(self.source.name)
        self.failures = 0

    def report(self, form, chunk, what, worst, note=""):
        good = worst <= LIMIT and not note
        self.failures += not good
        name = f"{form} {chunk}" if chunk else form
        print(f"{'PASS' if good else 'FAIL'} {name}: {what}: " + (note or f"error {worst:.1e}"), flush=True)

    def expected(self, library, arrays):
        names = [given.name for given in library.inputs]
        return self.oracle(**dict(zip(names, arrays)))

    def token_counts(self, chunk):
        step = chunk if chunk and chunk < CUT_TOKENS else 16
        return sorted({0, 1, step - 1, step, step + 1, 3 * step + 7, *([CUT_TOKENS] if chunk == CUT_TOKENS else [])})

    def values(self, library, form, chunk):
        for gate in (None, *(GATES if self.source.gates else ())):
            worst, counts = 0.0, self.token_counts(chunk)
            for tokens in counts:
                arrays = self.source.draw(library.inputs, tokens, gate)
                worst = max(worst, error(library.whole(arrays), self.expected(library, arrays)))
            what = "random" if gate is None else f"gate {gate:g}"
            self.report(form, chunk, f"{what}, T {','.join(map(str, counts))}", worst)

    def cuts(self, library, form, chunk):
        arrays = self.source.draw(library.inputs, CUT_TOKENS)
        expected = self.expected(library, arrays)
        worst = 0.0
        for cut in range(CUT_TOKENS + 1):
            state = library.new_state()
            parts = [library.run([given.piece(array, begin, end) for given, array in zip(library.inputs, arrays)], state)
                     for begin, end in ((0, cut), (cut, CUT_TOKENS))]
            library.free_state(state)
            worst = max(worst, error(np.concatenate(parts, axis=1), expected))
        self.report(form, chunk, "cut at every token", worst)

    def steps(self, library, form, chunk):
        """One token after the other, and the last one after all others."""
        arrays = self.source.draw(library.inputs, CUT_TOKENS)
        expected = self.expected(library, arrays)

        def piece(begin, end):
            return [given.piece(array, begin, end) for given, array in zip(library.inputs, arrays)]
        state = library.new_state()
        rows = [library.run(piece(t, t + 1), state, "step") for t in range(CUT_TOKENS)]
        library.free_state(state)
        self.report(form, chunk, "token by token", error(np.concatenate(rows, axis=1), expected))
        state = library.new_state()
        library.run(piece(0, CUT_TOKENS - 1), state)
        last = library.run(piece(CUT_TOKENS - 1, CUT_TOKENS), state, "step")
        library.free_state(state)
        scale = np.concatenate([expected[:, :-1], last], axis=1)
        self.report(form, chunk, "last row by decode", error(scale, expected))

    def packed(self, form, chunk):
        """Sequences packed one after the other, each as if it were alone."""
        if self.source.name in NOT_PACKED or "mixer.apply" not in self.source.text:
            return
        packed = self.folder / "packed" / f"{self.source.name}.mlir"
        packed.parent.mkdir(exist_ok=True)
        packed.write_text(self.source.packed(len(OFFSETS)))
        path = self.folder / f"packed-{form}{chunk or ''}.so"
        compiler.compile_form(packed, path, form, chunk, "--entries=forward")
        library = Library(path, self.source.name)
        *own, offsets = library.inputs
        arrays = self.source.draw(own, CUT_TOKENS)
        y = library.whole([*arrays, np.array(OFFSETS, offsets.dtype)])
        looped = []
        for begin, end in zip(OFFSETS, OFFSETS[1:]):
            pieces = [given.piece(array, begin, end) for given, array in zip(own, arrays)]
            looped.append(self.oracle(**{given.name: piece for given, piece in zip(own, pieces)}))
        # Rows of padding are what the file makes of a product that is 0.
        y, expected = y[:, OFFSETS[0]:OFFSETS[-1]], np.concatenate(looped, axis=1)
        self.report(form, chunk, "packed = looped", error(y, expected))
        library.close()

    def taken(self, form, chunk, remarks):
        """The form that was asked for is the one that --explain names and that
        the block program shows."""
        if form not in ("auto", "dense") and not any(
                taken == form and (not chunk or size == chunk) for _, taken, size in remarks):
            return self.report(form, chunk, "form", 0, f"--explain says {remarks}")
        blocks = self.folder / "blocks.mlir"
        compiler.compile_form(self.source.path, blocks, form, chunk, "--compile-to=blocks", "--entries=forward")
        # Of its T × S matrix, S = 24 is known: one block if the chunk is longer.
        if self.source.name == "attention_cross" and (form == "dense" or chunk > 24):
            return
        fault = structure.fault(blocks.read_text(), form, chunk)
        self.report(form, chunk, "form as --explain and the block program show", 0, fault or "")

    def form(self, form, chunk):
        size = CUT_TOKENS if chunk == "T" else chunk
        path = self.folder / f"{form}{size or ''}.so"
        try:
            stateless = ["--entries=forward"] if form == "dense" else []
            remarks = compiler.compile_form(self.source.path, path, form, size, *stateless)
        except compiler.Refused as refusal:
            return self.report(form, size, "compile", 0, str(refusal).splitlines()[0])
        library = Library(path, self.source.name)
        self.values(library, form, size)
        if library.stateful:
            self.cuts(library, form, size)
            self.steps(library, form, size)
        library.close()
        self.guarded(self.packed, form, size)
        self.guarded(self.taken, form, size, remarks)

    def guarded(self, check, form, chunk, *more):
        """A refusal by weftc fails this check and no other."""
        try:
            check(form, chunk, *more)
        except compiler.Refused as refusal:
            self.report(form, chunk, check.__name__, 0, str(refusal).splitlines()[0])

    def run(self):
        ops = compiler.forms_of(self.source.path, self.folder)
        forms = sorted({form for op in ops for form in op})
        print(f"forms: {', '.join(forms) or 'none'}")
        self.form("auto", 0)
        if "mixer.apply" in self.source.text:
            self.form("dense", 0)
        for form in forms:
            for chunk in CHUNKS.get(form, (0,)):
                self.form(form, chunk)
        print(f"{self.failures} disagree")
        return 1 if self.failures else 0


if __name__ == "__main__":
    sys.exit(Runner(*sys.argv[1:]).run())
