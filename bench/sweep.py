#!/usr/bin/env python3
"""Times every form and chunk of scans of many sizes beside the one that the cost model takes.

usage: sweep.py BUILD_DIR [--only NAME]

Exit code 3 if a choice takes more than 1.5 times as long as the best."""
import argparse
import os
import re
import subprocess
import sys
import time

import numpy as np

import library
import machine

HEADS, TOKENS = 4, 1024
FORMS = ["recurrent", "chunked 16", "chunked 32", "chunked 64", "chunked 128"]
SIZES = [(16, 64), (64, 64), (128, 64), (128, 128)]
KINDS = ["none", "scalar", "channel", "erase", "erase_channel"]
ALLOWED = 1.5


def module(name, kind, keys, values):
    """One scan with the operands of `kind`; decays are declared to be safe."""
    row, narrow = f"tensor<1x?x{HEADS}x{keys}xf32>", f"tensor<1x?x{HEADS}xf32>"
    decay = {"none": None, "scalar": narrow, "erase": narrow}.get(kind, row)
    wide = f"tensor<1x?x{HEADS}x{values}xf32>"
    time_axis = "mixer.time = 1 : i64"
    arguments = [f'%{given}: {kind_of} {{mixer.name = "{given}", {time_axis}{limits}}}' for given, kind_of, limits in [
        ("q", row, ""), ("k", row, ", mixer.range = array<f64: -0.05, 0.05>"), ("v", wide, ""),
        *([("g", decay, ", mixer.range = array<f64: -10.0, 0.0>")] if decay else [])]]
    operands = (f" decay(%g : {decay})" if decay else "") + (
        f" erase(%a, %k : {row}, {row})" if "erase" in kind else "")
    return f"""func.func @{name}({', '.join(arguments)}) -> ({wide} {{mixer.name = "y"}}) {{
  %a = arith.negf %k : {row}
  %M = mixer.semiseparable %q, %k{operands} : {row}, {row}
  %y = mixer.apply %M, %v : {wide} -> {wide}
  return %y : {wide}
}}
"""


def inputs(kind, keys, values):
    random = np.random.default_rng(1)
    shape = (1, TOKENS, HEADS)
    arrays = [random.standard_normal((*shape, keys), np.float32), 0.05 * random.uniform(-1, 1, (*shape, keys)),
              random.standard_normal((*shape, values), np.float32)]
    if kind != "none":
        arrays.append(-random.uniform(0, 1, (*shape, keys) if "channel" in kind else shape))
    return [np.ascontiguousarray(array, np.float32) for array in arrays]


def written(folder, name, kind, keys, values):
    """The path of the model of this name."""
    path = f"{folder}/{name}.mlir"
    with open(path, "w") as out:
        out.write(module(name, kind, keys, values))
    return path


def taken(weftc, source, folder):
    """The form and chunk that the cost model takes."""
    done = subprocess.run([weftc, source, "-o", f"{folder}/sweep.o", "--entries=forward", "--explain"],
                          capture_output=True, text=True, check=True)
    return " ".join(filter(None, re.search(r"scan: (\w+)(?:, chunk (\d+))?", done.stdout).groups()))


def microseconds(run):
    """Of a token and head; the best of some runs."""
    run()
    times = []
    for _ in range(15):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times) * 1e6 / TOKENS / HEADS


def sweep(weftc, folder, kind, keys, values):
    """(times of each form, the form that the cost model takes)."""
    given, times = inputs(kind, keys, values), {}
    for index, form in enumerate(FORMS):
        name, _, chunk = form.partition(" ")
        # A library that is open keeps its name.
        entry = f"{kind}_{keys}_{values}_{index}"
        flags = [f"--form={name}", *([f"--chunk={chunk}"] if chunk else [])]
        model = library.load(weftc, written(folder, entry, kind, keys, values), folder, "--entries=forward", *flags)
        times[form] = microseconds(model.prepare(entry, given))
    return times, taken(weftc, written(folder, "sweep", kind, keys, values), folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    folder = os.path.join(os.path.abspath(args.build), "sweep")
    os.makedirs(folder, exist_ok=True)
    core, worst = machine.pin(), 0
    print("; ".join(f"{name}: {text}" for name, text in machine.describe(core).items()))
    print("microseconds of a token and head; * is what the cost model takes")
    for kind in KINDS:
        for keys, values in SIZES:
            name = f"{kind} K{keys} V{values}"
            if args.only not in name:
                continue
            times, choice = sweep(f"{args.build}/bin/weftc", folder, kind, keys, values)
            slower = times[choice] / min(times.values())
            worst = max(worst, slower)
            print(f"{name:26}", *(f"{form} {value:.3f}{'*' if form == choice else ' '}" for form, value in times.items()),
                  f" x{slower:.2f}", flush=True)
    print(f"the worst choice takes {worst:.2f} times as long as the best (allowed {ALLOWED})")
    return 0 if worst <= ALLOWED else 3


if __name__ == "__main__":
    sys.exit(main())
