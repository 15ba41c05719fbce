"""Rows about the time from a model to an executable, and to its first token."""
import glob
import os
import subprocess
import tempfile
import time

from suite import ROOT, run

EIGHT_TOKENS = "1,4093,198,1780,506,260,3575,30"


def seconds(command):
    start = time.time()
    run(command)
    return time.time() - start


def mixers(suite):
    """The fastest of three runs of each file."""
    slowest = (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(glob.glob(os.path.join(ROOT, "mixers/*.mlir")))
        for path in files:
            command = [suite.tool("weftc"), path, "-o", os.path.join(folder, "model")]
            slowest = max(slowest, (min(seconds(command) for _ in range(3)), os.path.basename(path)))
    return slowest[0] <= 1, f"{len(files)} files, slowest {slowest[1]} {slowest[0]:.2f} s (limit 1 s)"


def language_model(suite):
    with tempfile.TemporaryDirectory() as folder:
        command = [suite.tool("weftc"), os.environ["WEFT_MODEL"], "-o", os.path.join(folder, "talk")]
        took = min(seconds(command) for _ in range(3))
    return took <= 10, f"{took:.1f} s (limit 10 s)"


def first_token(suite):
    """From the start of the process to the first token on its output."""
    with tempfile.TemporaryDirectory() as folder:
        talk = os.path.join(folder, "talk")
        run([suite.tool("weftc"), os.environ["WEFT_MODEL"], "-o", talk])
        times = []
        for _ in range(5):
            start = time.time()
            process = subprocess.Popen([talk, "--tokens", EIGHT_TOKENS, "-n", "8", "--print-tokens"],
                                       stdout=subprocess.PIPE)
            process.stdout.read(1)
            times.append(time.time() - start)
            process.communicate()
    median = sorted(times)[2]
    return median <= 0.3, f"{median:.2f} s with 8 tokens before it, median of 5 (limit 0.3 s)"


def add_rows(suite):
    suite.row("6 compile time: every mixer to an executable", lambda: mixers(suite))
    suite.row("6 compile time: SmolLM2 to an executable", lambda: language_model(suite))
    suite.row("6 first token of SmolLM2", lambda: first_token(suite))
