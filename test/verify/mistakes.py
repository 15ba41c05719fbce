"""The row about mistakes that ./dev mutate seeds; its log is committed."""
import os
import re

from house import committed_log, hash_of
from suite import ROOT


def seeded():
    current, note = committed_log("mutants.txt", [], hash_of("test/mutants/mutate.py"))()
    text = open(os.path.join(ROOT, "docs/logs/mutants.txt")).read()
    closing = re.search(r"^(\d+) seeded, (\d+) caught in (\d+) s$", text, re.M)
    if not closing:
        return False, "docs/logs/mutants.txt has no closing line"
    count, caught, seconds = map(int, closing.groups())
    return current and count >= 16 and caught == count and seconds < 2400, \
        f"{caught} of {count} (at least 16) in {seconds} s (limit 2400 s)" + ("" if current else f"; {note}")


def add_rows(suite):
    suite.row("./dev mutate: each mistake seeded into the lowerings is caught", seeded)
