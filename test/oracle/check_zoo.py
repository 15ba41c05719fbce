#!/usr/bin/env python3
"""The oracle of the zoo against itself: dense matrices against the step forms
of the papers, and the identities between special cases. No weft needed."""
import numpy as np

from zoo import MIXERS, convolution, delta, linear, oracle, pairwise, parameters, recurrences, tensors
from zoo.samples import draw

TOKENS = 37
LIMIT = 1e-11
failures = 0


def agree(claim, actual, expected):
    global failures
    error = np.abs(actual - expected).max() / max(np.abs(expected).max(), 1e-30)
    good = actual.shape == expected.shape and error < LIMIT
    failures += not good
    print(f"{'PASS' if good else 'FAIL'} {claim}: {error:.1e}")


def sample(name, tokens=TOKENS):
    return draw(name, parameters(name), tokens)


def steps():
    """Each mixer that has a step form here; gates of every size."""
    for name in MIXERS:
        step = getattr(recurrences, name, None)
        if step is None:
            continue
        agree(f"{name}: dense = steps", oracle(name)(**sample(name)), step(**sample(name)))
        for gate in (0.0, -1e-4, -5.0, -80.0):
            inputs = sample(name)
            gates = [key for key in inputs if key.startswith("log_") and key not in ("log_i", "log_dt")]
            if gates and name != "s4d":
                inputs.update({key: np.full_like(inputs[key], gate) for key in gates})
                agree(f"{name}: dense = steps, gates {gate}", oracle(name)(**inputs), step(**inputs))


def causal(name):
    """The first rows do not see later tokens."""
    whole, part = sample(name), sample(name)
    timed = [key for key, value in whole.items() if value.ndim > 1 and value.shape[1] == TOKENS]
    part.update({key: whole[key][:, :20] for key in timed})
    agree(f"{name}: rows do not see later tokens", oracle(name)(**part), oracle(name)(**whole)[:, :20])


def delta_identities():
    g = sample("gated_delta_net")
    q, k = tensors.heads(g["q"], 4), tensors.heads(g["k"], 4)
    every = np.broadcast_to(g["log_a"][..., None], q.shape)
    agree("kda with equal channels = gated_delta_net",
          delta.kda(q, k, g["v"], every, g["beta"]), delta.gated_delta_net(**g))
    zero = np.zeros_like(g["log_a"])
    agree("gated_delta_net without decay = delta_net",
          delta.gated_delta_net(q, k, g["v"], zero, g["beta"]), delta.delta_net(q, k, g["v"], g["beta"]))
    agree("delta_product of one write = gated_delta_net",
          delta.delta_product(q, k[:, :, None], g["v"][:, :, None], g["log_a"], g["beta"][:, :, None]),
          delta.gated_delta_net(**g))
    r = sample("rwkv7")
    none = np.zeros_like(r["k"])
    agree("dplr without erasure = gla", delta.dplr_matrix(r["r"], r["k"], r["log_w"], none, none, 8 ** -0.5),
          linear.gla_matrix(r["r"], r["k"], r["log_w"]))
    decay = np.exp(g["log_a"])[..., None]
    agree("dplr with a = -decayed key = gated_delta_net",
          delta.dplr_matrix(q, g["beta"][..., None] * k, np.log(decay) + 0 * q, -decay * k, g["beta"][..., None] * k,
                            8 ** -0.5), delta.delta_matrix(q, k, g["beta"], g["log_a"]))


def decay_identities():
    s = sample("gla")
    same = np.repeat(s["log_a"][..., :1], s["q"].shape[3], axis=3)
    agree("gla with equal channels = ssd", linear.gla_matrix(s["q"], s["k"], same),
          linear.ssd_matrix(s["q"] * 8 ** -0.5, s["k"], same[..., 0]))
    moved = linear.gla_matrix(s["q"][:, 1:], s["k"][:, :-1], s["log_a"][:, :-1])
    agree("rwkv6 below the diagonal = gla that reads the state before",
          8 ** -0.5 * linear.rwkv6_matrix(s["q"], s["k"], s["log_a"], np.ones((4, 8)))[:, :, 1:, :-1]
          * tensors.lower(TOKENS - 1), moved)
    gamma = np.log(1 - 2.0 ** (-5 - np.arange(4)))
    even = np.arange(0, 8, 2)
    turned = [pairwise.turned(s[key], even, even + 1) for key in "qk"]
    agree("retnet = ssd with constant decay", linear.retnet_matrix(s["q"], s["k"]),
          linear.ssd_matrix(turned[0] * 8 ** -0.5, turned[1], np.broadcast_to(gamma, (2, TOKENS, 4))))
    agree("rg_lru = ssd of order one", linear.gated_matrix(same[..., 0]),
          linear.ssd_matrix(np.ones((2, TOKENS, 1, 1)), np.ones((2, TOKENS, 1, 1)), same[..., 0]))
    m = sample("mlstm")
    small = np.full_like(m["log_i"], -30.0)
    agree("mlstm with small input gates is not normalised", linear.mlstm_matrix(m["q"], m["k"], m["log_f"], small),
          np.exp(-30.0) * linear.ssd_matrix(m["q"] * 8 ** -0.5, m["k"], m["log_f"]))
    w = sample("rwkv4")
    agree("rwkv4 without decay and bonus = aaren", linear.rwkv4_matrix(w["k"], 0 * w["log_w"], 0 * w["u"]),
          linear.aaren_matrix(w["k"]))


