#!/usr/bin/env python3
"""identities.py ROOT FOLDER GROUP...: special cases of mixers, through compiled code.

Two files of mixers/, or one with other inputs, must give the same numbers; the
compiler knows nothing of it."""
import pathlib
import sys

import numpy as np

sys.dont_write_bytecode = True
import compiler
from library import Library
from source import Source

TOKENS, LIMIT = 55, 2e-5


class Zoo:
    def __init__(self, root, folder):
        self.mixers, self.folder = pathlib.Path(root) / "mixers", pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.loaded, self.failures = {}, 0

    def load(self, name):
        if name not in self.loaded:
            output = self.folder / f"{name}.so"
            compiler.compile_form(self.mixers / f"{name}.mlir", output, "auto", 0)
            self.loaded[name] = Library(output, name)
        return self.loaded[name]

    def inputs(self, name):
        library = self.load(name)
        drawn = Source(self.mixers / f"{name}.mlir").draw(library.inputs, TOKENS)
        return dict(zip((given.name for given in library.inputs), drawn))

    def y(self, name, **inputs):
        library = self.load(name)
        return library.whole([np.ascontiguousarray(inputs[given.name], given.dtype) for given in library.inputs])

    def agree(self, claim, actual, expected):
        error = np.abs(actual - expected).max() / np.abs(expected).max()
        good = actual.shape == expected.shape and error < LIMIT
        self.failures += not good
        print(f"{'PASS' if good else 'FAIL'} {claim}: {error:.1e}")


def heads(x, count):
    return np.repeat(x, count // x.shape[2], axis=2)


def of_deltas(zoo):
    g = zoo.inputs("gated_delta_net")
    every = np.repeat(g["log_a"][..., None], g["q"].shape[3], axis=3)
    zoo.agree("kda with equal channels = gated_delta_net",
              zoo.y("kda", **{**g, "log_a": every}), zoo.y("gated_delta_net", **g))
    zoo.agree("gated_delta_net without decay = delta_net",
              zoo.y("gated_delta_net", **{**g, "log_a": 0 * g["log_a"]}), zoo.y("delta_net", **g))
    r = zoo.inputs("rwkv7")
    plain = {"q": 4 * r["r"], "k": r["k"], "v": r["v"], "log_a": r["log_w"]}  # gla divides by √16
    zoo.agree("diagonal plus low rank with a = b = 0 is gla",
              zoo.y("rwkv7", **{**r, "kappa": 0 * r["kappa"]}), zoo.y("gla", **plain))


def of_decays(zoo):
    s = zoo.inputs("ssd")
    every = np.repeat(s["log_a"][..., None], 16, axis=3)
    zoo.agree("gla with equal channels = ssd",
              zoo.y("gla", q=4 * heads(s["c"], 4), k=heads(s["b"], 4), v=s["x"], log_a=every), zoo.y("ssd", **s))
    m = zoo.inputs("mlstm")
    low = np.full_like(m["log_i"], -20.0)
    zoo.agree("mlstm with small input gates = ssd scaled", zoo.y("mlstm", **{**m, "log_i": low}),
              np.exp(-20.0) * zoo.y("gla", q=m["q"], k=m["k"], v=m["v"],
                                    log_a=np.repeat(m["log_f"][..., None], 16, axis=3)))


def of_scores(zoo):
    a = zoo.inputs("aaren")
    w = zoo.inputs("rwkv4")
    none = {**w, "log_w": 0 * w["log_w"], "u": 0 * w["u"]}
    half = zoo.y("rwkv4", **none)
    zoo.agree("rwkv4 without decay and bonus = aaren", half[:, :, :4],
              zoo.y("aaren", s=w["k"][:, :, :4], v=np.repeat(w["v"][:, :, :4], a["v"].shape[3], axis=3))[..., :1])


def of_masks(zoo):
    a = zoo.inputs("attention")
    full = zoo.y("attention", **a)
    zoo.agree("one document = full", zoo.y("document_mask", **a, documents=np.zeros((2, TOKENS))), full)
    short = {key: value[:, :20] for key, value in a.items()}
    zoo.agree("window ≥ T = full", zoo.y("sliding_window", **short), zoo.y("attention", **short))
    zoo.agree("prefix ≥ T = bidirectional", zoo.y("prefix_lm", **short), zoo.y("attention_bidirectional", **short))
    zoo.agree("sink at -∞ = full", zoo.y("sink", **a, sink=np.full(a["q"].shape[2], -1e4)), full)
    zoo.agree("no forgetting = full", zoo.y("forgetting", **a, log_f=np.zeros(a["q"].shape[:3])), full)
    lags = zoo.inputs("urpe")["c"]
    zoo.agree("urpe with ones = full", zoo.y("urpe", **a, c=np.ones_like(lags)), full)


GROUPS = {"deltas": of_deltas, "decays": of_decays, "scores": of_scores, "masks": of_masks}


def main():
    zoo = Zoo(*sys.argv[1:3])
    for group in sys.argv[3:]:
        try:
            GROUPS[group](zoo)
        except (compiler.Refused, FileNotFoundError) as error:
            zoo.failures += 1
            print(f"FAIL {group}: {str(error).splitlines()[0]}")
    print(f"{zoo.failures} disagree")
    return 1 if zoo.failures else 0


if __name__ == "__main__":
    sys.exit(main())
