"""Runs block programs on numpy arrays: upstream passes lower them to loops,
the host compiler to a shared object. Independent of weft's own back end."""
import ctypes
import os
import subprocess
import tempfile

import numpy as np

LOWER = (
    "eliminate-empty-tensors",
    "one-shot-bufferize{bufferize-function-boundaries=1 "
    "function-boundary-type-conversion=identity-layout-map}",
    "canonicalize", "convert-linalg-to-loops", "func.func(scf-forall-to-for)",
    "expand-strided-metadata", "lower-affine", "convert-scf-to-cf",
    "convert-math-to-llvm", "convert-math-to-libm", "convert-to-llvm", "reconcile-unrealized-casts")


class Program:
    """The functions of a module; entries carry llvm.emit_c_interface."""

    def __init__(self, text, cc, llvm_lib, passes="weft-convert-mixer-to-blocks"):
        folder = tempfile.mkdtemp()
        ll, so = os.path.join(folder, "m.ll"), os.path.join(folder, "m.so")
        pipeline = "builtin.module(" + ",".join(
            (passes, "canonicalize", "cse") + LOWER) + ")"
        llvm = subprocess.run(
            ["weft-opt", "-", "--pass-pipeline=" + pipeline], input=text,
            capture_output=True, text=True)
        assert llvm.returncode == 0, llvm.stderr[:4000]
        ir = subprocess.run(["mlir-translate", "--mlir-to-llvmir"], check=True,
                            input=llvm.stdout, capture_output=True, text=True)
        with open(ll, "w") as file:
            file.write(ir.stdout)
        subprocess.run([cc, "-w", "-O1", "-shared", "-fPIC", ll, "-lm", "-o", so],
                       check=True)
        for name in ("libmlir_c_runner_utils.so",):
            ctypes.CDLL(os.path.join(llvm_lib, name), ctypes.RTLD_GLOBAL)
        self.library = ctypes.CDLL(so)

    def __call__(self, name, *arguments, results=()):
        """Results are numpy arrays of these ranks, as (rank, dtype)."""
        descriptors = [describe(a) for a in arguments]

        class Results(ctypes.Structure):
            _fields_ = [("r%d" % n, descriptor(rank))
                        for n, (rank, _) in enumerate(results)]

        out = Results()
        function = getattr(self.library, "_mlir_ciface_" + name)
        function.restype = None
        function(ctypes.byref(out), *descriptors)
        return [view(getattr(out, "r%d" % n), rank, dtype)
                for n, (rank, dtype) in enumerate(results)]


def descriptor(rank):
    class Descriptor(ctypes.Structure):
        _fields_ = [("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p),
                    ("offset", ctypes.c_int64), ("sizes", ctypes.c_int64 * rank),
                    ("strides", ctypes.c_int64 * rank)]
    return Descriptor


def describe(argument):
    if isinstance(argument, int):
        return ctypes.c_int64(argument)
    argument = np.ascontiguousarray(argument)
    kind = descriptor(argument.ndim)
    result = kind(argument.ctypes.data, argument.ctypes.data, 0)
    for n in range(argument.ndim):
        result.sizes[n] = argument.shape[n]
        result.strides[n] = argument.strides[n] // argument.itemsize
    keep = ctypes.pointer(result)
    keep.array = argument
    return keep


def view(memory, rank, dtype):
    shape = tuple(memory.sizes[:rank])
    if 0 in shape:
        return np.zeros(shape, dtype)
    item = np.dtype(dtype).itemsize
    base = (ctypes.c_char * (item * (1 + sum(
        (n - 1) * s for n, s in zip(shape, memory.strides[:rank]))))
    ).from_address(memory.aligned + item * memory.offset)
    return np.ndarray(shape, dtype, base,
                      strides=[s * item for s in memory.strides[:rank]]).copy()


def close(what, got, expected, tolerance=1e-5):
    scale = max(1.0, np.abs(expected).max(initial=0.0))
    error = np.abs(got - expected).max(initial=0.0) / scale
    if not error <= tolerance:
        raise SystemExit("%s: error %g" % (what, error))
