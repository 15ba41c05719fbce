#!/usr/bin/env python3
"""The claims of weft's algebra and its core mixers, a row each; exit code 3 if
one fails.

usage: forms.py BUILD_DIR
"""
import sys

import algebra
import bad_forms
import foundation
import mixers
from suite import Suite


def main():
    suite = Suite("forms", sys.argv[1])
    # What was true before still is; its first row runs the whole test suite,
    # whose reports the rows of mixers read.
    foundation.add_rows(suite)
    algebra.add_rows(suite)
    mixers.add_rows(suite)
    bad_forms.add_rows(suite)
    sys.exit(suite.finish())


if __name__ == "__main__":
    main()
