"""Whether a block program is the form that it claims to be.

Read from the `blocks` dump for a fixed number of tokens, which no other size in
the file equals: a tensor with two dimensions of that size is a T × T matrix."""
import re

TOKENS = 112
TENSOR = re.compile(r"tensor<((?:\d+x|\?x)+)[a-z]\w*>")
CONTRACTION = re.compile(r"linalg\.(?:contract|matmul|batch_matmul|generic)\b.*")


def shapes(text):
    return [tuple(dims[:-1].split("x")) for dims in TENSOR.findall(text)]


def square(text):
    """A tensor of T × T entries."""
    size = str(TOKENS)
    return next((shape for shape in shapes(text) if shape.count(size) > 1), None)


def contractions(text):
    """Shapes of the tensors in each contraction: its operands hold a common
    dimension that the result lacks."""
    return [shapes(line) for line in text.splitlines() if "linalg.contract" in line or "matmul" in line]


def chunk_sized(text, chunk):
    return any(any(shape.count(str(chunk)) for shape in line) for line in contractions(text))


def fault(text, form, chunk):
    """What shows that `text` is not in this form; None if it is."""
    if form in ("recurrent", "chunked", "scan", "lanes", "blocked", "direct", "fft") and square(text):
        return f"{form} form has a T x T tensor {'x'.join(square(text))}"
    if form in ("chunked", "blocked") and 1 < chunk < TOKENS and not chunk_sized(text, chunk):
        return f"{form} form has no contraction on tensors of {chunk} tokens"
    if form == "recurrent" and not re.search(r"scf\.for .* step %c1 ", text):
        return "recurrent form has no loop over tokens"
    return None
