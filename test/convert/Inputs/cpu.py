"""Runs weft's own CPU phases on numpy arrays, each from the dump of the one
before."""
import ctypes
import os
import subprocess
import tempfile

import numpy as np

RUNTIME = r"""
#include <stdint.h>
struct context { void *const *weights; char *base; int64_t used; };
typedef void (*body)(void *, void *, int64_t, int64_t);
void weft_parallel_for(void *c, body f, void *a, int64_t n) {
  f(c, a, 0, n / 2);
  f(c, a, n / 2, n);
}
void *weft_workspace_alloc(void *p, int64_t n) {
  struct context *c = p;
  void *q = c->base + c->used;
  c->used += (n + 63) / 64 * 64;
  return q;
}
int64_t weft_workspace_mark(void *c) { return ((struct context *)c)->used; }
void weft_workspace_release(void *c, int64_t m) { ((struct context *)c)->used = m; }
"""


class Buffer(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("dims", ctypes.POINTER(ctypes.c_int64))]


class Context(ctypes.Structure):
    _fields_ = [("weights", ctypes.c_void_p), ("base", ctypes.c_void_p), ("used", ctypes.c_int64)]


def compile_module(text, cc, phases=("weft-cpu-tile", "weft-cpu-vector", "weft-cpu-llvm")):
    folder = tempfile.mkdtemp()
    ll, c, so = (os.path.join(folder, n) for n in ("m.ll", "r.c", "m.so"))
    for phase in phases:
        text = subprocess.run(["weft-opt", "-", f"--pass-pipeline=builtin.module({phase})"],
                              input=text, check=True, capture_output=True, text=True).stdout
    with open(ll, "w") as file:
        file.write(subprocess.run(["mlir-translate", "--mlir-to-llvmir"], input=text, check=True,
                                  capture_output=True, text=True).stdout)
    with open(c, "w") as file:
        file.write(RUNTIME)
    subprocess.run([cc, "-w", "-O1", "-mavx2", "-mfma", "-shared", "-fPIC", ll, c, "-lm", "-o", so],
                   check=True)
    return ctypes.CDLL(so)


def call(library, name, *arrays):
    buffers = (Buffer * len(arrays))()
    dims = [(ctypes.c_int64 * max(1, a.ndim))(*a.shape) for a in arrays]
    for buffer, array, d in zip(buffers, arrays, dims):
        buffer.data, buffer.dims = array.ctypes.data, d
    workspace = np.zeros(1 << 22, np.uint8)
    context = Context(None, workspace.ctypes.data, 0)
    getattr(library, "weft_entry_" + name)(ctypes.byref(context), buffers, ctypes.c_int64(0))
    assert context.used == 0, name + " keeps workspace"
