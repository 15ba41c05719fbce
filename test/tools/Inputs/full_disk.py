"""full_disk.py MODEL DIR: what weftc says and leaves when the disk fills at the object, the linked file or the text."""
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

model = Path(sys.argv[1]).resolve()
shutil.rmtree(sys.argv[2], ignore_errors=True)
os.makedirs(sys.argv[2])
os.chdir(sys.argv[2])


def limited(size):
    """A limit on the size of files acts like a disk that fills while writing."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


for size in (20_000, 200_000):
    for out in ("x", "x.so", "x.a", "x.o", "x.ll", "x.mlir"):
        if size > 20_000 and out in ("x.o", "x.ll", "x.mlir"):
            continue  # these would fit
        run = subprocess.run(["weftc", model, "-o", out], capture_output=True, text=True, preexec_fn=lambda: limited(size))
        print(size, out, "->", run.returncode, run.stderr.strip(), *os.listdir("."))
