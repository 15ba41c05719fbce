"""Rows about the demo: the executable, its answer, its needs."""
import os
import subprocess
import time

from suite import ROOT, figure, run


def model_file():
    return os.environ["WEFT_MODEL"]


def answer(suite):
    executable = os.path.join(suite.build, "smollm2")
    start = time.time()
    done = run([os.path.join(ROOT, "dev"), "demo"], text=True, timeout=900,
               env={**os.environ, "WEFT_PRESET": os.path.basename(suite.build)})
    seconds = time.time() - start
    return "Paris" in done.stdout and seconds < 60 and os.path.exists(executable), \
        f"{done.stdout.strip().splitlines()[-1]!r} in {seconds:.1f} s (limit 60 s for a second run)"


def compile_time(suite):
    start = time.time()
    run([suite.tool("weftc"), model_file(), "-o", os.path.join(suite.build, "smollm2")])
    seconds = time.time() - start
    return seconds <= 60, f"{seconds:.1f} s (limit 60 s)"


def needs(suite):
    text = run(["ldd", os.path.join(suite.build, "smollm2")], text=True).stdout
    names = [line.split()[0].split("/")[-1].split(".")[0] for line in text.strip().splitlines()]
    return set(names) <= {"linux-vdso", "libc", "libm", "ld-linux-x86-64"}, ", ".join(sorted(names))


def add_rows(suite):
    suite.row("compile of SmolLM2", lambda: compile_time(suite))
    suite.row("./dev demo answers Paris", lambda: answer(suite))
    suite.row("the executable needs only libc and libm", lambda: needs(suite))
