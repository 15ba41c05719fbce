"""Rows about mixers written in .mlir: forms, splits, phases, libraries."""
import os
import re
import sys
import tempfile

from suite import ROOT, lit, run

TINY = os.path.join(ROOT, "test/models/tiny/tiny.gguf")


def tiny_splits(suite):
    """weftc check of the two-layer model: cut at every token, token by token,
    threads, state copies."""
    done = run([suite.tool("weftc"), "check", TINY], expect=None, text=True)
    rows = done.stdout.splitlines()
    failed = [row for row in rows if row.startswith("FAIL")]
    return done.returncode == 0 and not failed and len(rows) > 5, \
        f"{len(rows)} rows pass" if not failed else failed[0]


def phases(suite):
    """Each dumped phase given back yields the same object bytes."""
    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "whole.o")
        run([suite.tool("weftc"), TINY, "-o", whole, f"--dump-phases-to={folder}"])
        expected = open(whole, "rb").read()
        same, dumps = [], sorted(name for name in os.listdir(folder) if name.endswith(".mlir"))
        for name in dumps:
            output = os.path.join(folder, "again.o")
            run([suite.tool("weftc"), os.path.join(folder, name), "-o", output])
            same.append(open(output, "rb").read() == expected)
    return len(same) == 6 and all(same), ", ".join(
        f"{name} {'same' if good else 'DIFFERS'}" for name, good in zip(dumps, same))


def depth(suite):
    """Layers are calls of one function: @layer is in the dump once per entry
    kind, however many layers there are."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "simplified.mlir")
        run([suite.tool("weftc"), os.environ["WEFT_MODEL"], "-o", output])
        text = open(output).read()
    functions = len(re.findall(r"func\.func private", text))
    calls = len(re.findall(r"call @layer", text))
    return functions <= 4 and calls >= 60, f"{functions} private functions, {calls} calls"


def add_rows(suite):
    build = suite.build
    suite.row("3 phases: forms of scan, attend, convolve, linalg in blocks", lambda: lit(build, r"convert/"))
    suite.row("3 phases: each dump gives the same object bytes", lambda: phases(suite))
    suite.row("3 phases: simplify, forms, --explain", lambda: lit(build, r"transform/"))
    suite.row("5 frontends: .mlir and GGUF", lambda: lit(build, r"frontend/"))
    suite.row("5 identical layers are one function", lambda: depth(suite))
    suite.row("6 runtime: tensors, --expect, --time, states", lambda: lit(build, r"runtime/"))
    suite.row("two-layer model: cut everywhere, steps, threads, states", lambda: tiny_splits(suite))
    suite.row("blocks and hybrid against numpy, all forms", lambda: lit(build, r"run/.*block|run/hybrid"))
    suite.row("C host: init, prefill, step, save, load, clone, two models", lambda: lit(build, r"target/"))
