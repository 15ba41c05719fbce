#!/usr/bin/env python3
"""make_mixers.py ROOT: docs/mixers.md, from the files of mixers/ and what weftc
says of their forms. `make_mixers.py ROOT --check` compares instead of printing.

A form is marked where weftc offers it; test/run/zoo runs every form that it
offers, so a mark is a test that runs."""
import os
import pathlib
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "run/zoo"), str(HERE.parent / "oracle")]
import compiler
import zoo
from source import Source

FORMS = ["dense", "recurrent", "chunked", "scan", "lanes", "blocked", "direct", "fft"]
HEAD = """# Mixers

Made by `test/docs/make_mixers.py` from the files of `mixers/`; a test keeps it
true. A column is marked where a mixer has that form, and `run/zoo/NAME` runs
each marked form against the numpy oracle of that name: numbers of tokens around
the chunk, gates from 0 to -80, a cut at every token, decode.

Lines are those of the file that are not comments.

"""


def paper(text):
    """The line of the comment that names it."""
    line = next((line for line in text.splitlines() if "Paper:" in line), "")
    return line.split("Paper:", 1)[-1].strip(" .") or "?"


def row(path, folder):
    source = Source(path)
    offered = {form for op in compiler.forms_of(path, folder) for form in op} | {"dense"}
    if "mixer.recurrence" in source.text:
        offered.discard("dense")  # there is no matrix
    unknown = offered - set(FORMS)
    if unknown:
        sys.exit(f"make_mixers.py: error: {path}: no column for {', '.join(sorted(unknown))}")
    marks = " | ".join("x" if form in offered else "" for form in FORMS)
    tested = "run/zoo" if source.name in zoo.MIXERS else "no oracle"
    return source.code_lines(), f"| [{source.name}](../mixers/{source.name}.mlir) | {marks} | {tested} | {source.code_lines()} | {paper(source.text)} |"


def page(root):
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(path, pathlib.Path(folder)) for path in sorted((root / "mixers").glob("*.mlir"))]
    lines = ["| mixer | " + " | ".join(FORMS) + " | tested | lines | paper |",
             "|---|" + "---|" * len(FORMS) + "---|---:|---|", *(text for _, text in rows)]
    median = statistics.median(count for count, _ in rows)
    return HEAD + "\n".join(lines) + f"\n\n{len(rows)} mixers, {median:g} lines in the median.\n"


def main():
    root = pathlib.Path(sys.argv[1])
    made = page(root)
    if "--check" not in sys.argv:
        return print(made, end="")
    current = (root / "docs/mixers.md").read_text()
    different = [line for line in made.splitlines() if line not in current.splitlines()]
    print("\n".join(different))
    print("docs/mixers.md is up to date" if made == current else
          f"docs/mixers.md is out of date: {os.path.relpath(__file__)} ROOT > docs/mixers.md makes it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
