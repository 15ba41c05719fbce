"""Rows about the files of mixers/: one each, read from the reports that the
test suite has just written, and what holds of all of them."""
import glob
import hashlib
import os
import re
import statistics
import sys
import time

from algebra import tests
from suite import ROOT, run

NAMES = """attention sliding_window alibi t5_bias rope soft_cap sink document_mask prefix_lm forgetting urpe aaren
linear_attention retnet ssd gla hgrn2 rwkv4 rwkv6 rwkv7 delta_net gated_delta_net kda delta_product mlstm hydra mamba1
rg_lru min_gru lru s4d lmu short_conv hyena toeplitz elman lstm gru slstm""".split()
VARIANTS = "attention_bidirectional attention_grouped attention_cross rope_half rope_partial".split()


def report(suite, name):
    """What run/zoo/NAME printed in this run."""
    path = os.path.join(suite.build, "test/run/zoo", name, "report.txt")
    if not os.path.exists(os.path.join(ROOT, "mixers", name + ".mlir")):
        raise RuntimeError(f"no mixers/{name}.mlir")
    if os.path.getmtime(path) < suite.begin:
        raise RuntimeError("the report is of an earlier run")
    return open(path).read()


def mixer(suite, name):
    text = report(suite, name)
    errors = [float(error) for error in re.findall(r"^PASS .* error (\S+)$", text, re.M)]
    failed = re.findall(r"^FAIL .*$", text, re.M)
    forms = re.search(r"^forms: (.*)$", text, re.M)
    good = text.rstrip().endswith("\n0 disagree") and not failed and len(errors) > 3
    return good, failed[0][:200] if failed else f"{len(errors)} comparisons, largest error {max(errors):.1e}, {forms.group(1)}"


def taken(suite):
    """Rows of every form that a report marks, from --explain and the dumps."""
    seen = failed = 0
    for name in NAMES + VARIANTS:
        rows = re.findall(r"^(PASS|FAIL) .*form as --explain and the block program show.*$", report(suite, name), re.M)
        seen += len(rows)
        failed += rows.count("FAIL")
    return seen > 0 and not failed, f"{seen} forms of {len(NAMES + VARIANTS)} files, {failed} not taken"


def checks(suite):
    """weftc check of each file, one after the other."""
    slowest, failed, begin = (0, ""), [], time.time()
    files = sorted(glob.glob(os.path.join(ROOT, "mixers/*.mlir")))
    for path in files:
        start = time.time()
        done = run([suite.tool("weftc"), "check", path], expect=None, text=True)
        name = os.path.basename(path)
        slowest = max(slowest, (time.time() - start, name))
        if done.returncode or "FAIL" in done.stdout:
            failed.append(name)
    total = time.time() - begin
    return not failed and slowest[0] < 60 and total < 600, (
        f"{len(files)} files in {total:.0f} s, slowest {slowest[1]} {slowest[0]:.0f} s"
        + (f", disagree: {' '.join(failed)}" if failed else ""))


def lines():
    """Code lines of each file; all of them are .mlir alone."""
    sys.path.insert(0, os.path.join(ROOT, "test/run/zoo"))
    from source import Source
    counts = [Source(path).code_lines() for path in glob.glob(os.path.join(ROOT, "mixers/*.mlir"))]
    missing = [name for name in NAMES + VARIANTS if not os.path.exists(os.path.join(ROOT, "mixers", name + ".mlir"))]
    median = statistics.median(counts)
    return median <= 20 and not missing, f"{len(counts)} files, {median:g} lines in the median, none in C++" + (
        f", missing: {' '.join(missing)}" if missing else "")


def references():
    """The log of the comparison with published code is of these sources."""
    sources = b"".join(open(path, "rb").read() for path in sorted(glob.glob(os.path.join(ROOT, "test/oracle/zoo/*.py"))))
    text = open(os.path.join(ROOT, "docs/logs/zoo-references.txt")).read()
    compared = len(re.findall(r"^PASS", text, re.M))
    good = hashlib.sha256(sources).hexdigest() in text and "0 disagree" in text and compared > 30
    return good, f"{compared} comparisons with torch, transformers, fla, mamba_ssm" if good else "the log is not of these sources"


def add_rows(suite):
    for name in NAMES + VARIANTS:
        suite.row(f"3 zoo: {name}, every form against numpy", lambda name=name: mixer(suite, name))
    suite.row("each form was really taken", lambda: taken(suite))
    suite.row("4 weftc check: a file in 60 s, all in 10 minutes", lambda: checks(suite))
    suite.row("special cases are identities", tests(suite, r"run/zoo-identities", r"oracle/zoo"))
    suite.row("numpy oracle against published code", references)
    suite.row("median file at most 20 lines; C++ for at most 4", lines)
    suite.row("docs/mixers.md is what files and compiler say", tests(suite, r"docs/mixers"))
    suite.row("no name of a mixer in the compiler; a renamed file compiles to the same code",
              tests(suite, r"house/names", r"run/zoo-renamed"))
