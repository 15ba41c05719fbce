#!/usr/bin/env python3
"""long_sequences.py FOLDER: one head over T = 8192 … 65536 tokens, recurrent
and chunked: memory besides inputs and outputs stays, time doubles with T."""
import pathlib
import sys
import time

import numpy as np

sys.dont_write_bytecode = True
import compiler
from library import Library

COUNTS = (8192, 16384, 32768, 65536)
SOURCE = """func.func @one_head(
    %q: tensor<1x?x1x64xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %v: tensor<1x?x1x64xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %g: tensor<1x?x1xf32> {mixer.name = "g", mixer.time = 1 : i64, mixer.range = array<f64: -8.0, 0.0>})
    -> (tensor<1x?x1x64xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %q, %q decay(%g : tensor<1x?x1xf32>) : tensor<1x?x1x64xf32>, tensor<1x?x1x64xf32>
  %y = mixer.apply %M, %v : tensor<1x?x1x64xf32> -> tensor<1x?x1x64xf32>
  return %y : tensor<1x?x1x64xf32>
}
"""


def memory(field):
    """Bytes of VmRSS (now) or VmHWM (the most since `forget_peak`)."""
    line = next(line for line in open("/proc/self/status") if line.startswith(field))
    return int(line.split()[1]) * 1024


def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def seconds(library, arrays):
    """Of this thread's own, so that other programs do not count."""
    best = float("inf")
    for _ in range(7):
        begin = time.thread_time()
        library.whole(arrays)
        best = min(best, time.thread_time() - begin)
    return best


def measure(form, folder):
    """[(tokens, seconds, peak memory beyond inputs and outputs)]"""
    source, output = folder / "one_head.mlir", folder / f"{form}.so"
    source.write_text(SOURCE)
    compiler.compile_form(source, output, form, 0)
    library = Library(output, "one_head")
    rows = []
    for tokens in COUNTS:
        random = np.random.default_rng(tokens)
        arrays = [random.standard_normal((1, tokens, 1, 64), np.float32) / 8 for _ in range(2)]
        arrays.append(-np.abs(random.standard_normal((1, tokens, 1), np.float32)))
        library.whole([given.piece(array, 0, 64) for given, array in zip(library.inputs, arrays)])  # warm
        before = memory("VmRSS")
        forget_peak()
        y = library.whole(arrays)
        extra = memory("VmHWM") - before - y.nbytes
        rows.append((tokens, seconds(library, arrays), extra))
    return rows


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    failures = 0
    for form in ("recurrent", "chunked"):
        rows = measure(form, folder)
        growth = [later[1] / earlier[1] for earlier, later in zip(rows, rows[1:])]
        extra = rows[-1][2]
        good = all(1.7 <= ratio <= 2.3 for ratio in growth) and extra < 4 << 20
        failures += not good
        print(f"{'PASS' if good else 'FAIL'} {form}: {rows[-1][1] * 1e3:.1f} ms at T = {COUNTS[-1]}, per doubling "
              + ", ".join(f"{ratio:.2f}" for ratio in growth) + f", {extra / 2**20:.1f} MiB besides inputs and outputs")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
