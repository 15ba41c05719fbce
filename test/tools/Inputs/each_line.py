"""each_line.py DIR < COMMANDS: runs each line in a folder; prints it with its exit code, what it said and what it left.
The commands are the lines that start with "$ "; the rest of the input is for FileCheck."""
import os
import shlex
import subprocess
import sys

os.makedirs(sys.argv[1], exist_ok=True)
os.chdir(sys.argv[1])
for line in sys.stdin:
    if not line.startswith("$ "):
        continue
    before = set(os.listdir("."))
    done = subprocess.run(shlex.split(line[2:]), capture_output=True, text=True)
    left = sorted(set(os.listdir(".")) - before)
    print(line.strip(), "->", done.returncode, done.stderr.strip(), *(["leaves", *left] if left else []))
