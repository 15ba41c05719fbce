"""Calls a shared library that weftc made, through the C interface of weft.h."""
import ctypes as c
import json
import re
import struct
import subprocess

import numpy as np

TYPES = {np.dtype(name): code for code, name in enumerate(["f4", "f8", "f2"])} | {
    np.dtype("i8"): 4, np.dtype("i4"): 5}
NUMBERS = {code: dtype for dtype, code in TYPES.items()}


class Error(c.Structure):
    _fields_ = [("status", c.c_int), ("message", c.c_char * 500)]


class Options(c.Structure):
    _fields_ = [("weights_path", c.c_char_p), ("threads", c.c_int32), ("reserved", c.c_uint32 * 5)]


class Tensor(c.Structure):
    _fields_ = [("name", c.c_char_p), ("data", c.c_void_p), ("bytes", c.c_uint64), ("dtype", c.c_int),
                ("rank", c.c_uint32), ("dims", c.c_int64 * 8)]


def function(*arguments, result=c.c_int):
    return c.CFUNCTYPE(result, *arguments)


P = c.c_void_p
FIELDS = [
    ("abi_version", c.c_uint32), ("size", c.c_uint32), ("descriptor", P),
    ("open", function(P, c.POINTER(Options), c.POINTER(P), c.POINTER(Error))),
    ("close", function(P, result=None)), ("info", P), ("set_threads", P), ("workspace_bytes", P),
    ("output_shapes", function(P, c.c_char_p, P, c.c_uint32, P, c.c_uint32, c.POINTER(Error))),
    ("run", function(P, P, c.c_char_p, P, c.c_uint32, P, c.c_uint32, c.POINTER(Error))),
    ("state_init", function(P, c.c_int64, c.POINTER(P), c.POINTER(Error))),
    ("state_free", function(P, result=None)), ("state_reset", function(P, c.POINTER(Error))),
    ("state_clone", P), ("state_position", P),
    ("state_rollback", function(P, c.c_int64, c.POINTER(Error)))]


class Api(c.Structure):
    _fields_ = FIELDS


def described(arrays):
    """The arrays as weft_tensor; None for one whose shape the model says."""
    tensors = (Tensor * len(arrays))()
    for tensor, array in zip(tensors, arrays):
        if array is not None:
            tensor.data, tensor.bytes, tensor.rank = array.ctypes.data, array.nbytes, array.ndim
            tensor.dtype, tensor.dims[:array.ndim] = TYPES[array.dtype], array.shape
    return tensors


class Model:
    """One model of a library, with one thread and one state."""

    def __init__(self, path, name):
        self.library = c.CDLL(path)
        entry = getattr(self.library, name + "_weft")
        entry.restype = c.POINTER(Api)
        self.api, self.error = entry().contents, Error()
        self.model, self.state, options = P(), P(), Options(None, 1)
        self.check(self.api.open(c.byref(self.api), c.byref(options), c.byref(self.model), c.byref(self.error)))

    def check(self, status):
        if status:
            raise RuntimeError(self.error.message.decode())

    def start(self):
        """A new sequence, for the entries with a state."""
        if not self.state:
            self.check(self.api.state_init(self.model, 1, c.byref(self.state), c.byref(self.error)))
        self.check(self.api.state_reset(self.state, c.byref(self.error)))

    def rollback(self, position):
        self.check(self.api.state_rollback(self.state, position, c.byref(self.error)))

    def prepare(self, entry, inputs):
        """A function that runs an entry on these arrays and returns its first output, written in place."""
        given, made, entry = described(inputs), described([None]), entry.encode()
        self.check(self.api.output_shapes(self.model, entry, given, len(inputs), made, 1, c.byref(self.error)))
        output = np.empty(made[0].dims[:made[0].rank], NUMBERS[made[0].dtype])
        made[0].data, made[0].bytes = output.ctypes.data, output.nbytes

        def run():
            self.check(self.api.run(self.model, self.state, entry, given, len(inputs), made, 1, c.byref(self.error)))
            return output

        run.arrays = inputs  # kept alive as long as the pointers to them
        return run


def load(weftc, source, folder, *flags):
    """Compiles a model to a library in a folder and opens it."""
    name = source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    path = f"{folder}/{name}.so"
    subprocess.run([weftc, source, "-o", path, *flags], check=True)
    return Model(path, re.sub(r"\W", "_", name))


def save_weights(path, arrays):
    """A safetensors file of f32 tensors."""
    header, at = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())
