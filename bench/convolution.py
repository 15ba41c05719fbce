"""Convolutions over time: four taps, and as many as there are tokens."""
import math

import numpy as np

from contestant import Contestant, compiled, contiguous
from peers import onnx_model
from state_space import silu


class ShortConvolution:
    """Bytes: a read and a write of every value."""
    name, flops, tolerance = "depthwise conv k4 + SiLU D1536 T2048", None, 1e-5
    channels, taps, tokens = 1536, 4, 2048

    def __init__(self, bar):
        self.bar, self.bytes = bar, 8 * self.channels * self.tokens
        random = np.random.default_rng(7)
        self.x = random.standard_normal((1, self.tokens, self.channels, 1), np.float32)
        self.weight = random.standard_normal((self.channels, self.taps), np.float32)

    def reference(self):
        x = np.concatenate((np.zeros((3, self.channels)), self.x[0, :, :, 0]))
        rows = sum(x[3 - lag:3 - lag + self.tokens] * self.weight[:, lag] for lag in range(self.taps))
        return silu(rows)[None, :, :, None]

    def weft(self, weftc, folder):
        return compiled(weftc, folder, "short_convolution", [self.x, self.weight])

    def peers(self, peers):
        # The weight of a convolution has its last tap first.
        weight = contiguous(self.weight[:, None, ::-1], 0, 1, 2)
        channels_first = contiguous(self.x[..., 0], 0, 2, 1)
        back = lambda y: contiguous(y, 0, 2, 1)[..., None]
        shape = [1, self.channels, self.tokens]
        graph = onnx_model([("Conv", ["x", "w"], "c", {"group": self.channels, "pads": [3, 0], "kernel_shape": [4]}),
                            ("Sigmoid", ["c"], "s", {}), ("Mul", ["c", "s"], "y", {})],
                           {"x": shape}, ("y", shape), {"w": weight})
        return [self.grouped(peers.torch, channels_first, weight, back),
                peers.jitted("jax, T x D", self.shifted(peers.jax), [self.x[0, :, :, 0], contiguous(self.weight, 1, 0)],
                             lambda y: y[None, :, :, None]),
                *peers.onnx("short_convolution", graph, {"x": channels_first}, back)]

    def grouped(self, torch, x, weight, back):
        x, weight, functional = torch.from_numpy(x), torch.from_numpy(weight), torch.nn.functional

        def run():
            y = functional.conv1d(x, weight, padding=3, groups=self.channels)[:, :, :self.tokens]
            return functional.silu(y)

        return Contestant("torch conv1d, groups = D", run, lambda y: back(y.numpy()))

    def shifted(self, jax):
        def run(x, taps):
            padded = jax.numpy.pad(x, ((3, 0), (0, 0)))
            return jax.nn.silu(sum(padded[3 - lag:3 - lag + self.tokens] * taps[lag] for lag in range(self.taps)))

        return run


class LongConvolution:
    """FLOPs: two real transforms of 2 T at 2.5 n log2 n, and the product of spectra."""
    name, bytes, tolerance = "causal long conv D768 T2048", None, 1e-5
    channels, tokens = 768, 2048

    def __init__(self, bar):
        size = 2 * self.tokens
        self.bar, self.flops = bar, self.channels * (2 * 2.5 * size * math.log2(size) + 6 * self.tokens)
        random = np.random.default_rng(8)
        self.x = random.standard_normal((1, self.tokens, self.channels, 1), np.float32)
        self.taps = random.standard_normal((self.channels, self.tokens), np.float32)

    def reference(self):
        size = 2 * self.tokens
        spectrum = np.fft.rfft(self.x[0, :, :, 0].T.astype(np.float64), size) * np.fft.rfft(self.taps.astype(np.float64), size)
        return contiguous(np.fft.irfft(spectrum, size)[:, :self.tokens], 1, 0)[None, :, :, None]

    def weft(self, weftc, folder):
        return compiled(weftc, folder, "long_convolution", [self.x], {"taps": self.taps})

    def peers(self, peers):
        torch, size = peers.torch, 2 * self.tokens
        x, taps = torch.from_numpy(contiguous(self.x[0, :, :, 0], 1, 0)), torch.from_numpy(self.taps)
        spectrum = torch.fft.rfft(taps, n=size)

        def run():
            return torch.fft.irfft(torch.fft.rfft(x, n=size).mul_(spectrum), n=size)[:, :self.tokens]

        def jax_run(x, spectrum):
            fft = peers.jax.numpy.fft
            return fft.irfft(fft.rfft(x, size) * spectrum, size)[:, :self.tokens]

        back = lambda y: contiguous(y, 1, 0)[None, :, :, None]
        return [Contestant("torch.fft, spectrum cached", run, lambda y: back(y.numpy())),
                peers.jitted("jax fft, spectrum cached", jax_run, [x.numpy(), spectrum.numpy()], back)]
