#!/usr/bin/env python3
"""Times weft beside its peers and writes docs/benchmarks.md and its plot.

usage: bench.py BUILD_DIR MODEL.gguf [--case NAME] [--seconds N]

--case runs the cases whose name contains NAME, and writes no file. Exit code 3
if a contestant computes something else than numpy, or a case misses its bar."""
import argparse
import datetime
import gc
import os
import subprocess
import sys
import time

# First: it keeps the libraries to one thread.
from peers import Peers

import numpy as np

import machine
import plot
import table
from attention import Attention
from convolution import LongConvolution, ShortConvolution
from gated_linear import GatedDelta, ScalarGate, VectorGate
from language_model import Decode, Llama, Prefill, random_model
from minilm import Encoder
from product import Product
from recurrent import Gru, Lstm
from recurrent_models import GatedDeltaModel, Mamba2
from state_space import SelectiveScan, StateSpaceDuality

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("model")
    parser.add_argument("--case", default="")
    parser.add_argument("--seconds", type=float, default=20, help="of timing a case")
    return parser.parse_args()


def all_cases(path, folder):
    """With the ratio that each has to reach."""
    smollm = Llama("SmolLM2", folder, lambda: path, 30, 576, 49152, 134_515_008)
    small = Llama("12-layer llama", folder, lambda: random_model(folder), 12, 512, 32000, 57_291_264)
    return [
        Attention(512, 1.6), Attention(2048, 1.2), SelectiveScan(2.0), StateSpaceDuality(1.5),
        VectorGate(4, 128, 2.0), VectorGate(8, 64, 2.0), ScalarGate(4, 128, 1.5), ScalarGate(8, 64, 1.5),
        GatedDelta(4, 128, 1.4), GatedDelta(8, 64, 1.4), ShortConvolution(2.3), LongConvolution(0.97),
        Lstm(0.97), Gru(1.5), Product(2048, 768, 768, 0.97), Product(128, 384, 1536, 0.97),
        Encoder(1, 0.97), Encoder(8, 0.97),
        Prefill(smollm, "f32", 1.15), Decode(smollm, "f32", 1.2), Prefill(smollm, "Q4_1", 2.3), Decode(smollm, "Q4_1", 1.3),
        Decode(small, "f32", 2.5), Mamba2(2.5), GatedDeltaModel(2.5)]


def wrong(case, contestant, expected):
    """What is wrong with its output; nothing if it agrees with numpy."""
    if contestant.missing:
        return contestant.missing
    contestant.reset()
    output = contestant.unpack(contestant.run())
    if output.shape != expected.shape:
        return f"shape {output.shape}, expected {expected.shape}"
    error = np.abs(output - expected).max() / np.abs(expected).max()
    # Not `error > allowed`: a NaN is wrong too.
    allowed = contestant.tolerance or case.tolerance
    return None if error <= allowed else f"error {error:.1e} of the largest value, allowed {allowed:.0e}"


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
    turns = min(max(int(seconds / max(turn, 1e-6)), 5), 60)
    times = [[timed(contestant) for contestant in contestants] for _ in range(turns)]
    return [[row[index] for row in times] for index in range(len(contestants))]


def run_case(case, peers, weftc, folder, seconds):
    rows, fit = [], []
    try:
        contestants = [case.weft(weftc, folder)]
    except subprocess.CalledProcessError as error:
        contestants, rows = [], [table.Row("weft", wrong=f"weftc exits with {error.returncode}")]
    contestants += case.peers(peers)
    expected = case.reference()
    for contestant in contestants:
        fault = wrong(case, contestant, expected)
        fit += [contestant] if fault is None else []
        rows += [table.Row(contestant.name, wrong=fault)] if fault else []
    gc.collect()
    return rows + [table.Row(contestant.name, times) for contestant, times in zip(fit, interleaved(fit, seconds))]


def facts(args, core, peers):
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    version = subprocess.run([f"{args.build}/bin/weftc", "--version"], capture_output=True, text=True)
    return [*machine.describe(core).items(), ("weft", version.stdout.splitlines()[0] + ", commit " + commit.stdout.strip()),
            ("peers", peers.versions()), ("date", datetime.date.today().isoformat())]


def write(text, results):
    for name, content in (("benchmarks.md", text), ("benchmarks.svg", plot.ratios(results))):
        with open(os.path.join(ROOT, "docs", name), "w") as out:
            out.write(content)


def main():
    args = arguments()
    folder = os.path.join(args.build, "bench")
    os.makedirs(folder, exist_ok=True)
    known = all_cases(args.model, folder)
    cases = [case for case in known if args.case in case.name]
    if not cases:
        print(f"bench: error: no case '{args.case}'; known: {'; '.join(case.name for case in known)}", file=sys.stderr)
        return 2
    core, peers, results = machine.pin(), Peers(folder), []
    limits = machine.Limits(folder, "clang-22")
    for case in cases:
        before = limits.of(case)
        rows = run_case(case, peers, f"{args.build}/bin/weftc", folder, args.seconds)
        results.append(table.Result(case, rows, max(before, limits.of(case))))
        print("\n".join([*results[-1].lines(), results[-1].summary()]), flush=True)
    if not args.case:
        write(table.markdown(facts(args, core, peers), results), results)
    return 3 if any(result.faults or not result.reached for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
