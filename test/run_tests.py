#!/usr/bin/env python3
"""Runs every test of weft and closes with "N passed, N failed".

usage: run_tests.py BUILD_DIR [--filter REGEX]

Tests are lit tests below test/; each is one test in the count. Failing tests
are printed with their output. A skipped or unsupported test counts as failed:
what the suite needs, ./dev setup installs.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--filter", default=None)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        command = [lit_program(args.build), "-q", "--output", report,
                   os.path.join(args.build, "test")]
        if args.filter:
            command.append(f"--filter={args.filter}")
        subprocess.run(command, check=False)
        tests = json.load(open(report))["tests"]
    passed = sum(test["code"] in ("PASS", "FLAKYPASS") for test in tests)
    slowest = sorted(tests, key=lambda test: -test["elapsed"])[:5]
    for test in slowest:
        print(f"{test['elapsed']:7.1f} s  {test['name']}")
    for test in tests:
        if test["code"] not in ("PASS", "FLAKYPASS"):
            print(f"{test['code']}: {test['name']}")
    print(f"{passed} passed, {len(tests) - passed} failed")
    return 0 if tests and passed == len(tests) else 1


def lit_program(build):
    """The lit of the LLVM that the build uses."""
    for line in open(os.path.join(build, "CMakeCache.txt")):
        if line.startswith("LLVM_CONFIG:"):
            config = line.split("=", 1)[1].strip()
            folder = subprocess.check_output([config, "--bindir"], text=True)
            return os.path.join(folder.strip(), "lit")
    sys.exit("run_tests.py: error: no llvm-config in CMakeCache.txt")


if __name__ == "__main__":
    sys.exit(main())
