#!/usr/bin/env python3
"""The claims of weft's foundation, a row each; exit code 3 if one fails.

usage: foundation.py BUILD_DIR      (WEFT_MODEL names the SmolLM2 GGUF file)
"""
import os
import sys

import bad_inputs
import demo
import house
import language_model
import programs
from suite import Suite


def add_rows(suite):
    # The whole test suite first: several rows read their figures from it.
    house.add_rows(suite)
    demo.add_rows(suite)
    language_model.add_rows(suite)
    programs.add_rows(suite)
    bad_inputs.add_rows(suite)


def main():
    suite = Suite("foundation", sys.argv[1])
    add_rows(suite)
    sys.exit(suite.finish())


if __name__ == "__main__":
    main()
