"""Small inputs for every mixer, for checks that run without weft."""
import numpy as np

B, H, K, V, N = 2, 4, 8, 6, 5


def shapes(tokens):
    """Shapes by parameter name; what a mixer has otherwise is in OWN."""
    head, key, value, per_head = (B, tokens, H), (B, tokens, H, K), (B, tokens, H, V), (B, tokens, H)
    return {"q": key, "k": key, "v": value, "c": key, "b": key, "x": value, "r": key, "log_a": per_head,
            "log_f": per_head, "log_i": per_head, "beta": per_head, "s": head, "u": (H, K), "log_w": key,
            "kappa": key, "a": key, "cf": key, "bf": key, "cb": key, "bb": key, "log_af": per_head,
            "log_ab": per_head, "d": per_head, "sink": (H,), "documents": (B, tokens), "bias": (32, H)}


def own(name, tokens):
    channel, one = (B, tokens, H), (B, tokens, H, 1)
    return {
        "attention_grouped": {"k": (B, tokens, 2, K), "v": (B, tokens, 2, V)},
        "attention_cross": {"k": (B, 11, H, K), "v": (B, 11, H, V)},
        "urpe": {"c": (H, 7)},
        "gla": {"log_a": (B, tokens, H, K)}, "kda": {"log_a": (B, tokens, H, K)},
        "hgrn2": {"log_f": (B, tokens, H, K)},
        "ssd": {"c": (B, tokens, 1, K), "b": (B, tokens, 1, K)},
        "gated_delta_net": {"q": (B, tokens, 2, K), "k": (B, tokens, 2, K)},
        "rwkv4": {"k": channel, "v": one, "log_w": (H,), "u": (H,)},
        "mamba1": {"x": one, "dt": channel, "a": (H, N), "b": (B, tokens, 1, N), "c": (B, tokens, 1, N)},
        "rg_lru": {"x": one, "i": one}, "min_gru": {"h": one},
        "lru": {"u": (B, tokens, 1, 2 * N), "c": (H, 2 * N), "log_r": (1, N), "theta": (1, N)},
        "delta_product": {"k": (B, tokens, 2, H, K), "v": (B, tokens, 2, H, V), "beta": (B, tokens, 2, H)},
        "toeplitz": {"taps": (H, 9)}, "short_conv": {"x": one, "taps": (H, 4)},
        "hyena": {"x0": one, "x1": one, "v": one, "taps": (H, 9), "bias": (H,)},
        "s4d": {"x": one, "log_dt": (H,), "log_a": (H, N), "a_imag": (H, N), "c": (H, N, 2)},
        "lmu": {"a": (H, N, N), "b": (H, N), "c": (H, N)},
        "elman": {"x": (B, tokens, H, K), "r": (H, K, K), "bias": (H, K)},
        "lstm": {"x": (B, tokens, H, 4, K), "r": (H, K, 4, K), "bias": (H, 4, K)},
        "gru": {"x": (B, tokens, H, 3, K), "r": (H, K, 3, K), "bias": (H, 4, K)},
        "slstm": {"x": (B, tokens, H, 4, K), "r": (H, K, 4, K), "bias": (H, 4, K)},
    }.get(name, {})


def draw(name, parameters, tokens, seed=1):
    """Normal numbers; log decays at most 0, gates in (0, 1), keys that are
    erased of length one, ids that rise."""
    random = np.random.default_rng(seed)
    known = {**shapes(tokens), **own(name, tokens)}
    result = {}
    for parameter in parameters:
        value = random.standard_normal(known[parameter])
        if parameter in ("log_a", "log_f", "log_w", "log_af", "log_ab", "log_r") and name != "s4d":
            value = -np.abs(value)
        elif name == "mamba1" and parameter in ("dt", "a"):
            value = np.abs(value) * (1 if parameter == "dt" else -1)
        elif name == "lmu":
            value *= 0.3 if parameter == "a" else 1
        elif parameter in ("beta", "a", "i") and name != "mamba1":
            value = 1 / (1 + np.exp(-value))
        elif parameter == "kappa" or (parameter == "k" and "beta" in parameters):
            value /= np.linalg.norm(value, axis=-1, keepdims=True)
        elif parameter == "documents":
            value = np.cumsum(np.abs(value) > 1.2, axis=1)
        elif parameter == "r" and name in ("elman", "lstm", "gru", "slstm"):
            value *= 0.3
        result[parameter] = value
    return result
