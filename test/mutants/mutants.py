"""The mistakes: where each is made, and the tests that must catch it.

`old` is a piece of the file that occurs once; when the code around a mistake
changes, mutate.py says so and the entry is brought up to date. `tests` is a
regular expression over the names of lit tests; they compute numbers, so that a
mistake is caught by what it does and not by how the IR looks."""
from collections import namedtuple

Mutant = namedtuple("Mutant", "name what file old new tests")

MIXER, TRANSFORM = "lib/convert/mixer/", "lib/transform/"
ATTEND, CONVOLVE = r"convert/run-attend|run/blocks", r"convert/run-convolve|run/blocks"
RECURRENT, CHUNKED = r"convert/run-recurrent|convert/run-scan", r"convert/run-chunked|convert/run-scan"
DECODE = r"models/tiny|run/blocks"

MUTANTS = [
    # Attention
    Mutant("causal-mask-strict", "a row does not see its own token",
           MIXER + "AttendToBlocks.cpp",
           "b.min(upper, b.add(b.sub(bounds.last, shift), b.index(1)))",
           "b.min(upper, b.sub(bounds.last, shift))", ATTEND),
    Mutant("window-off-by-one", "a window ends one token early: j > lo where j ≥ lo is meant",
           MIXER + "MaskColumns.cpp",
           "bounds.first = bounds.first ? b.max(bounds.first, value.lo) : value.lo;",
           "Value lo = b.add(value.lo, b.index(16));\n    bounds.first = bounds.first ? b.max(bounds.first, lo) : lo;",
           ATTEND + "|convert/run-mask"),
    Mutant("partial-block-as-full", "a block of which a part is present is not masked",
           MIXER + "AttendToBlocks.cpp",
           "return b.ifElse(present.lo, [&]() -> Values { return {s}; }, mask).front();",
           "return b.ifElse(present.hi, [&]() -> Values { return {s}; }, mask).front();", ATTEND),
    Mutant("softmax-values-not-rescaled", "weighted values keep the scale of an old maximum",
           MIXER + "AttendToBlocks.cpp",
           "return {arith::MulFOp::create(b, x[1], x[0])};\n                  })\n            .front();\n  acc = b.contract",
           "return {x[1]};\n                  })\n            .front();\n  acc = b.contract", ATTEND),
    Mutant("softmax-sum-not-rescaled", "the sum of weights keeps the scale of an old maximum",
           MIXER + "AttendToBlocks.cpp",
           "return {factor, arith::MulFOp::create(b, x[3], factor)};", "return {factor, x[3]};", ATTEND),
    Mutant("absent-row-divided", "a row without any column is 0 / 0",
           MIXER + "AttendToBlocks.cpp",
           "return {arith::SelectOp::create(b, none, zero, divided)};", "return {divided};", ATTEND),
    Mutant("query-heads-interleaved", "query head h reads key head h mod Hk",
           MIXER + "AttendToBlocks.cpp",
           "Value head = b.add(b.mul(iv[1], group), iv[2]);",
           "Value head = b.add(b.mul(iv[2], staticDim(op.getK(), 2)), iv[1]);", ATTEND),
    Mutant("cache-overwritten", "keys of a later piece go to the start of the cache",
           MIXER + "AttendCache.cpp",
           "Value start = op.getKCache() ? op.getLength() : b.index(0);", "Value start = b.index(0);", DECODE),
    # Convolution
    Mutant("taps-reversed", "the first tap multiplies the oldest token",
           MIXER + "ConvolveToBlocks.cpp",
           "int64_t row = op.getReverse() ? l : L - 1 - l;", "int64_t row = op.getReverse() ? L - 1 - l : l;", CONVOLVE),
    Mutant("window-state-shifted", "the window of the next piece begins a token late",
           MIXER + "ConvolveToBlocks.cpp",
           "Value from = b.sub(b.index(L - 1), keep), first = b.sub(T, from);",
           "Value from = b.sub(b.index(L - 1), keep);\n"
           "  Value first = b.max(b.sub(b.sub(T, from), b.index(1)), b.index(0));", CONVOLVE + "|" + DECODE),
    Mutant("window-not-read", "the first tokens of a piece see nothing before them",
           MIXER + "ConvolveToBlocks.cpp", "  if (!window) {", "  if (true) {", CONVOLVE + "|" + DECODE),
    # Scan, token by token
    Mutant("decay-sign", "the state grows where it should decay",
           MIXER + "ScanRecurrent.cpp",
           "[&](ValueRange x) { return exp(x[0]); })\n                    : fixedDecay;",
           "[&](ValueRange x) { return exp(sub(zero(), x[0])); })\n                    : fixedDecay;", RECURRENT),
    Mutant("read-order", "reads before the write see it, reads after do not",
           MIXER + "ScanRecurrent.cpp",
           "Value seen = scan.readsBefore ? before[plane] : after;",
           "Value seen = scan.readsBefore ? after : before[plane];", RECURRENT),
    Mutant("key-query-swapped", "what is written with q is read with k",
           MIXER + "ScanRecurrent.cpp", "Terms ins = token.q, outs;\n  ins.append(token.k);",
           "Terms ins = token.k, outs;\n  ins.append(token.q);", RECURRENT),
    Mutant("reset-leaks", "a packed sequence begins with the state of the one before",
           MIXER + "ScanRecurrent.cpp",
           "before.push_back(unless(token.reset, old[plane], zero()));", "before.push_back(old[plane]);", RECURRENT),
    Mutant("padding-changes-state", "padding is written like a token",
           MIXER + "ScanRecurrent.cpp",
           "next.push_back(unless(token.padding, after, old[plane]));", "next.push_back(after);", RECURRENT),
    Mutant("erase-before-decay", "erases read the state before its decay where they should after",
           MIXER + "ScanRecurrent.cpp", "if (!scan.erasesDecayed)", "if (true)", RECURRENT),
    Mutant("gain-dropped", "what is written has no gain",
           MIXER + "ScanRecurrent.cpp",
           "token.written = b.map({gain, after}, element, [&](ValueRange x) {\n    return exp(sub(x[0], x[1]));",
           "token.written = b.map({gain, after}, element, [&](ValueRange x) {\n    return exp(sub(x[1], x[1]));", RECURRENT),
    Mutant("rotation-reversed", "the state turns the other way",
           MIXER + "ScanRecurrent.cpp",
           "kept = plane == 0 ? sub(own, mixed) : add(own, mixed);",
           "kept = plane == 0 ? add(own, mixed) : sub(own, mixed);", RECURRENT),
    Mutant("bonus-dropped", "the own token's value has no weight of its own",
           MIXER + "ScanRecurrent.cpp", "mul(mul(x[0], x[2]), x[1])", "mul(x[0], x[1])", RECURRENT),
    # Scan by chunks
    Mutant("chunk-state-not-carried", "a chunk begins with an empty state",
           MIXER + "HeadTransition.cpp", '  y = b.contract("ip/n", {"in", "np", "ip"}, x, state, y);\n', "", CHUNKED),
    Mutant("chunk-state-undecayed", "the state crosses a chunk without its decay",
           MIXER + "HeadTransition.cpp", "  if (weighted) {", "  if (false) {", CHUNKED),
    Mutant("positive-exponent", "decays between tokens are inverted",
           MIXER + "HeadTransition.cpp",
           "Value log = logDifference(b, in.take_front(2), in.slice(2, 2));\n      if (keep)",
           "Value log = logDifference(b, in.slice(2, 2), in.take_front(2));\n      if (keep)", CHUNKED),
    Mutant("solve-wrong-side", "the triangular solve reads the columns of its matrix",
           MIXER + "ScanChunked.cpp",
           "Value weights = b.slice(diagonal, {weft::at(row), range(from, step)});",
           "Value weights = b.slice(diagonal, {range(from, step), weft::at(row)});", CHUNKED),
    Mutant("solve-not-strict", "a token's erase reads what the token writes",
           MIXER + "ScanChunked.cpp", "    erases.strict = true;\n", "    erases.strict = false;\n", CHUNKED),
    Mutant("chunk-bonus-dropped", "a chunk forgets the weight of the own token",
           MIXER + "ScanChunked.cpp", "    y = addBonus(chunk, y, at);\n", "    y = y;\n", CHUNKED),
    Mutant("channel-decay-anchor", "channel decays are taken from the last row of a block: exponents above 0",
           MIXER + "ChannelTransition.cpp", ": b.max(b.sub(block.at, b.index(1)), b.index(0));",
           ": b.add(block.at, b.index(block.rows - 1));", CHUNKED),
    Mutant("channel-state-undecayed", "the state crosses a chunk without its channel decays",
           MIXER + "ChannelTransition.cpp",
           "return {decayed(b, in[4], in.take_front(2),\n                                      in.slice(2, 2), number, none)};",
           "return {in[4]};", CHUNKED),
    # Decode
    Mutant("position-not-advanced", "every piece begins at position 0",
           TRANSFORM + "Stateful.cpp", "    op.getStartMutable().assign(start);\n", "", DECODE),
    Mutant("last-row-is-first", "prefill gives the first row instead of the last",
           TRANSFORM + "OneToken.cpp", "  offsets[*axis] = last;\n", "", DECODE + "|convert/run-frame"),
]
