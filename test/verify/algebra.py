"""Rows about the algebra, its forms, and what a user meets of them."""
import os
import sys
import tempfile

import mistakes
from suite import ROOT, lit, run


def tests(suite, *patterns):
    """Every pattern has tests, and all of them pass."""
    def check():
        figures = []
        for pattern in patterns:
            good, figure = lit(suite.build, pattern)
            if not good:
                return False, f"{pattern}: {figure}"
            figures.append(figure)
        return True, ", ".join(figures)
    return check


def long_sequences(suite):
    environment = {**os.environ, "PATH": f"{suite.build}/bin{os.pathsep}{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory() as folder:
        done = run([sys.executable, os.path.join(ROOT, "test/run/zoo/long_sequences.py"), folder],
                   expect=None, text=True, env=environment)
    return done.returncode == 0, " / ".join(done.stdout.strip().splitlines()) or done.stderr[-200:]


def add_rows(suite):
    rows = {
        "1 algebra: every transition, recurrent": [r"convert/run-recurrent"],
        "1 algebra: every transition, chunked": [r"convert/run-chunked"],
        "1 algebra: every transition, scan": [r"convert/run-tree"],
        "1 algebra: channels on lanes": [r"convert/run-lanes"],
        "2 dialect: every op, its messages and its formula": [r"^weft :: mixer/"],
        "2 dialect: open algebra and sequential step": [r"run/fold", r"run/sequential"],
        "2 dialect: kernels of LTI systems; direct, blocked and FFT convolution": [r"convert/run-convolve", r"run/powers"],
        "2 dialect: dense transitions; a dense system as a scan and as a convolution": [r"run/dense-transition", r"run/powers", r"run/legendre"],
        "4 laws of an open algebra, the law and the token named": [r"transform/check-laws"],
        "5 numeric safety: the argument, the refusal, the flag": [r"transform/unsafe", r"transform/factored", r"transform/float-ranges"],
        "6 weftc plot: three SVGs byte for byte": [r"tools/plot"],
        "7 weftc new mixer and its page": [r"tools/new-mixer"],
        "7 a plugin outside of the tree; one of another version": [r"tools/plugin-example", r"tools/plugin-version"],
        "8 PTX of five mixers, accepted by ptxas": [r"ptx"],
    }
    for claim, patterns in rows.items():
        suite.row(claim, tests(suite, *patterns))
    suite.row("memory and time at T = 65536", lambda: long_sequences(suite))
    mistakes.add_rows(suite)
