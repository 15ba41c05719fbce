"""weftc, called for one file in one form."""
import re
import subprocess

REMARK = re.compile(r"^(\w+): (\w+): (\w+)(?:, chunk (\d+))?: because (.*)$", re.M)


class Refused(Exception):
    """weftc said no; the text is what it said."""


def weftc(*arguments):
    done = subprocess.run(["weftc", *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise Refused(done.stderr.strip() or f"exit code {done.returncode}")
    return done.stdout + done.stderr


def forms_of(path, folder):
    """The forms of the normal forms that a file becomes, in weftc's words:
    [(forms of one op)], empty if it runs without a form."""
    try:
        weftc(path, "-o", folder / "forms.mlir", "--form=none")
    except Refused as refusal:
        lists = re.findall(r"(?:is not one of|has the forms?) ([\w, ]+?)(?: or dense)?$", str(refusal), re.M)
        if not lists:
            raise
        return [tuple(text.split(", ")) for text in lists]
    return []


def compile_form(path, output, form, chunk, *more):
    """Compiles and returns [(op, form, chunk)] of the entry, as --explain says."""
    flags = ([f"--form={form}"] if form != "auto" else []) + ([f"--chunk={chunk}"] if chunk else [])
    text = weftc(path, "-o", output, "--explain", *flags, *more)
    return [(op, taken, int(size or 0)) for function, op, taken, size, _ in REMARK.findall(text)
            if function not in ("prefill", "step")]
