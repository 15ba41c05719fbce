"""Rows about the repository: the tests, the build, install, limits, docs."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from suite import ROOT, figure, lit, run


def whole_suite(suite):
    start = time.time()
    done = run([sys.executable, os.path.join(ROOT, "test/run_tests.py"), suite.build],
               expect=None, timeout=2700, text=True)
    seconds = time.time() - start
    closing = re.search(r"(\d+) passed, (\d+) failed", done.stdout)
    good = done.returncode == 0 and seconds < 1200
    return good, f"{closing.group(0)} in {seconds:.0f} s (limit 1200 s)"


def committed_log(name, needles, covered=None):
    """A log in docs/logs that says what is asked; `covered` is the hash of the
    sources that it must name."""
    def check():
        text = open(os.path.join(ROOT, "docs/logs", name)).read()
        missing = [needle for needle in needles if not re.search(needle, text)]
        if covered:
            current = covered()
            if current not in text:
                missing.append(f"hash {current[:12]} of the sources")
        return not missing, ("docs/logs/" + name + (f" lacks {missing}" if missing else
                             ": " + " / ".join(text.strip().splitlines()[-3:])))
    return check


def hash_of(script):
    """What a log that `script` writes says of the sources that it covers."""
    return lambda: run([os.path.join(ROOT, script), "--hash"], text=True).stdout.strip()


CLEAN_ROOM = "test/clean-room.sh"


def clean_room_figure(pattern, limit, what):
    """A time that the clean room's log has, of the set-up as it is now."""
    def check():
        current, note = committed_log("clean-room.txt", [], hash_of(CLEAN_ROOM))()
        text = open(os.path.join(ROOT, "docs/logs/clean-room.txt")).read()
        seconds = figure(text, pattern)
        return current and seconds < limit, \
            f"{seconds:.0f} s {what} (limit {limit} s)" + ("" if current else f"; {note}")
    return check


def installed(suite):
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "weft")
        run(["cmake", "--install", suite.build, "--prefix", prefix])
        libraries = glob.glob(prefix + "/lib/libweft.so")
        project = os.path.join(folder, "plugin")
        shutil.copytree(os.path.join(ROOT, "test/tools/Inputs/install"), project)
        run(["cmake", "-G", "Ninja", "-S", project, "-B", project + "/build",
             "-DCMAKE_CXX_COMPILER=clang++-22", f"-DCMAKE_PREFIX_PATH={prefix}"])
        run(["ninja", "-C", project + "/build"])
        version = run([project + "/build/installed"], text=True).stdout.strip()
        tools = sorted(os.listdir(prefix + "/bin"))
        run([prefix + "/bin/weftc", os.path.join(ROOT, "test/models/tiny/tiny.gguf"),
             "-o", os.path.join(folder, "tiny")])
        return len(libraries) == 1, f"one libweft.so, {', '.join(tools)}; find_package(Weft) builds and runs: {version}"


def version(suite):
    text = run([suite.tool("weftc"), "--version"], text=True).stdout.splitlines()
    return text[0].startswith("weftc 0."), " | ".join(text[:2])


def presets():
    names = {preset["name"] for preset in json.load(open(os.path.join(ROOT, "CMakePresets.json")))["configurePresets"]}
    return {"release", "debug", "asan"} <= names, ", ".join(sorted(names))


def commands():
    text = run([os.path.join(ROOT, "dev"), "help"], text=True).stdout
    wanted = ["setup", "build", "demo", "test", "verify", "bench", "format", "clean-room"]
    missing = [name for name in wanted if name not in text]
    return not missing, "all of " + " ".join(wanted) if not missing else f"missing {missing}"


def documents():
    readme = open(os.path.join(ROOT, "README.md")).read()
    wanted = ["./dev demo", "./dev test", "```mlir", "What works today"]
    missing = [text for text in wanted if text not in readme]
    return not missing and os.path.exists(os.path.join(ROOT, "docs/tour.md")), \
        "README has commands, IR sample, what works" if not missing else f"README lacks {missing}"


def add_rows(suite):
    build = suite.build
    suite.row("./dev test green in under 20 minutes", lambda: whole_suite(suite))
    suite.row("1 house: presets release, debug, asan", presets)
    suite.row("1 house: ./dev commands", commands)
    suite.row("1 house: clean build under 10 minutes on 2 cores", clean_room_figure(
        r"clean build\s+(\d+) s", 600, "with an empty compile cache on the bare machine"))
    suite.row("demo on a machine without packages < 15 min", clean_room_figure(
        r"./dev demo\s+passed in (\d+) s: .*Paris", 900, "with all set-up on the bare machine"))
    suite.row("1 house: --version", lambda: version(suite))
    suite.row("1 house: install tree with WeftConfig.cmake and one libweft.so", lambda: installed(suite))
    suite.row("1 house: ./dev clean-room log", committed_log(
        "clean-room.txt", [r"./dev demo\s+passed", r"./dev test\s+passed", r"commit"], hash_of(CLEAN_ROOM)))
    suite.row("2 dialect: every op, verifier message, fold, example", lambda: lit(build, r"^weft :: mixer/"))
    suite.row("2 dialect: entry formulas against numpy", lambda: lit(build, r"run/entries"))
    suite.row("4 decode derived: rules, refusals at their place", lambda: lit(build, r"transform/derive-decode"))
    suite.row("7 tools: weft-opt, lsp server, reduce, plugin, driver", lambda: lit(build, r"tools/"))
    suite.row("8 README", documents)
    suite.row("8 docs/tour.md kept true", lambda: lit(build, r"docs|tour"))
    suite.row("house limits: descriptions, examples, sizes, names", lambda: lit(build, r"house/"))
    suite.row("every diagnostic is expected by a test", lambda: lit(build, r"house/diagnostics"))
    suite.row("bad input: 10 million fuzz executions", committed_log(
        "fuzz.txt", [r"executions"], hash_of("test/fuzz/run.sh")))
