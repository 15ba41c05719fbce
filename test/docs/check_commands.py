"""check_commands.py PAGE.md FOLDER: does in a folder what a page says, and compares.

    ```console        lines with "$ " are run, the lines below are what they print ("…": what is left out, also whole
                      lines); a failure prints "exit code N" last
    ```diff FILE      lines with "-" are replaced by those with "+"

Prints what differs; exit code 1 if anything does."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path


def run(command, environment):
    done = subprocess.run(command, shell=True, env=environment, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300)
    return done.stdout + (f"exit code {done.returncode}\n" if done.returncode else "")


def pattern(lines):
    """A regular expression for lines with gaps."""
    parts = ["(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in lines]
    return "".join(parts)


def console(text, environment):
    """Runs a block's commands; yields a complaint for each that prints something else."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, *expected = part.rstrip("\n").split("\n")
        got = run(command, environment)
        if not re.fullmatch(pattern(expected), got):
            yield f"$ {command}\nexpected:\n" + "\n".join(expected) + f"\ngot:\n{got}"


def edit(path, text):
    """Replaces each run of "-" lines by the "+" lines behind it."""
    content = Path(path).read_text()
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)*)", text, flags=re.M):
        old, new = (re.sub(r"^[-+]", "", part, flags=re.M) for part in (old, new))
        if content.count(old) != 1:
            yield f"{path}: {content.count(old)} times:\n{old}"
        content = content.replace(old, new)
    Path(path).write_text(content)


def main():
    page, folder = Path(sys.argv[1]).read_text(), Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bin").mkdir(parents=True)
    # The page says python3 and means the one with numpy.
    shim = folder / "bin" / "python3"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    shim.chmod(0o755)
    os.chdir(folder)
    environment = dict(os.environ, PATH=f"{folder.resolve()}/bin:{os.environ['PATH']}")
    blocks = re.findall(r"^```(console|diff) ?(\S*)\n(.*?)^```", page, flags=re.M | re.S)
    complaints = []
    for kind, path, text in blocks:
        complaints += console(text, environment) if kind == "console" else edit(path, text)
    print("\n".join(complaints))
    print(f"{len(blocks)} blocks, {len(complaints)} out of date")
    sys.exit(bool(complaints))


main()
