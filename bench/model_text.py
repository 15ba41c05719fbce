"""Writes a language model as .mlir: products, elementwise arithmetic and mixers, one value after the other."""
import numpy as np

SILU = """%n = arith.negf %a : f32
    %e = math.exp %n : f32
    %m = arith.addf %e, %one : f32
    %r = arith.divf %a, %m : f32"""
SILU_TIMES = SILU.replace("%r =", "%s =") + """
    %r = arith.mulf %s, %b : f32"""
SIGMOID = """%n = arith.negf %a : f32
    %e = math.exp %n : f32
    %m = arith.addf %e, %one : f32
    %r = arith.divf %one, %m : f32"""
ADD, MULTIPLY = "%r = arith.addf %a, %b : f32", "%r = arith.mulf %a, %b : f32"
NEGATE = "%r = arith.negf %a : f32"
ADD_PRODUCT = """%p = arith.mulf %b, %c : f32
    %r = arith.addf %a, %p : f32"""
# softplus(a + b), b a bias
SOFTPLUS = """%x = arith.addf %a, %b : f32
    %above = arith.maximumf %x, %zero : f32
    %size = math.absf %x : f32
    %n = arith.negf %size : f32
    %e = math.exp %n : f32
    %l = math.log1p %e : f32
    %r = arith.addf %above, %l : f32"""
# -exp(b) a
NEGATIVE_RATE = """%e = math.exp %b : f32
    %n = arith.negf %e : f32
    %r = arith.mulf %n, %a : f32"""


CONSTANTS = ["  %c1 = arith.constant 1 : index", "  %zero = arith.constant 0.0 : f32", "  %one = arith.constant 1.0 : f32"]


def tensor(shape, element="f32"):
    return "tensor<" + "x".join(map(str, shape)) + f"x{element}>"


