"""The libraries that weft is timed beside, each kept to one thread."""
import importlib.metadata
import os

# Before any of them is imported.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np

from contestant import Contestant

PACKAGES = ("torch", "jax", "onnxruntime", "openvino", "llama_cpp_python")


class Peers:
    """Imports each library when a case first asks for it."""

    def __init__(self, folder):
        self.folder, self.found = folder, {}

    def once(self, name, load):
        if name not in self.found:
            self.found[name] = load()
        return self.found[name]

    @property
    def torch(self):
        def load():
            import torch
            torch.set_num_threads(1)
            torch.set_grad_enabled(False)
            return torch
        return self.once("torch", load)

    @property
    def jax(self):
        def load():
            import jax
            return jax
        return self.once("jax", load)

    def jitted(self, name, function, arrays, unpack):
        """A function of jax arrays, compiled."""
        compiled, given = self.jax.jit(function), [self.jax.numpy.asarray(array) for array in arrays]
        return Contestant(name, lambda: self.jax.block_until_ready(compiled(*given)), lambda y: unpack(np.asarray(y)))

    def onnx(self, name, graph, feeds, unpack):
        """onnxruntime and OpenVINO on the same graph."""
        import onnx
        path = os.path.join(self.folder, name + ".onnx")
        onnx.save(graph, path)
        return [self.onnxruntime(path, feeds, unpack), self.openvino(path, feeds, unpack)]

    def onnxruntime(self, path, feeds, unpack):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return Contestant("onnxruntime", lambda: session.run(None, feeds)[0], unpack)

    def openvino(self, path, feeds, unpack):
        import openvino
        core = self.once("openvino", openvino.Core)
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        model = core.compile_model(path, "CPU", settings)
        request, order = model.create_infer_request(), [feeds[port.get_any_name()] for port in model.inputs]

        def run():
            request.infer(order)
            return request.get_output_tensor().data

        return Contestant("openvino", run, unpack)

    def versions(self):
        """'torch 2.15.0, jax 0.10.2, ...' of those that are installed."""
        found = []
        for package in PACKAGES:
            try:
                found.append(f"{package} {importlib.metadata.version(package)}")
            except importlib.metadata.PackageNotFoundError:
                continue
        return ", ".join(found)


def onnx_model(nodes, inputs, output, weights, more=(), integers=()):
    """A graph from (operator, inputs, outputs, attributes) rows and shapes of f32.
    `more` are outputs that come before `output`, as the states of a Scan's body;
    `integers` are inputs of i64."""
    from onnx import TensorProto, helper, numpy_helper
    info = lambda name, shape: helper.make_tensor_value_info(
        name, TensorProto.INT64 if name in integers else TensorProto.FLOAT, shape)
    made = [helper.make_node(kind, given, result.split(), **attributes) for kind, given, result, attributes in nodes]
    graph = helper.make_graph(made, "case", [info(*item) for item in inputs.items()],
                              [info(*each) for each in (*more, output)],
                              [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