def pairwise_identities():
    a = sample("attention")
    full = pairwise.attention(**a)
    agree("window ≥ T = full", pairwise.sliding_window(**a, window=TOKENS), full)
    agree("window 1 = the token's own value", pairwise.sliding_window(**a, window=1), a["v"])
    agree("soft cap without limit = full", pairwise.soft_cap(**a, cap=1e9), full)
    agree("sink at -∞ = full", pairwise.sink(**a, sink=np.full(4, -1e4)), full)
    agree("one document = full", pairwise.document_mask(**a, documents=np.zeros((2, TOKENS), int)), full)
    agree("no prefix = causal", pairwise.prefix_lm(**a, prefix=0), full)
    agree("prefix of all = bidirectional", pairwise.prefix_lm(**a, prefix=TOKENS), pairwise.attention_bidirectional(**a))
    agree("no forgetting = full", pairwise.forgetting(**a, log_f=np.zeros((2, TOKENS, 4))), full)
    agree("urpe with ones = full", pairwise.urpe(**a, c=np.ones((4, 5))), full)
    agree("no bias = unscaled attention", pairwise.t5_bias(a["q"] * 8 ** -0.5, a["k"], a["v"], np.zeros((32, 4))), full)
    far = {key: value[:, -9:] for key, value in a.items()}
    even = np.arange(0, 8, 2)
    moved = [pairwise.turned(far[key], even, even + 1, positions=np.arange(100, 109)) for key in "qk"]
    agree("rope sees distances only", pairwise.causal(*moved, far["v"]), pairwise.rope(**far))
    s = sample("aaren")
    query = np.ones((2, TOKENS, 4, 1))
    agree("aaren = attention of one query", linear.aaren(**s),
          pairwise.causal(query, s["s"][..., None], s["v"], scale=1.0))


def memory_identities(taps):
    x, order = sample("lmu")["x"], taps.shape[1]
    heads, first = np.ones((4, 1)), np.eye(order)[:1]
    shift = np.broadcast_to(np.eye(order, k=-1), (4, order, order))
    agree("lmu of a shift register = a causal toeplitz", convolution.lmu(x, shift, heads * first, taps),
          convolution.apply(convolution.toeplitz_matrix(taps, *x.shape[:2]), x))
    a, b = (np.stack([part] * 4) for part in convolution.legendre_memory(5, 4.0))
    for n in range(5):
        c = heads * np.eye(5)[n]
        agree(f"lmu holds a constant as polynomial 0, coefficient {n}",
              1 + convolution.lmu(np.ones((2, 90, 4, 1)), a, b, c)[:, -1], np.full((2, 4, 1), 1.0 + (n == 0)))
    twice = convolution.legendre_memory(5, 2.0)
    agree("lmu: two tokens are one of twice the length", a[0] @ a[0], twice[0])
    agree("lmu: an input held over two tokens", a[0] @ b[0] + b[0], twice[1])


def convolution_identities():
    s = sample("short_conv")
    u = np.stack([[np.convolve(s["x"][b, :, d, 0], s["taps"][d])[:TOKENS] for d in range(4)] for b in range(2)]
                 ).transpose(0, 2, 1)[..., None]
    agree("short_conv = silu of numpy.convolve", convolution.short_conv(**s), u / (1 + np.exp(-u)))
    t = sample("toeplitz")
    agree("toeplitz = the middle of numpy.convolve", convolution.toeplitz(**t)[..., 0], np.stack(
        [[np.convolve(t["x"][b, :, h, 0], t["taps"][h])[4:4 + TOKENS] for h in range(4)] for b in range(2)]
    ).transpose(0, 2, 1))
    memory_identities(t["taps"])
    h = sample("hyena")
    ones = np.ones_like(h["x0"])
    agree("hyena without gates = toeplitz", convolution.hyena(ones, ones, h["v"], h["taps"], 0 * h["bias"]),
          convolution.apply(convolution.toeplitz_matrix(h["taps"], *h["v"].shape[:2]), h["v"]))


def empty():
    for name in MIXERS:
        for tokens in (0, 1):
            y = oracle(name)(**sample(name, tokens))
            good = y.shape[1] == tokens and np.isfinite(y).all()
            agree(f"{name}: {tokens} tokens", np.float64([good]), np.float64([1]))


if __name__ == "__main__":
    steps()
    for name in MIXERS:
        if name not in ("attention_bidirectional", "attention_cross", "prefix_lm", "hydra", "toeplitz"):
            causal(name)
    for identities in (delta_identities, decay_identities, pairwise_identities, convolution_identities, empty):
        identities()
    print(f"{failures} disagree")
