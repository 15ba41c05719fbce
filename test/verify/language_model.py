"""Rows about SmolLM2 as an executable: numbers, text, state, speed."""
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

from suite import ROOT, figure, lit, run

MODELS = os.path.join(ROOT, "test/models")


def executable(suite):
    return os.path.join(suite.build, "smollm2")


def goldens(suite):
    done = run([sys.executable, os.path.join(MODELS, "compare.py"),
                os.path.join(MODELS, "smollm2/goldens.npz"), "run", executable(suite)],
               expect=None, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("PASS", "FAIL"))]
    return done.returncode == 0 and len(lines) >= 6, " / ".join(line[6:] for line in lines)


def logits(suite, folder, ids, more=()):
    np.save(os.path.join(folder, "ids.npy"), ids[None])
    output = os.path.join(folder, "logits.npy")
    run([executable(suite), "-i", f"input_ids={folder}/ids.npy", "-o", f"logits={output}", *more])
    return np.load(output)[0]


def token_ids(count):
    return np.random.default_rng(3).integers(0, 49152, count)


def pieces(suite):
    """200 tokens in two runs with the state in a file, at eight cuts."""
    ids = token_ids(200)
    worst, bits = 0.0, []
    with tempfile.TemporaryDirectory() as folder:
        whole = logits(suite, folder, ids)
        spread = whole.max() - whole.min()
        state = os.path.join(folder, "state")
        for cut in (1, 7, 64, 99, 128, 150, 192, 199):
            first = logits(suite, folder, ids[:cut], ["--state-out", state])
            second = logits(suite, folder, ids[cut:], ["--state-in", state])
            joined = np.concatenate([first, second])
            worst = max(worst, np.abs(joined - whole).max() / spread)
            if cut % 64 == 0:
                bits.append(np.array_equal(joined, whole))
    return worst <= 1e-4 and all(bits), \
        f"largest error {worst:.1e} of the range (limit 1e-4); same bits at {sum(bits)} of {len(bits)} chunk borders"


def threads(suite):
    ids = token_ids(100)
    with tempfile.TemporaryDirectory() as folder:
        one = logits(suite, folder, ids, ["--threads", "1"])
        two = logits(suite, folder, ids, ["--threads", "2"])
    return np.array_equal(one, two), "same bits" if np.array_equal(one, two) else "bits differ"


def timed_run(suite, tokens, new):
    """(prefill tokens/s, decode tokens/s, peak resident MB) of one process."""
    ids = ",".join(map(str, token_ids(tokens)))
    start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    process = subprocess.Popen([executable(suite), "--tokens", ids, "-n", str(new), "--print-tokens", "--time"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _, status, usage = os.wait4(process.pid, 0)
    text = process.stderr.read()
    if status != 0:
        raise RuntimeError(text.strip()[-200:])
    return (figure(text, r"prompt:.*?([\d.]+) tokens/s"), figure(text, r"answer:.*?([\d.]+) tokens/s"),
            usage.ru_maxrss / 1024)


def speed(suite):
    runs = [timed_run(suite, 500, 64) for _ in range(3)]
    prefill = sorted(run[0] for run in runs)[1]
    decode = sorted(run[1] for run in runs)[1]
    return prefill >= 150 and decode >= 8, \
        f"prefill {prefill:.0f} tokens/s (bar 150), decode {decode:.1f} tokens/s (bar 8), median of 3"


def memory(suite):
    peak = timed_run(suite, 500, 64)[2]
    return peak <= 700, f"{peak:.0f} MB (limit 700 MB)"


def add_rows(suite):
    suite.row("logits and greedy tokens of SmolLM2 against transformers", lambda: goldens(suite))
    suite.row("5 GGUF block types bit for bit like the package gguf", lambda: lit(suite.build, r"runtime/dequantize"))
    suite.row("tokenizer: 5,000 strings against tokenizers", lambda: lit(suite.build, r"run/text/tokens-of-many"))
    suite.row("6 text: sampling, streaming, template, messages", lambda: lit(suite.build, r"run/text/"))
    suite.row("SmolLM2: pieces = whole at eight cuts of 200 tokens", lambda: pieces(suite))
    suite.row("SmolLM2: same bits for 1 and 2 threads", lambda: threads(suite))
    suite.row("SmolLM2: prefill and decode speed on 2 cores", lambda: speed(suite))
    suite.row("SmolLM2: peak resident memory, 64 tokens after 500", lambda: memory(suite))
