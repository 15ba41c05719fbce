#include "lib/driver/new/NewMixer.h"

#include "lib/driver/Diagnostics.h"
#include "lib/runtime/OutputFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace weft;
using namespace weft::driver;

namespace {
/// A file to begin with; every NAME in its text is the mixer's name.
struct Stub {
  StringLiteral suffix, text;
};
} // namespace

static constexpr Stub kStubs[] = {
    {".mlir", R"(// NAME: say in one line what it does.
//
//     M_ij = 0.25 q_i·k_j exp(Σ_{j < s ≤ i} log_a_s)    j ≤ i
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], log_a [B, T, H].
// Paper: authors, year, arXiv number.
func.func @NAME(
    %q: tensor<2x?x2x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x2x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x2x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_a: tensor<2x?x2xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: -2.0, 0.0>})
    -> (tensor<2x?x2x8xf32> {mixer.name = "y"}) {
  %L = mixer.decay %log_a : tensor<2x?x2xf32>
  %G = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>
  %M = mixer.hadamard %L, %G
  %y = mixer.apply %M, %v : tensor<2x?x2x8xf32> -> tensor<2x?x2x8xf32>
  return %y : tensor<2x?x2x8xf32>
}
)"},
    {"_test.py",
     R"("""NAME against its formula, entry by entry in float64: python3 NAME_test.py [WEFTC]"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np


def entry(q, k, v, log_a, i, j):
    """M_ij for every batch entry and head; j <= i."""
    return 0.25 * np.sum(q[:, i] * k[:, j], axis=-1) * np.exp(np.sum(log_a[:, j + 1:i + 1], axis=1))


def formula(q, k, v, log_a):
    """y_i = sum of M_ij v_j over j <= i."""
    y = np.zeros(v.shape)
    for i in range(v.shape[1]):
        for j in range(i + 1):
            y[:, i] += entry(q, k, v, log_a, i, j)[..., None] * v[:, j]
    return y


def draw(tokens, random):
    return {"q": random.standard_normal((2, tokens, 2, 16)), "k": random.standard_normal((2, tokens, 2, 16)),
            "v": random.standard_normal((2, tokens, 2, 8)), "log_a": random.uniform(-2, 0, (2, tokens, 2))}


def main(weftc="weftc"):
    model, random = Path(__file__).with_name("NAME.mlir"), np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run([weftc, model, "-o", folder / "model"], check=True)
        for tokens in (1, 16, 17, 50):
            inputs = {name: x.astype(np.float32) for name, x in draw(tokens, random).items()}
            arguments = []
            for name, x in inputs.items():
                np.save(folder / f"{name}.npy", x)
                arguments += ["-i", f"{name}={folder / name}.npy"]
            subprocess.run([folder / "model", *arguments, "-o", f"y={folder / 'y.npy'}"], check=True)
            expected = formula(**{name: x.astype(np.float64) for name, x in inputs.items()})
            error = np.abs(np.load(folder / "y.npy") - expected).max() / np.abs(expected).max()
            print(f"{'PASS' if error <= 2e-5 else 'FAIL'} {tokens} tokens, error {error:.1e}")
            if not error <= 2e-5:
                sys.exit(3)


main(*sys.argv[1:])
)"},
    {".md", R"(# NAME

What it does and when to use it, in two sentences.

    M_ij = 0.25 q_i·k_j exp(Σ_{j < s ≤ i} log_a_s)    j ≤ i

| argument | shape | what it is |
|---|---|---|
| `q`, `k` | [B, T, H, K] | queries and keys |
| `v` | [B, T, H, V] | values |
| `log_a` | [B, T, H] | log of the decay, never positive |

Paper: authors, year, arXiv number.

    weftc NAME.mlir -o NAME --explain    # the form it takes, and why
    python3 NAME_test.py                 # against the formula in numpy
    weftc check NAME.mlir                # every form against the dense matrix
    weftc plot NAME.mlir                 # the matrix and its blocks
)"}};

static bool isName(StringRef name) {
  return !name.empty() && isLower(name.front()) && all_of(name, [](char c) {
    return isLower(c) || isDigit(c) || c == '_';
  });
}

static std::string withName(StringRef text, StringRef name) {
  SmallVector<StringRef> parts;
  text.split(parts, "NAME");
  return join(parts, name);
}

static int writeStub(const std::string &path, StringRef text) {
  auto file = runtime::OutputFile::create(path);
  runtime::Status status =
      file ? file->write(text) : runtime::Status(file.takeError());
  if (status)
    status = file->commit();
  return status ? kSuccess : fail(kFileError, status.error().message);
}

int driver::newMixer(StringRef name) {
  if (!isName(name))
    return fail(kUsageError, "weftc new mixer: expects a name of lower-case "
                             "letters, digits and _, got '" +
                                 name + "'");
  for (const Stub &stub : kStubs)
    if (sys::fs::exists(name + stub.suffix))
      return fail(kFileError, name + stub.suffix +
                                  ": exists and is not overwritten; remove it "
                                  "or choose another name");
  for (const Stub &stub : kStubs) {
    std::string path = (name + stub.suffix).str();
    if (int code = writeStub(path, withName(stub.text, name)))
      return code;
    outs() << "wrote " << path << "\n";
  }
  return kSuccess;
}
