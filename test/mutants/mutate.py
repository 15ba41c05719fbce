#!/usr/bin/env python3
"""Seeds mistakes into the lowerings, one at a time, and asks the tests to catch each.

usage: mutate.py [--only REGEX] [--list] [--hash]

The mistakes are in mutants.py. They are made in a copy of the tree under
build/mutants with a build of its own, so that neither the sources nor the build
of the user change. docs/logs/mutants.txt says which test caught which. Exit
code 3 if one is not caught, 1 if one no longer fits the sources or if the tests
fail without any."""
import argparse
import datetime
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from mutants import MUTANTS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TREE = os.path.join(ROOT, "build/mutants")
BUILD = os.path.join(TREE, "build/debug")
LOG = os.path.join(ROOT, "docs/logs/mutants.txt")
# What the tests run.
TARGETS = ("weftc", "weft-opt", "weft-read", "weft_link")
# A mistake may be a loop that does not end.
TEST_SECONDS = 600


class Failure(Exception):
    """Ends the run with exit code 1."""


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sources_hash():
    """Of what the log covers: the mistakes and the files that they change."""
    names = {mutant.file for mutant in MUTANTS} | {"test/mutants/mutants.py", "test/mutants/mutate.py"}
    content = "".join(text_of(os.path.join(ROOT, name)) for name in sorted(names))
    return hashlib.sha256(content.encode()).hexdigest()


def copy_tree():
    """Brings the copy up to date; files that are the same keep their time, so that little is built."""
    listed = subprocess.check_output(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z"], text=True)
    names = {name for name in listed.split("\0") if name and os.path.exists(os.path.join(ROOT, name))}
    for folder, folders, files in os.walk(TREE):
        if folder == TREE and "build" in folders:
            folders.remove("build")
        for name in files:
            path = os.path.join(folder, name)
            if os.path.relpath(path, TREE) not in names:
                os.remove(path)
    for name in names:
        source, target = os.path.join(ROOT, name), os.path.join(TREE, name)
        if os.path.exists(target) and open(source, "rb").read() == open(target, "rb").read():
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(source, target)


def build(what):
    # Objects of other builds of these sources serve here too.
    os.environ.update(CCACHE_BASEDIR=TREE, CCACHE_NOHASHDIR="1")
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        run_quietly(["cmake", "--preset", "debug"], "configuring")
    run_quietly(["ninja", "-C", BUILD, *TARGETS], what)


def run_quietly(command, what):
    done = subprocess.run(command, cwd=TREE, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"{what} fails:\n{(done.stdout + done.stderr)[-3000:]}")


def lit_program():
    config = re.search(r"^LLVM_CONFIG:[^=]*=(.*)$", text_of(os.path.join(BUILD, "CMakeCache.txt")), re.M).group(1)
    return os.path.join(subprocess.check_output([config, "--bindir"], text=True).strip(), "lit")


def failing_tests(pattern, limit=TEST_SECONDS):
    """(names of the tests that failed, how many ran); a run that does not end is a failure of its own."""
    report = os.path.join(TREE, "build/report.json")
    if os.path.exists(report):
        os.remove(report)
    command = [lit_program(), "-q", "--output", report, f"--filter={pattern}", os.path.join(BUILD, "test")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return [f"no end within {limit} s"], 1
    tests = json.load(open(report))["tests"] if os.path.exists(report) else []
    bad = [test["name"].removeprefix("weft :: ") for test in tests if test["code"] not in ("PASS", "FLAKYPASS")]
    return sorted(bad), len(tests)


def mutated(mutant, tree):
    """The file with the mistake in it; its place must be there once."""
    text = text_of(os.path.join(tree, mutant.file))
    found = text.count(mutant.old)
    if found != 1:
        raise Failure(f"{mutant.name}: {mutant.file} has the place to change {found} times, expects once; "
                      "bring test/mutants/mutants.py up to date")
    return text.replace(mutant.old, mutant.new)


def seed(mutant):
    """The tests that catch a mistake."""
    target = os.path.join(TREE, mutant.file)
    original, changed = text_of(target), mutated(mutant, TREE)
    try:
        write(target, changed)
        build(f"{mutant.name}: building")
        failed, count = failing_tests(mutant.tests)
    finally:
        write(target, original)
    if not count:
        raise Failure(f"{mutant.name}: no test matches '{mutant.tests}'")
    return failed


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def check_without(chosen):
    """A test that fails anyway catches nothing."""
    failed, count = failing_tests("|".join(sorted({mutant.tests for mutant in chosen})), limit=None)
    if failed:
        raise Failure("these tests fail without any mistake: " + ", ".join(failed))
    print(f"{count} tests pass without a mistake", flush=True)


def seed_all(chosen):
    """One line for each mistake, and how many were caught."""
    lines, caught = [], 0
    # Neighbours in one file cost one compilation instead of two.
    for mutant in sorted(chosen, key=lambda mutant: mutant.file):
        start = time.time()
        failed = seed(mutant)
        caught += bool(failed)
        by = ", ".join(failed[:3]) + (f" and {len(failed) - 3} more" if len(failed) > 3 else "")
        lines.append(f"{'caught' if failed else 'NOT CAUGHT'}  {mutant.name}: {mutant.what}\n"
                     f"        {mutant.file}" + (f"; by {by}" if failed else f"; not by {mutant.tests}"))
        print(f"{lines[-1]}  [{time.time() - start:.0f} s]", flush=True)
    return lines, caught


def log_text(digest, lines, caught, seconds):
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return "\n".join(["Mistakes seeded into the lowerings, one at a time, and the tests that caught them",
                      f"date: {datetime.date.today().isoformat()}", f"commit: {commit.stdout.strip()}",
                      f"sources: {digest}", f"cores: {len(os.sched_getaffinity(0))}", "", *lines, "",
                      f"{len(lines)} seeded, {caught} caught in {seconds:.0f} s"]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--hash", action="store_true")
    args = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if re.search(args.only, mutant.name)]
    if args.hash:
        return print(sources_hash())
    for mutant in chosen:
        mutated(mutant, ROOT)
    if args.list:
        return print(*(f"{mutant.name}: {mutant.what}" for mutant in chosen), sep="\n")
    start, digest = time.time(), sources_hash()
    copy_tree()
    build("building without any mistake")
    check_without(chosen)
    lines, caught = seed_all(chosen)
    seconds = time.time() - start
    print(f"{len(lines)} seeded, {caught} caught in {seconds:.0f} s")
    if not args.only:
        write(LOG, log_text(digest, lines, caught, seconds))
    return 0 if caught == len(lines) else 3


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"mutate: error: {failure}")
