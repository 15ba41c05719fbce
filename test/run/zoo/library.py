"""A compiled model, loaded with ctypes through the C interface of weft.h."""
import ctypes as c

import numpy as np

TIME, BATCH, MAX_RANK = -1, -2, 8
TYPES = {0: np.float32, 1: np.float64, 4: np.int64, 5: np.int32}


class TensorInfo(c.Structure):
    _fields_ = [("name", c.c_char_p), ("dtype", c.c_int), ("rank", c.c_uint32), ("dims", c.POINTER(c.c_int64))]


class EntryInfo(c.Structure):
    _fields_ = [("name", c.c_char_p), ("inputs", c.POINTER(TensorInfo)), ("outputs", c.POINTER(TensorInfo)),
                ("num_inputs", c.c_uint32), ("num_outputs", c.c_uint32), ("stateful", c.c_uint32),
                ("reserved", c.c_uint32)]


class ModelInfo(c.Structure):
    _fields_ = [("name", c.c_char_p), ("entries", c.POINTER(EntryInfo)), ("states", c.POINTER(TensorInfo)),
                ("num_entries", c.c_uint32), ("num_states", c.c_uint32), ("context_length", c.c_int64),
                ("vocabulary", c.c_int64), ("weights_bytes", c.c_int64), ("state_bytes", c.c_int64)]


class Options(c.Structure):
    _fields_ = [("weights_path", c.c_char_p), ("threads", c.c_int32), ("reserved", c.c_uint32 * 5)]


class Tensor(c.Structure):
    _fields_ = [("name", c.c_char_p), ("data", c.c_void_p), ("bytes", c.c_uint64), ("dtype", c.c_int),
                ("rank", c.c_uint32), ("dims", c.c_int64 * MAX_RANK)]


class Error(c.Structure):
    _fields_ = [("status", c.c_int), ("message", c.c_char * 500)]


# The members of weft_api in their order; what is not called here stays a pointer.
CALLS = {
    "open": (c.c_int, c.c_void_p, c.POINTER(Options), c.POINTER(c.c_void_p), c.POINTER(Error)),
    "close": (None, c.c_void_p),
    "info": (c.c_int, c.c_void_p, c.POINTER(ModelInfo), c.POINTER(Error)),
    "set_threads": None, "workspace_bytes": None,
    "output_shapes": (c.c_int, c.c_void_p, c.c_char_p, c.POINTER(Tensor), c.c_uint32, c.POINTER(Tensor),
                      c.c_uint32, c.POINTER(Error)),
    "run": (c.c_int, c.c_void_p, c.c_void_p, c.c_char_p, c.POINTER(Tensor), c.c_uint32, c.POINTER(Tensor),
            c.c_uint32, c.POINTER(Error)),
    "state_init": (c.c_int, c.c_void_p, c.c_int64, c.POINTER(c.c_void_p), c.POINTER(Error)),
    "state_free": (None, c.c_void_p),
}


class Api(c.Structure):
    _fields_ = [("abi_version", c.c_uint32), ("size", c.c_uint32), ("descriptor", c.c_void_p)] + [
        (name, c.CFUNCTYPE(*types) if types else c.c_void_p) for name, types in CALLS.items()]


class Input:
    """Name, dimensions (TIME for T), numpy type."""

    def __init__(self, info):
        self.name = info.name.decode()
        self.dims = tuple(info.dims[i] for i in range(info.rank))
        self.dtype = TYPES[info.dtype]

    @property
    def time_axis(self):
        return self.dims.index(TIME) if TIME in self.dims else None

    def piece(self, array, begin, end):
        """The tokens [begin, end); an input without time as it is."""
        if self.time_axis is None:
            return array
        return np.ascontiguousarray(np.take(array, range(begin, end), axis=self.time_axis))


def view(array):
    tensor = Tensor(data=array.ctypes.data, bytes=array.nbytes, rank=array.ndim,
                    dtype=next(code for code, kind in TYPES.items() if array.dtype == kind))
    tensor.dims[:array.ndim] = array.shape
    return tensor


class Library:
    def __init__(self, path, name):
        function = getattr(c.CDLL(str(path)), name + "_weft")
        function.restype = c.POINTER(Api)
        self.pointer = function()
        self.api = self.pointer.contents
        self.model, self.error, info = c.c_void_p(), Error(), ModelInfo()
        self.check(self.api.open(self.pointer, Options(threads=1), c.byref(self.model), self.error))
        self.check(self.api.info(self.pointer, info, self.error))
        self.info = info  # owns what the entries point to
        self.entries = {info.entries[i].name.decode(): info.entries[i] for i in range(info.num_entries)}
        self.main = next(entry for entry in self.entries if entry not in ("prefill", "step"))
        entry = self.entries[self.main]
        self.inputs = [Input(entry.inputs[i]) for i in range(entry.num_inputs)]
        self.stateful = bool(entry.stateful)

    def check(self, status):
        if status:
            raise RuntimeError(self.error.message.decode())

    def new_state(self):
        state = c.c_void_p()
        self.check(self.api.state_init(self.model, 0, c.byref(state), self.error))
        return state

    def free_state(self, state):
        self.api.state_free(state)

    def run(self, arrays, state=None, entry=None):
        """The first output."""
        entry = (entry or self.main).encode()
        given = (Tensor * len(arrays))(*map(view, arrays))
        count = self.entries[entry.decode()].num_outputs
        outputs = (Tensor * count)()
        self.check(self.api.output_shapes(self.model, entry, given, len(arrays), outputs, count, self.error))
        results = []
        for tensor in outputs:
            array = np.full(tuple(tensor.dims[:tensor.rank]), np.nan, TYPES[tensor.dtype])
            tensor.data = array.ctypes.data
            results.append(array)
        self.check(self.api.run(self.model, state, entry, given, len(arrays), outputs, count, self.error))
        return results[0]

    def whole(self, arrays):
        """All tokens in one call, from a new state where there is one."""
        state = self.new_state() if self.stateful else None
        y = self.run(arrays, state)
        if state:
            self.free_state(state)
        return y

    def close(self):
        self.api.close(self.model)
