"""Rows about bad input: one clear error, the documented exit code, no output."""
import os
import struct
import subprocess
import sys
import tempfile

from suite import ROOT, lit, run

TINY = os.path.join(ROOT, "test/models/tiny/tiny.gguf")


def refuses(command, code, words, output=None, env=None):
    """The command ends with `code`, says `words` in one error, and leaves no
    `output`."""
    done = subprocess.run(command, capture_output=True, timeout=120, env=env)
    text = done.stderr.decode(errors="replace")
    errors = [line for line in text.splitlines() if "error" in line]
    left = output is not None and os.path.exists(output)
    good = done.returncode == code and len(errors) == 1 and not left and \
        all(word in text for word in words)
    return good, f"exit {done.returncode}: {text.strip()[:160]!r}" + (" and left its output" if left else "")


def changed(folder, name, edit):
    data = bytearray(open(TINY, "rb").read())
    data = edit(data)
    path = os.path.join(folder, name)
    open(path, "wb").write(data)
    return path


def add_rows(suite):
    weftc, folder = suite.tool("weftc"), tempfile.mkdtemp()
    out = os.path.join(folder, "out")
    model = os.path.join(folder, "tiny")
    subprocess.run([weftc, TINY, "-o", model], check=True)

    def compile_row(what, path, code, words):
        suite.row(f"bad input: {what}", lambda: refuses([weftc, path, "-o", out], code, words, out))

    compile_row("truncated GGUF", changed(folder, "short.gguf", lambda d: d[:len(d) // 2]), 1, ["short.gguf"])
    compile_row("foreign GGUF", changed(folder, "foreign.gguf", lambda d: b"XXXX" + d[4:]), 1, ["foreign.gguf"])
    compile_row("unknown architecture", changed(
        folder, "arch.gguf", lambda d: d.replace(b"llama", b"lemma")), 1, ["arch.gguf", "lemma"])
    compile_row("missing tensor", changed(
        folder, "missing.gguf", lambda d: d.replace(b"output_norm", b"oatput_norm")), 1, ["missing.gguf", "output_norm"])
    compile_row("no such file", os.path.join(folder, "none.gguf"), 5, ["none.gguf"])
    suite.row("bad input: every GGUF, safetensors and .npy message", lambda: lit(suite.build, r"runtime/bad-"))
    suite.row("bad input: unknown flag of weftc", lambda: refuses(
        [weftc, TINY, "-o", out, "--chnk=3"], 2, ["--chnk", "--chunk"], out))
    suite.row("bad input: unknown processor", lambda: refuses(
        [weftc, TINY, "-o", out, "--target=pentium9"], 4, ["pentium9"], out))
    suite.row("bad input: unwritable output", lambda: refuses(
        [weftc, TINY, "-o", os.path.join(folder, "no/such/out")], 5, ["no/such/out"]))
    # The suffix of an output says its format, so the full disk needs a name.
    full = os.path.join(folder, "full.npy")
    os.symlink("/dev/full", full)
    suite.row("bad input: disk full", lambda: refuses(
        [model, "-i", f"input_ids={ids_file(folder)}", "-o", f"logits={full}"], 5, ["full.npy", "No space left"]))
    suite.row("bad input: prompt longer than the context", lambda: refuses(
        [model, "--tokens", ",".join(["5"] * 300), "-n", "1", "--print-tokens"], 1, ["300", "256"]))
    suite.row("bad input: broken UTF-8 prompt", lambda: refuses(
        [model, "-p", b"abc\xff", "-n", "1"], 1, ["UTF-8"]))
    suite.row("bad input: unknown flag of an executable", lambda: refuses([model, "--treads=1"], 2, ["--treads", "--threads"]))
    suite.row("bad input: a cut weights file of an executable", lambda: refuses(
        [model, "--weights", changed(folder, "cut.gguf", lambda d: d[:64]), "--tokens", "1", "-n", "1"], 1, ["cut.gguf"]))
    suite.row("bad input: weights of another shape", lambda: refuses(
        [model, "--weights", other_shape(folder), "--tokens", "1", "-n", "1"], 1, ["norm-shape.gguf", "[64]", "[65]"]))
    suite.row("bad input: an output whose suffix says nothing", lambda: refuses(
        [weftc, TINY, "-o", out + ".xyz"], 2, [".xyz", ".so"], out + ".xyz"))


def other_shape(folder):
    """The model with a norm of 65 numbers instead of 64."""
    run([sys.executable, os.path.join(ROOT, "test/tools/Inputs/bad_models.py"), TINY, folder])
    return os.path.join(folder, "norm-shape.gguf")


def ids_file(folder):
    """[1, 3] int64 ids as .npy, written by hand: numpy is not needed here."""
    path = os.path.join(folder, "ids.npy")
    header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 3), }"
    header = header.ljust(117) + "\n"
    with open(path, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        out.write(struct.pack("<3q", 1, 2, 3))
    return path
