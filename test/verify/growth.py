"""Rows about long sequences: the memory of a scan beside its inputs and outputs
is a constant, its time is linear in the number of tokens.

usage: growth.py LIBRARY ENTRY T     prints the workspace in bytes and the seconds
"""
import os
import re
import sys
import tempfile
import time

import numpy as np

from suite import ROOT, run

sys.path.insert(0, os.path.join(ROOT, "test/run/zoo"))

LENGTHS = [8192 << n for n in range(4)]
SLACK = 1 << 20  # bytes: what the allocator and the page size may add

# One head, state 64 x 64: (operands beside q, k, x; matrix).
KINDS = {
    "scalar": ({"g": "tensor<1x?x1xf32>"}, "decay(%g : tensor<1x?x1xf32>)"),
    "channel": ({"g": "tensor<1x?x1x64xf32>"}, "decay(%g : tensor<1x?x1x64xf32>)"),
    "erase": ({"g": "tensor<1x?x1xf32>", "a": "tensor<1x?x1x64xf32>", "b": "tensor<1x?x1x64xf32>"},
              "decay(%g : tensor<1x?x1xf32>) erase(%a, %b : tensor<1x?x1x64xf32>, tensor<1x?x1x64xf32>) "
              "erase_reads decayed"),
}
WIDE = "tensor<1x?x1x64xf32>"


def source(kind):
    more, operands = KINDS[kind]
    arguments = ", ".join(
        f'%{name}: {type_} {{mixer.name = "{name}", mixer.time = 1 : i64'
        + (", mixer.range = array<f64: -1.0, 0.0>" if name == "g" else "") + "}"
        for name, type_ in {"q": WIDE, "k": WIDE, "x": WIDE, **more}.items())
    return f"""func.func @long({arguments}) -> ({WIDE} {{mixer.name = "y"}}) {{
  %M = mixer.semiseparable %q, %k {operands} : {WIDE}, {WIDE}
  %y = mixer.apply %M, %x : {WIDE} -> {WIDE}
  return %y : {WIDE}
}}
"""


def inputs(library, tokens):
    rng = np.random.default_rng(5)
    arrays = []
    for tensor in library.inputs:
        shape = [tokens if dim < 0 else dim for dim in tensor.dims]
        low, high = {"g": (-1, 0), "a": (-0.1, 0), "b": (0, 0.1)}.get(tensor.name, (-1, 1))
        arrays.append(rng.uniform(low, high, shape).astype(np.float32))
    return arrays


def resident(kind):
    """Bytes of this process: VmRSS now, VmHWM at its peak."""
    return 1024 * int(re.search(kind + r":\s+(\d+)", open("/proc/self/status").read()).group(1))


def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def measure(path, name, tokens):
    """In a process of its own, whose peak is that of one length. (Freed memory
    has to leave it at once: hence the allocator's threshold.)"""
    from library import Library
    library = Library(path, name)
    arrays = inputs(library, tokens)
    small = [tensor.piece(array, 0, 64) for tensor, array in zip(library.inputs, arrays)]
    library.whole(small)  # what is loaded once
    forget_peak()
    before = resident("VmRSS")
    y = library.whole(arrays)
    workspace = resident("VmHWM") - before - y.nbytes
    seconds = []
    for _ in range(5):
        start = time.process_time()
        library.whole(arrays)
        seconds.append(time.process_time() - start)
    print(workspace, min(seconds))


def growth(suite, kind, form):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "long.mlir")
        with open(path, "w") as file:
            file.write(source(kind))
        library = os.path.join(folder, "long.so")
        run([suite.tool("weftc"), path, "-o", library, f"--form={form}"])
        figures = []
        for tokens in LENGTHS:
            text = run([sys.executable, __file__, library, "long", str(tokens)], text=True,
                       env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"}).stdout.split()
            figures.append((int(text[0]), float(text[1])))
    extra = max(memory for memory, _ in figures) - min(memory for memory, _ in figures)
    ratios = [b / a for (_, a), (_, b) in zip(figures, figures[1:])]
    good = extra <= SLACK and all(1.7 <= ratio <= 2.3 for ratio in ratios)
    return good, (f"T {LENGTHS[0]} to {LENGTHS[-1]}: workspace {max(0, figures[-1][0]) / 1024:.0f} KiB, grows by "
                  f"{extra / 1024:.0f} KiB (limit {SLACK // 1024}); time per doubling "
                  + ", ".join(f"{ratio:.2f}" for ratio in ratios) + " (limits 1.70, 2.30)")


def add_rows(suite):
    for kind in KINDS:
        for form in ("recurrent", "chunked"):
            suite.row(f"constant memory, linear time: {kind} transition, {form}",
                      lambda kind=kind, form=form: growth(suite, kind, form))


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))
