"""Every op of the mixer dialect is described and shown, and what is shown
parses.

`examples.py MIXER_TD INCLUDE...` reads the records of the dialect with
llvm-tblgen. An example may use values that it does not define: they become
arguments, of the type that the example or the table below gives them. Matrices
are made by an op of their own.
"""

import json
import re
import subprocess
import sys

MATRIX = "!mixer.matrix"
# Values whose type no example spells out.
TYPES = {"%T": "index", "%pos": "index", "%keep": "i1"}


def operations(td, includes):
    flags = [flag for folder in includes for flag in ("-I", folder)]
    text = subprocess.run(["llvm-tblgen", "--dump-json", *flags, td], check=True,
                          capture_output=True, text=True).stdout
    records = json.loads(text)
    for name in records["!instanceof"]["Op"]:
        op = records[name]
        if op["opDialect"]["def"] == "Mixer_Dialect":
            yield "mixer." + op["opName"], op["summary"], op["description"]


def free_values(example):
    """Values used but not defined, with the types that stand beside them."""
    defined = set(re.findall(r"(%\w+)(?=[,:\w% ]*\s=\s)", example))
    defined |= set(re.findall(r"(%\w+)\s*:", "".join(re.findall(r"\^bb0\((.*?)\):", example))))
    used = dict.fromkeys(v for v in re.findall(r"%\w+", example) if v not in defined)
    types = dict(TYPES)
    tensor = r"tensor<[^<>]*>"
    # "(%a, %b : t, u)" gives both; "%q, %k ... : t, u" at the end of an op too.
    for values, kinds in re.findall(rf"((?:%\w+, )*%\w+) : ({tensor}(?:, {tensor})*)", example):
        for value, kind in zip(values.split(", "), re.findall(tensor, kinds)):
            if value not in TYPES and not value[1].isupper():
                types[value] = kind
    for line in re.sub(r"\([^()]*\)", "", example.replace("\n    ", " ")).splitlines():
        head, _, tail = line.partition(" : ")
        kinds = re.findall(tensor, tail.split("->")[0])
        values = [v for v in re.findall(r"%\w+", head.split("=", 1)[-1])
                  if v in used and v not in types and not v[1].isupper()]
        # One type stands for all operands of the same.
        types.update(zip(values, kinds * len(values) if len(kinds) == 1 else kinds))
    return [(value, types.get(value, MATRIX)) for value in used]


def module(example):
    arguments = ", ".join(f"{value}: {kind}" for value, kind in free_values(example))
    if "mixer.yield" in example and "^bb0" not in example:
        arguments = arguments.replace("%keep: i1", "%m: " + MATRIX)
        example = ("%w = mixer.mask %m {\n^bb0(%b: index, %h: index, %i: index, %j: index):\n"
                   f"%keep = arith.constant true\n{example}}}\n")
    return f"func.func private @example({arguments}) {{\n{example}\nreturn\n}}\n"


def problems(name, summary, description):
    if not summary or not description.strip():
        yield f"{name}: expects a summary and a description"
    if name != "mixer.yield" and not re.search(r"arXiv:\d{4}\.\d{5}", description):
        yield f"{name}: expects the paper as author, year and arXiv number"
    examples = re.findall(r"```mlir\n(.*?)```", description, re.S)
    if not any(name in example for example in examples):
        yield f"{name}: expects an example in an ```mlir block"
    for example in examples:
        # A block may show several ways to write one op under the same names.
        for part in re.split(r"(?m)^(?=\s*%y = |\s*%y, %s = |\s*%p = )", example):
            if not part.strip():
                continue
            run = subprocess.run(["weft-opt", "--verify-roundtrip"], input=module(part),
                                 capture_output=True, text=True)
            if run.returncode:
                yield f"{name}: {run.stderr}\n{module(part)}"


def main(td, *includes):
    count, failed = 0, []
    for operation in operations(td, includes):
        count += 1
        failed += problems(*operation)
    if failed:
        sys.exit("\n".join(failed))
    print(f"{count} ops described, their examples parse")


main(*sys.argv[1:])
