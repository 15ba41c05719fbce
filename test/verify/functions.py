"""Rows about the elementary functions of compiled models; the log is committed."""
import os
import re

from house import committed_log, hash_of
from suite import ROOT, lit


def errors():
    current, note = committed_log("functions.txt", [r"\n0 of \d+ failed\n"],
                                  hash_of("test/run/functions/errors.sh"))()
    text = open(os.path.join(ROOT, "docs/logs/functions.txt")).read()
    rows = re.findall(r"^(\w+) +([\d.]+) (ulp|2\^-22 max\(1, \|x\|\)) .* within$", text, re.M)
    closing = re.search(r"^0 of (\d+) failed$", text, re.M)
    if not closing or len(rows) != int(closing.group(1)):
        return False, "docs/logs/functions.txt lacks rows that are within their limit"
    good = all(float(error) <= (2 if unit == "ulp" else 1) for _, error, unit in rows)
    figures = ", ".join(f"{name} {float(error):.2f}" for name, error, _ in rows)
    return current and good, figures + ("" if current else f"; {note}")


def add_rows(suite):
    suite.row("elementary functions: largest error over all 2^32 inputs", errors)
    suite.row("elementary functions: samples, scalars as vectors, no calls",
              lambda: lit(suite.build, r"run/functions|convert/expand-exp"))
