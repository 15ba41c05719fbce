"""Whether a block program is the form that it claims to be.

Read from the `blocks` dump of the file as it is, with T unknown: a tensor of
two unknown dimensions is a T × T matrix, for tiles have one at most (the rest
of a sequence that the chunk does not divide)."""
import re

TENSOR = re.compile(r"tensor<((?:\d+x|\?x)+)[a-z]\w*>")
CONTRACTION = re.compile(r"linalg\.(contract|matmul|batch_matmul)\b")
TABLE = re.compile(r"arith\.constant dense<.*> : tensor<\d+(x\d+)*xf32>")


def square(text):
    """The first tensor of T × T entries."""
    return next((dims for dims in TENSOR.findall(text) if dims.count("?") > 1), None)


def steps(text):
    """Steps of the loops, in tokens or whatever they run over."""
    return {int(step) for step in re.findall(r"scf\.for .* step %c(\d+)\b", text)}


def fault(text, form, chunk):
    """What shows that `text` is not in this form; None if it is."""
    if form == "dense":
        return None if square(text) else "dense form without a T x T tensor"
    if form != "auto" and square(text):
        return f"a tensor<{square(text)}...> of T x T entries"
    if form in ("chunked", "blocked") and not CONTRACTION.search(text):
        return "no contraction"
    if form in ("chunked", "blocked", "scan") and chunk not in steps(text):
        return f"no loop over chunks of {chunk} tokens"
    if form == "recurrent" and 1 not in steps(text):
        return "no loop over tokens"
    if form == "scan" and chunk >= 8 and not {2, 4} <= steps(text):
        return "no levels of a tree that combines neighbours, then every second"
    if form == "fft" and (CONTRACTION.search(text) or not TABLE.search(text)):
        return "a direct product, or no table of roots of unity"
    return None
