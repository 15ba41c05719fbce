"""diagnostics.py ROOT: lists the diagnostics in the sources that no test expects; exit code 1 if there are any.

A diagnostic is a call that makes an error or a warning; its words are the string literals among its arguments. A test
expects it if the longest run of words between two inserted values stands in a file below test/."""
import re
import sys
from pathlib import Path

MAKERS = re.compile(
    r"\b(emitOpError|emitError|emitWarning|emitRemark|inputError|fileError|makeError|createStringError|fail|usageError|"
    r"reportError|expects|unexpected|make_error<TargetError>)\s*\(")
DEFINITION = re.compile(r"\b(Error|Status|int|bool|void|weft_status) (\w+::)?$")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
COMMENT = re.compile(r"//[^\n]*")
# Messages that no test can bring about from outside, and why.
UNTESTABLE = (
    "no memory for",  # an allocator that fails
    "bytes of weights",
    "no temporary directory",
    "cannot start",  # the system refuses a thread
    "binary data",  # the JSON reader has no such event for text
    "no code generator for",  # LLVM is built with the host's
    "install the development files of the C library",  # a damaged system
    "where libweft.so is",  # a damaged installation
    "the model does not simplify",  # the reference is compiled first, and fails
    "expects time on axis",  # then the batch is dynamic, which is refused first
    "a matrix cannot be a block argument of",  # the op that passes it is refused first
    "expects a static number of heads and channels",  # as the verifier does, before
    "expects an op that decomposes",  # all aggregates between mixers do
    "expects an op that tiles",  # all of linalg does
    "expects loops of every op in a kernel",  # all of linalg on buffers has them
    "a GPU kernel calls",  # what it cannot compute is refused before
    "cannot inline",  # MLIR inlines any body of one block
    "the model has no interface",  # a pass of the same pipeline gives it one
)
# Where tests may write a message otherwise: at what a format inserts, quotes, hints and prefixes.
INSERTED = re.compile(r"%(?:ll|l|z)?[-.\d]*[a-zA-Z]|\{\d[^}]*\}|'| \(|: ")


def statement(text, start):
    """From a call to the end of its statement; a string may hold anything."""
    end = start
    while end < len(text) and text[end] != ";":
        literal = LITERAL.match(text, end)
        end = literal.end() if literal else end + 1
    return text[start:end]


def longest_words(call):
    """The longest run of words that the message has for sure."""
    call = re.sub(r'"\s*PRI\w+', 'd"', call)
    joined = re.sub(r'"\s*"', "", call)
    runs = [run for literal in LITERAL.findall(joined) for run in INSERTED.split(literal)]
    runs = [re.sub(r"\s+", " ", run.replace('\\"', '"').replace("\\\\", "\\")).strip(" :,;()[]") for run in runs]
    return max(runs, key=len, default="")


def diagnostics(root):
    for folder in ("dialects", "lib", "tools"):
        for path in sorted((root / folder).rglob("*.cpp")) + sorted((root / folder).rglob("*.h")):
            text = COMMENT.sub("", path.read_text())
            for call in MAKERS.finditer(text):
                if DEFINITION.search(text[max(0, call.start() - 40) : call.start()]):
                    continue
                words = longest_words(statement(text, call.start()))
                if len(words) >= 6 and " " in words:
                    yield path.relative_to(root), text.count("\n", 0, call.start()) + 1, words


def tests(root):
    files = [path for path in (root / "test").rglob("*")
             if path.suffix in (".mlir", ".test", ".py", ".sh", ".txt", ".c", ".cpp") and "house" not in path.relative_to(root).parts]
    text = "\n".join(path.read_text(errors="replace") for path in files)
    # FileCheck writes brackets and braces of a message escaped or as patterns.
    return re.sub(r"\s+", " ", text.replace("{{\\[}}", "[").replace("\\", ""))


def main():
    root = Path(sys.argv[1])
    expected, missing, count = tests(root), [], 0
    for path, line, words in sorted(set(diagnostics(root))):
        count += 1
        if words.replace("\\", "") not in expected and not words.startswith(UNTESTABLE):
            missing.append(f"{path}:{line}: no test expects '{words}'")
    print(*missing, sep="\n", end="\n" if missing else "")
    print(f"{count} diagnostics, {len(missing)} without a test")
    sys.exit(1 if missing else 0)


main()
