"""Rows about what the algebra cannot take: one error at its place, exit code 1,
no output. Each bad model is a file of mixers/, or of the tests, with one change."""
import os
import re
import tempfile

from bad_inputs import refuses
from suite import ROOT, lit, run

FOLD = "test/run/Inputs/fold/linear.mlir"


def changed(folder, source, name, *edits):
    """A copy of a file in which each (old, new) of `edits` is replaced."""
    text = open(os.path.join(ROOT, source)).read()
    for old, new in edits:
        if old not in text:
            raise RuntimeError(f"{source} has no '{old}'")
        text = text.replace(old, new)
    path = os.path.join(folder, name + ".mlir")
    open(path, "w").write(text)
    return path


def at_place(command, words, output=None):
    """One error with the file, a line and `words`."""
    good, figure = refuses(command, 1, words, output)
    return good and bool(re.search(r"\w+\.mlir:\d+:\d+: error", figure)), figure


def add_rows(suite):
    weftc, folder = suite.tool("weftc"), tempfile.mkdtemp()
    out = os.path.join(folder, "out")
    unknown = (", mixer.range = array<f64: 0xFFF0000000000000, 0.0>", "")

    def row(what, words, source, *edits, flags=()):
        name = re.sub(r"\W+", "-", what)
        suite.row(f"bad input: {what}", lambda: at_place(
            [weftc, changed(folder, source, name, *edits), "-o", out, *flags], words, out))

    row("heads that do not divide", ["expects the number of heads", "got 3"],
        "mixers/ssd.mlir", ("tensor<2x?x1x16xf32>", "tensor<2x?x3x16xf32>"))
    row("a decay whose range a form forbids", ["form 'chunked' is not shown to be safe", "nothing is known of log_a"],
        "mixers/gla.mlir", unknown, flags=["--form=chunked"])
    row("erase with a normaliser", ["expects a matrix without erase"], "mixers/delta_net.mlir",
        ("mixer.apply %M", "mixer.apply %N"),
        ("  %y = mixer.apply", "  %N = mixer.normalize %M by sum\n  %y = mixer.apply"))
    row("a combine that is not associative", ["combine(combine(e1, e2), e3)", "token"],
        FOLD, ("ins(%g2, %b1", "ins(%g1, %b1"))
    row("a state of another mixer in IR", ["expects a state of type", "4x16x8xf32", "4x8x16xf32"], "mixers/ssd.mlir",
        ("  %y = mixer.apply", "  %s0 = arith.constant dense<0.0> : tensor<2x4x8x16xf32>\n  %y, %s1 = mixer.apply"),
        ("%M, %x :", "%M, %x init(%s0 : tensor<2x4x8x16xf32>) :"),
        ("-> tensor<2x?x4x8xf32>\n  return", "-> tensor<2x?x4x8xf32>, tensor<2x4x8x16xf32>\n  return"))
    segments = lambda offsets: (
        ("  %y = mixer.apply %M, %x", f"  %o = arith.constant dense<[{offsets}]> : tensor<3xi64>\n"
         "  %y = mixer.apply %M, %x segments(%o : tensor<3xi64>)"),)
    row("segment offsets that are not sorted", ["expects sorted segment offsets", "3 after 5"],
        "mixers/ssd.mlir", *segments("0, 5, 3"))
    row("segment offsets that leave the sequence", ["expects segment offsets from 0", "-1"],
        "mixers/ssd.mlir", *segments("-1, 5, 9"))
    row("a matrix value that escapes its function", ["matrix"], "mixers/ssd.mlir",
        ("(tensor<2x?x4x8xf32> {mixer.name = \"y\"})", "!mixer.matrix"),
        ("  return %y : tensor<2x?x4x8xf32>", "  return %M : !mixer.matrix"))
    suite.row("bad input: a state of another model at run time", lambda: lit(suite.build, r"target/libraries"))
    suite.row("bad input: segment offsets that come at run time", lambda: lit(suite.build, r"tools/bad-offsets"))
    suite.row("bad input: a plugin of another weft", lambda: lit(suite.build, r"tools/plugin-version"))
    suite.row("bad input: every message of the algebra at its place", lambda: lit(suite.build, r"refused|errors"))
    suite.row("bad input: an unsafe form is a warning where it is allowed", lambda: allowed(
        [weftc, changed(folder, "mixers/gla.mlir", "allowed", unknown), "-o", out + ".o", "--form=chunked", "--allow-unsafe-form"]))


def allowed(command):
    done = run(command, text=True)
    return "warning" in done.stderr and "not shown to be safe" in done.stderr, done.stderr.strip().splitlines()[0][-160:]

