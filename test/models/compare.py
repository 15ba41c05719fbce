#!/usr/bin/env python3
"""Compares a compiled language model with a goldens.npz (numpy only).

    compare.py GOLDENS ids N                 the ids of prompt N, with commas
    compare.py GOLDENS inputs N IDS.npy      the same as an array of shape [1, T]
    compare.py GOLDENS logits N LOGITS.npy   [1, T, V] or [T, V]
    compare.py GOLDENS greedy N IDS.txt      what --print-tokens printed
    compare.py GOLDENS run EXECUTABLE [OPTION...]   all of it, for each prompt

Logits: the largest difference over the kept columns, the top 16, minimum and
maximum of each row, at most 2e-4 of the row's range. Greedy tokens: the same up
to the first step whose two best logits lie within 2e-3. Exit 3 if not."""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

LOGITS_LIMIT, CLOSE = 2e-4, 2e-3


class Prompt:
    def __init__(self, goldens, number):
        start = f"p{number}."
        self.number = int(number)
        self.arrays = {key[len(start):]: goldens[key] for key in goldens.files if key.startswith(start)}
        if not self.arrays:
            sys.exit(f"error: the goldens have no prompt {number}")

    def __getattr__(self, name):
        return self.arrays[name]


def verdict(passed, text):
    print(f"{'PASS' if passed else 'FAIL'}  {text}")
    return passed


def check_logits(prompt, logits):
    rows = logits.reshape(-1, logits.shape[-1])
    if len(rows) != len(prompt.ids):
        return verdict(False, f"prompt {prompt.number}: expects {len(prompt.ids)} rows of logits, got {len(rows)}")
    rows = rows[prompt.positions].astype(np.float64)
    spread = (prompt.maximum - prompt.minimum).astype(np.float64)
    differences = [np.abs(rows[:, prompt.columns] - prompt.values).max(1),
                   np.abs(np.take_along_axis(rows, prompt.top_ids, 1) - prompt.top_values).max(1),
                   np.abs(rows.min(1) - prompt.minimum), np.abs(rows.max(1) - prompt.maximum)]
    worst = (np.max(differences, axis=0) / spread).max()
    # A NaN is no pass: it compares false.
    return verdict(worst <= LOGITS_LIMIT, f"prompt {prompt.number}: logits of {len(prompt.ids)} tokens differ by "
                   f"{worst:.2e} of the range (limit {LOGITS_LIMIT:.0e})")


def check_greedy(prompt, words):
    ids = np.array([int(word) for word in words])
    given, new = ids[:len(prompt.ids)], ids[len(prompt.ids):]
    gaps = prompt.greedy_best[:, 0] - prompt.greedy_best[:, 1]
    close = np.flatnonzero(gaps <= CLOSE)
    until = close[0] if len(close) else len(gaps)
    same = next((n for n, (a, b) in enumerate(zip(new, prompt.greedy)) if a != b), min(len(new), len(gaps)))
    passed = np.array_equal(given, prompt.ids) and same >= until
    reason = f"first close step {until}" if len(close) else f"smallest gap {gaps.min():.4f}"
    return verdict(passed, f"prompt {prompt.number}: {same} of {len(gaps)} greedy tokens are the same ({reason})")


def run(goldens, executable, options):
    count = len({key.split(".")[0] for key in goldens.files})
    passed = True
    for prompt in (Prompt(goldens, number) for number in range(count)):
        with tempfile.TemporaryDirectory() as directory:
            inputs, outputs = f"{directory}/ids.npy", f"{directory}/logits.npy"
            np.save(inputs, prompt.ids[None].astype(np.int64))
            subprocess.run([executable, *options, "-i", f"input_ids={inputs}", "-o", f"logits={outputs}"], check=True)
            passed &= check_logits(prompt, np.load(outputs, mmap_mode="r"))
        tokens = ",".join(map(str, prompt.ids))
        out = subprocess.run([executable, *options, "--tokens", tokens, "-n", str(len(prompt.greedy)), "--temp", "0",
                              "--print-tokens"], check=True, stdout=subprocess.PIPE, text=True).stdout
        passed &= check_greedy(prompt, out.split())
    return passed


def main(path, command, *arguments):
    goldens = np.load(path)
    if command == "run":
        return run(goldens, str(pathlib.Path(arguments[0]).resolve()), arguments[1:])
    prompt = Prompt(goldens, arguments[0])
    if command == "ids":
        print(",".join(map(str, prompt.ids)))
    elif command == "inputs":
        np.save(arguments[1], prompt.ids[None].astype(np.int64))
    elif command == "logits":
        return check_logits(prompt, np.load(arguments[1], mmap_mode="r"))
    elif command == "greedy":
        return check_greedy(prompt, pathlib.Path(arguments[1]).read_text().split())
    else:
        sys.exit(f"error: unknown command {command}")
    return True


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(0 if main(*sys.argv[1:]) else 3)
