"""What a file of mixers/ says of itself, and inputs drawn from it."""
import pathlib
import re
import struct

import numpy as np

ARGUMENT = re.compile(r"%\w+: tensor<([^>]*)> \{([^}]*)\}")
GATES = (0.0, -1e-4, -5.0, -80.0)


def number(text):
    """A bound of mixer.range; infinities are written as bits."""
    return struct.unpack(">d", bytes.fromhex(text[2:]))[0] if text.startswith("0x") else float(text)


class Source:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.name = self.path.stem
        self.text = self.path.read_text()
        self.ranges = {}
        for _, attributes in ARGUMENT.findall(self.text):
            name = re.search(r'mixer\.name = "(\w+)"', attributes)
            bounds = re.search(r"mixer\.range = array<f64: ([^,]+), ([^>]+)>", attributes)
            if name and bounds:
                self.ranges[name.group(1)] = number(bounds.group(1)), number(bounds.group(2))

    @property
    def gates(self):
        """Inputs that are declared not positive: log decays."""
        return [name for name, (_, high) in self.ranges.items() if high <= 0]

    def code_lines(self):
        lines = (line.split("//")[0].strip() for line in self.text.splitlines())
        return sum(bool(line) for line in lines)

    def packed(self, count):
        """The file with one more argument, `count` offsets of sequences, that
        every product gets."""
        kind = f"tensor<{count}xi64>"
        text = re.sub(r"\)(\s*-> \(tensor<[^>]*> \{mixer\.name)",
                      rf',\n    %offsets: {kind} {{mixer.name = "offsets"}})\1', self.text)
        return re.sub(r"(mixer\.apply %\w+, %\w+)", rf"\1 segments(%offsets : {kind})", text)

    def value(self, given, tokens, random, gate):
        shape = [tokens if dim < 0 else dim for dim in given.dims]
        if np.issubdtype(given.dtype, np.integer):
            return np.cumsum(random.random(shape) < 0.1, axis=-1).astype(given.dtype)
        x = random.standard_normal(shape)
        if given.name in self.ranges:
            low, high = self.ranges[given.name]
            if gate is not None and high <= 0:
                x = np.full(shape, gate)
            elif np.isfinite(low) and np.isfinite(high):
                x = random.uniform(low, high, shape)
            elif np.isfinite(high):
                x = high - np.abs(x)
            elif np.isfinite(low):
                x = low + np.abs(x)
        return x.astype(given.dtype)

    def draw(self, inputs, tokens, gate=None, seed=1):
        """Inputs for `tokens` tokens; `gate` holds every log decay."""
        random = np.random.default_rng([seed, tokens])
        return [self.value(given, tokens, random, gate) for given in inputs]
