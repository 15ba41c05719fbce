#!/usr/bin/env python3
"""The claims of weft's speed that can be checked so far, a row each; exit code 3
if one fails.

usage: speed.py BUILD_DIR      (WEFT_MODEL names the SmolLM2 GGUF file)
"""
import sys

import bench_table
import compile_time
import functions
from suite import Suite


def main():
    suite = Suite("speed", sys.argv[1])
    functions.add_rows(suite)
    compile_time.add_rows(suite)
    bench_table.add_rows(suite)
    sys.exit(suite.finish())


if __name__ == "__main__":
    main()
