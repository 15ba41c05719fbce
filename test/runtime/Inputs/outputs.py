"""outputs.py DIR: what weft-read says and leaves behind when it cannot write."""
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np


def small_files():
    """A limit on the size of files acts like a disk that fills while writing."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def copy(target, **options):
    run = subprocess.run(["weft-read", "copy", "in.npy", target], capture_output=True, text=True, **options)
    print(target, "gives", run.returncode, run.stdout.strip())


folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
os.chdir(folder)
np.save("in.npy", np.arange(10000))
copy("none/out.npy")
copy("/proc/out.npy")
copy("/dev/full")
os.makedirs("a-folder", exist_ok=True)
copy("a-folder")

Path("old.npy").write_text("old")
os.chmod("old.npy", 0o640)
copy("old.npy", preexec_fn=small_files)
copy("new.safetensors", preexec_fn=small_files)
print("old file:", Path("old.npy").read_text())
copy("old.npy")
print("mode of the new file:", oct(os.stat("old.npy").st_mode & 0o777))

Path("link.npy").unlink(missing_ok=True)
os.symlink("old.npy", "link.npy")
copy("link.npy")
print("link stays:", os.path.islink("link.npy"))
print("left:", *sorted(os.listdir(".")))

Path("brain.safetensors").write_bytes(
    (64).to_bytes(8, "little") + b'{"w":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}'.ljust(64) + b"\0\0")
run = subprocess.run(["weft-read", "copy", "brain.safetensors", "brain.npy"], capture_output=True, text=True)
print(run.returncode, run.stdout.strip())
