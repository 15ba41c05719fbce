"""Rows about docs/benchmarks.md, as ./dev bench wrote it."""
import os
import re

from suite import ROOT


def summary():
    """(case, ratio, bar, reached) of each row of the first table."""
    text = open(os.path.join(ROOT, "docs/benchmarks.md")).read()
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \| ([\d.]+|—) \| ([\d.]+) \| ([^|]+) \|$", text, re.M)
    if not rows:
        raise RuntimeError("docs/benchmarks.md has no table of cases")
    return rows


def bars():
    rows = summary()
    missed = [f"{case} {ratio} of {bar}" for case, ratio, bar, reached in rows if "no" in reached]
    return not missed, f"{len(rows) - len(missed)} of {len(rows)} cases" + (f"; below: {', '.join(missed)}" if missed else "")


def mean():
    ratios = [float(ratio) for _, ratio, _, reached in summary() if ratio != "—" and "limit" not in reached]
    product = 1.0
    for ratio in ratios:
        product *= ratio
    value = product ** (1 / len(ratios))
    return value >= 1.7, f"{value:.2f} of {len(ratios)} cases (at least 1.7)"


def add_rows(suite):
    suite.row("every case of the benchmarks reaches its bar", bars)
    suite.row("geometric mean of the ratios", mean)
