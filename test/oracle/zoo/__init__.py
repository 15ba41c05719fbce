"""The mixers of mixers/ in numpy f64, one function each, from their formulas.

The parameters of a function are the `mixer.name`s of the arguments of the file
mixers/NAME.mlir. Nothing here was computed by weft or imports from it."""
import inspect

from . import convolution, delta, linear, pairwise, sequential

MIXERS = {
    "attention": pairwise, "attention_bidirectional": pairwise, "attention_grouped": pairwise,
    "attention_cross": pairwise, "sliding_window": pairwise, "alibi": pairwise, "t5_bias": pairwise,
    "rope": pairwise, "rope_half": pairwise, "rope_partial": pairwise, "soft_cap": pairwise, "sink": pairwise,
    "document_mask": pairwise, "prefix_lm": pairwise, "forgetting": pairwise, "urpe": pairwise,
    "linear_attention": linear, "retnet": linear, "ssd": linear, "gla": linear, "hgrn2": linear,
    "aaren": linear, "rwkv4": linear, "rwkv6": linear, "mlstm": linear, "hydra": linear, "mamba1": linear,
    "rg_lru": linear, "min_gru": linear, "lru": linear,
    "delta_net": delta, "gated_delta_net": delta, "kda": delta, "delta_product": delta, "rwkv7": delta,
    "toeplitz": convolution, "short_conv": convolution, "hyena": convolution, "s4d": convolution,
    "lmu": convolution,
    "elman": sequential, "lstm": sequential, "gru": sequential, "slstm": sequential,
}


def oracle(name):
    """The function of a mixer; KeyError if there is none."""
    return getattr(MIXERS[name], name)


def parameters(name):
    return [p.name for p in inspect.signature(oracle(name)).parameters.values() if p.default is p.empty]
