"""The machine: what it says of itself, and what one core of it can do."""
import ctypes
import os
import subprocess

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MEGABYTE = 1 << 20
# Features that decide which code is made; the rest of the list is long.
FEATURES = ("avx2", "fma", "avx512f", "avx512vl", "avx512_bf16", "avx512_vnni", "amx_tile")


def pin():
    """Keeps this process, and its later threads, on one core."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def first_line(path, start=""):
    for line in open(path):
        if line.startswith(start):
            return line.split(":", 1)[-1].strip()
    return ""


def caches(core):
    """'L1d 32 KiB, L2 1024 KiB, ...' as the kernel lists them."""
    found, folder = [], f"/sys/devices/system/cpu/cpu{core}/cache"
    for index in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if not index.startswith("index"):
            continue
        level, kind, size = (open(f"{folder}/{index}/{name}").read().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            found.append(f"L{level}{'d' if kind == 'Data' else ''} {size.replace('K', ' KiB')}")
    return ", ".join(found) or "not told"


def describe(core):
    flags = first_line("/proc/cpuinfo", "flags").split()
    return {"CPU": first_line("/proc/cpuinfo", "model name") or "not told",
            "features": " ".join(name for name in FEATURES if name in flags),
            "caches": caches(core)}


class Limits:
    """What this core can do at most. Measured anew for each case: other work on the
    machine may take half of it."""

    def __init__(self, folder, compiler):
        library = os.path.join(folder, "peak.so")
        subprocess.run([compiler, "-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC",
                        os.path.join(HERE, "peak.c"), "-o", library], check=True)
        self.peak = ctypes.CDLL(library)
        self.peak.weft_peak_flops.restype = self.peak.weft_read_rate.restype = ctypes.c_double

    def flops(self):
        """f32 operations a second."""
        return self.peak.weft_peak_flops()

    def read_rate(self, size):
        """Bytes a second of a buffer of `size` bytes."""
        data = np.ones(size // 4, np.float32)
        return self.peak.weft_read_rate(data.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(data.size),
                                        max(5, (512 * MEGABYTE) // size))

    def of(self, case):
        return self.flops() if case.bytes is None else self.read_rate(case.bytes)
