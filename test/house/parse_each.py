#!/usr/bin/env python3
"""parse_each.py WEFT_OPT FOLDER: every .mlir of the folder parses."""
import glob
import subprocess
import sys


def main():
    files = sorted(glob.glob(sys.argv[2] + "/*.mlir"))
    failed = [path for path in files
              if subprocess.run([sys.argv[1], path], stdout=subprocess.DEVNULL).returncode != 0]
    print(f"all of {len(files)} parse" if files and not failed else f"failed: {failed}")


if __name__ == "__main__":
    main()
