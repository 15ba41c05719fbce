#!/usr/bin/env python3
"""Times weft beside its peers and writes docs/benchmarks.md.

usage: bench.py BUILD_DIR MODEL.gguf [--case NAME] [--seconds N]

--case runs the cases whose name contains NAME, and writes no file. Exit code 3
if a contestant computes something else than numpy."""
import argparse
import datetime
import os
import subprocess
import sys
import time

# Before anything starts threads of its own.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

import machine
import table
from cases import Attention, Product, StateSpace
from language_model import Decode, Prefill, SmolLM2

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("model")
    parser.add_argument("--case", default="")
    parser.add_argument("--seconds", type=float, default=20, help="of timing a case")
    return parser.parse_args()


def all_cases(path):
    model = SmolLM2(path)
    return [Attention(512), Attention(2048), StateSpace(), Product(), Prefill(model), Decode(model)]


def load_torch():
    import torch
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    return torch


def wrong(case, contestant, expected):
    """What is wrong with its output; nothing if it agrees with numpy."""
    contestant.reset()
    output = contestant.unpack(contestant.run())
    if output.shape != expected.shape:
        return f"shape {output.shape}, expected {expected.shape}"
    error = np.abs(output - expected).max() / np.abs(expected).max()
    return None if error <= case.tolerance else f"error {error:.1e} of the largest value, allowed {case.tolerance:.0e}"


def timed(contestant):
    contestant.reset()
    start = time.perf_counter()
    contestant.run()
    return time.perf_counter() - start


def interleaved(contestants, seconds):
    """Times of each, in turns, so that a slow spell of the machine meets all."""
    for contestant in contestants:
        timed(contestant)
    turn = sum(timed(contestant) for contestant in contestants)
    turns = min(max(int(seconds / turn), 5), 60)
    times = [[timed(contestant) for contestant in contestants] for _ in range(turns)]
    return [[row[index] for row in times] for index in range(len(contestants))]


def run_case(case, torch, weftc, folder, seconds):
    contestants = [case.weft(weftc, folder), *case.peers(torch)]
    expected, rows, fit = case.reference(), [], []
    for contestant in contestants:
        fault = wrong(case, contestant, expected)
        fit += [contestant] if fault is None else []
        rows += [table.Row(case, contestant.name, wrong=fault)] if fault else []
    for contestant, times in zip(fit, interleaved(fit, seconds)):
        rows.append(table.Row(case, contestant.name, times))
    return rows


def facts(args, core, torch):
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    version = subprocess.run([f"{args.build}/bin/weftc", "--version"], capture_output=True, text=True)
    return [*machine.describe(core).items(), ("weft", version.stdout.splitlines()[0] + ", commit " + commit.stdout.strip()),
            ("peers", f"torch {torch.__version__}"), ("date", datetime.date.today().isoformat())]


def main():
    args = arguments()
    cases = [case for case in all_cases(args.model) if args.case in case.name]
    if not cases:
        names = "; ".join(case.name for case in all_cases(args.model))
        print(f"bench: error: no case '{args.case}'; known: {names}", file=sys.stderr)
        return 2
    folder = os.path.join(args.build, "bench")
    os.makedirs(folder, exist_ok=True)
    core, torch = machine.pin(), load_torch()
    flops, rates = machine.measure(folder, "clang-22")
    results = []
    for case in cases:
        rows = run_case(case, torch, f"{args.build}/bin/weftc", folder, args.seconds)
        results.append((case, rows))
        print("\n".join(table.case_lines(case, rows, flops, rates)), flush=True)
    text = table.markdown(facts(args, core, torch), flops, rates, results)
    if not args.case:
        with open(os.path.join(ROOT, "docs/benchmarks.md"), "w") as out:
            out.write(text)
    return 3 if any(row.wrong for _, rows in results for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