class ModelText:
    """Values are SSA names; those of activations have the shape [1, T, ...]. All layers are calls of one function,
    whose weights are its arguments: so it is compiled once."""

    def __init__(self, vocabulary, width):
        self.weights, self.shapes, self.lines, self.random = {}, {}, [], np.random.default_rng(12)
        self.vocabulary, self.width, self.parameters = vocabulary, width, None

    def value(self, shape, text):
        name = f"%v{len(self.shapes)}"
        self.shapes[name] = shape
        self.lines.append(f"  {name} = {text}")
        return name

    def weight(self, name, *shape, spread=None, center=0.0):
        """Normal, by default with the spread that keeps the size of a product."""
        spread = shape[-1] ** -0.5 if spread is None else spread
        if self.parameters is not None:
            self.parameters[f"%w{len(self.parameters)}"] = name, shape, spread, center
            argument = f"%w{len(self.parameters) - 1}"
            self.shapes[argument] = shape
            return argument
        return self.drawn(name, shape, spread, center)

    def drawn(self, name, shape, spread, center):
        values = center + spread * self.random.standard_normal(shape, np.float32)
        self.weights[name] = values.astype(np.float32)
        return self.value(shape, f'ml_program.global_load_const @"{name}" : {tensor(shape)}')

    def empty(self, shape):
        return self.value(shape, f"tensor.empty(%T) : {tensor(shape)}")

    def maps(self, *axes):
        """As many dimensions as the axes name."""
        names = [f"d{axis}" for axis in range(1 + max(max(each) for each in axes))]
        return ", ".join(f"affine_map<({', '.join(names)}) -> ({', '.join(names[axis] for axis in each)})>" for each in axes)

    def generic(self, inputs, axes, outs, body, kinds):
        """linalg.generic of one result; its region has the inputs as %a, %b, ... and yields %r."""
        block = ", ".join([f"%{name}: f32" for name, _ in zip("abcdef", inputs)] + ["%o: f32"])
        types = ", ".join(tensor(self.shapes[value]) for value in inputs)
        result = tensor(self.shapes[outs])
        kinds = ", ".join(f'"{kind}"' for kind in kinds)
        return self.value(self.shapes[outs], f"linalg.generic {{indexing_maps = [{self.maps(*axes)}], iterator_types = [{kinds}]}}\n"
                          f"      ins({', '.join(inputs)} : {types}) outs({outs} : {result}) {{\n  ^bb0({block}):\n    {body}\n"
                          f"    linalg.yield %r : f32\n  }} -> {result}")

    def each(self, body, x, *more):
        """Of every element of x; `more` are values, or (value, axis) for what lies along some axes of x alone."""
        rank = len(self.shapes[x])
        operands = [(x, range(rank))] + [item if isinstance(item, tuple) else (item, range(rank)) for item in more]
        axes = [axis if not isinstance(axis, int) else [axis] for _, axis in operands]
        return self.generic([value for value, _ in operands], [*axes, range(rank)], self.empty(self.shapes[x]), body,
                            ["parallel"] * rank)

    def filled(self, shape):
        empty = self.empty(shape)
        return self.value(shape, f"linalg.fill ins(%zero : f32) outs({empty} : {tensor(shape)}) -> {tensor(shape)}")

    def unit(self, x, share, epsilon):
        """x by the root of share Σ x² + epsilon over the last axis."""
        shape = self.shapes[x]
        rank = len(shape)
        body = "%p = arith.mulf %a, %a : f32\n    %r = arith.addf %o, %p : f32"
        squares = self.generic([x], [range(rank), range(rank - 1)], self.filled(shape[:-1]), body,
                               ["parallel"] * (rank - 1) + ["reduction"])
        scale = (f"%k = arith.constant {share:.9e} : f32\n    %t = arith.constant {epsilon:.9e} : f32\n    %m = arith.mulf %b, %k : f32\n"
                 "    %s = arith.addf %m, %t : f32\n    %q = math.rsqrt %s : f32\n    %r = arith.mulf %a, %q : f32")
        return self.each(scale, x, (squares, range(rank - 1)))

    def norm(self, x, name):
        size = self.shapes[x][-1]
        gain = self.weight(name, size, spread=0.1, center=1.0)
        return self.each(MULTIPLY, self.unit(x, 1.0 / size, 1e-5), (gain, len(self.shapes[x]) - 1))

    def product_with(self, x, weight):
        rows, inner = self.shapes[weight]
        none = self.filled((1, "?", rows))
        maps = self.maps([0, 1, 3], [2, 3], [0, 1, 2])
        types = f"{tensor(self.shapes[x])}, {tensor((rows, inner))}"
        out = tensor((1, "?", rows))
        return self.value((1, "?", rows), f"linalg.contract indexing_maps = [{maps}] ins({x}, {weight} : {types}) "
                          f"outs({none} : {out}) -> {out}")

    def product(self, x, name, rows):
        return self.product_with(x, self.weight(name, rows, self.shapes[x][-1]))

    def split(self, x, heads):
        """[1, T, D] as heads."""
        shape = (1, "?", heads, self.shapes[x][2] // heads)
        return self.value(shape, f"tensor.expand_shape {x} [[0], [1], [2, 3]] output_shape [1, %T, {shape[2]}, {shape[3]}] : "
                          f"{tensor(self.shapes[x])} into {tensor(shape)}")

    def join(self, x):
        _, _, heads, width = self.shapes[x]
        shape = (1, "?", heads * width)
        return self.value(shape, f"tensor.collapse_shape {x} [[0], [1], [2, 3]] : {tensor(self.shapes[x])} into {tensor(shape)}")

    def apply(self, matrix, x):
        kind = tensor(self.shapes[x])
        self.lines.append(f"  %m{len(self.shapes)} = {matrix}")
        return self.value(self.shapes[x], f"mixer.apply %m{len(self.shapes)}, {x} : {kind} -> {kind}")

    def convolved(self, x, name):
        """A causal convolution of 4 taps a channel, then SiLU."""
        channels = self.shapes[x][2]
        taps = self.weight(name, channels, 4)
        return self.each(SILU, self.join(self.apply(f"mixer.toeplitz {taps} : {tensor((channels, 4))}", self.split(x, channels))))

    def layer_function(self, layer):
        """The text of @layer, which is `layer` of (this, x)."""
        self.parameters, self.shapes["%given"], before, self.lines = {}, (1, "?", self.width), self.lines, []
        y, kind = layer(self, "%given"), tensor((1, "?", self.width))
        arguments = ", ".join([f"%given: {kind}"] + [f"{name}: {tensor(shape)}" for name, (_, shape, _, _) in self.parameters.items()])
        lines = [f"func.func private @layer({arguments}) -> {kind} {{", *CONSTANTS,
                 f"  %T = tensor.dim %given, %c1 : {kind}", *self.lines, f"  return {y} : {kind}", "}"]
        self.lines, parameters, self.parameters = before, self.parameters.values(), None
        return lines, parameters

    def embedded(self, table):
        shape = (1, "?", self.width)
        return self.value(shape, f"linalg.generic {{indexing_maps = [{self.maps([0, 1], [0, 1, 2])}], "
                          'iterator_types = ["parallel", "parallel", "parallel"]}\n'
                          f"      ins(%ids : tensor<1x?xi64>) outs({self.empty(shape)} : {tensor(shape)}) {{\n"
                          "  ^bb0(%id: i64, %o: f32):\n    %i = arith.index_cast %id : i64 to index\n    %d = linalg.index 2 : index\n"
                          f"    %r = tensor.extract {table}[%i, %d] : {tensor(self.shapes[table])}\n    linalg.yield %r : f32\n"
                          f"  }} -> {tensor(shape)}")

    def text(self, layers, layer):
        """The whole file."""
        function, parameters = self.layer_function(layer)
        table = self.weight("embedding", self.vocabulary, self.width)
        x, kind = self.embedded(table), tensor((1, "?", self.width))
        for index in range(layers):
            given = [self.drawn(f"layer.{index}.{name}", *how) for name, *how in parameters]
            kinds = ", ".join([kind, *(tensor(self.shapes[value]) for value in given)])
            x = self.value((1, "?", self.width), f"call @layer({', '.join([x, *given])}) : ({kinds}) -> {kind}")
        y = self.product_with(self.norm(x, "norm"), table)
        out = tensor(self.shapes[y])
        names = [f'ml_program.global private @"{name}"(#ml_program.extern : {tensor(array.shape)}) : {tensor(array.shape)}'
                 for name, array in self.weights.items()]
        head = ['func.func @forward(%ids: tensor<1x?xi64> {mixer.name = "ids", mixer.time = 1 : i64})',
                f'    -> ({out} {{mixer.name = "logits"}}) {{', *CONSTANTS, "  %T = tensor.dim %ids, %c1 : tensor<1x?xi64>"]
        return "\n".join([*names, *function, *head, *self.lines, f"  return {y} : {out}", "}", ""])
