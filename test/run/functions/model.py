#!/usr/bin/env python3
"""Prints a model with an entry for each elementary function, on rows that fill
vectors (NAME) and on rows that do not (NAME_scalar). Composed functions are
spelled as models spell them."""

FUNCTIONS = {
    "exp": "%y = math.exp %x : f32",
    "exp2": "%y = math.exp2 %x : f32",
    "expm1": "%y = math.expm1 %x : f32",
    "log": "%y = math.log %x : f32",
    "log1p": "%y = math.log1p %x : f32",
    "tanh": "%y = math.tanh %x : f32",
    "erf": "%y = math.erf %x : f32",
    "sigmoid": """%n = arith.negf %x : f32
    %e = math.exp %n : f32
    %d = arith.addf %one, %e : f32
    %y = arith.divf %one, %d : f32""",
    "silu": """%n = arith.negf %x : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %y = arith.divf %x, %d : f32""",
    "silu_product": """%n = arith.negf %x : f32
    %e = math.exp %n : f32
    %d = arith.addf %one, %e : f32
    %s = arith.divf %one, %d : f32
    %y = arith.mulf %x, %s : f32""",
    "softplus": """%a = math.absf %x : f32
    %n = arith.negf %a : f32
    %e = math.exp %n : f32
    %l = math.log1p %e : f32
    %m = arith.maximumf %x, %zero : f32
    %y = arith.addf %m, %l : f32""",
    "softplus_plain": """%e = math.exp %x : f32
    %y = math.log1p %e : f32""",
    "log_sigmoid": """%a = math.absf %x : f32
    %n = arith.negf %a : f32
    %e = math.exp %n : f32
    %l = math.log1p %e : f32
    %m = arith.minimumf %x, %zero : f32
    %y = arith.subf %m, %l : f32""",
    "gelu": """%t = arith.mulf %x, %root : f32
    %e = math.erf %t : f32
    %s = arith.addf %one, %e : f32
    %h = arith.mulf %half, %x : f32
    %y = arith.mulf %h, %s : f32""",
    "gelu_tanh": """%q = arith.mulf %x, %x : f32
    %c = arith.mulf %q, %x : f32
    %k = arith.mulf %c, %cubic : f32
    %i = arith.addf %x, %k : f32
    %u = arith.mulf %i, %scale : f32
    %t = math.tanh %u : f32
    %s = arith.addf %one, %t : f32
    %h = arith.mulf %half, %x : f32
    %y = arith.mulf %h, %s : f32""",
}
WIDTHS = {"": 1024, "_scalar": 7}
CONSTANTS = {"zero": 0.0, "one": 1.0, "half": 0.5, "root": 0.70710678118654752,
             "cubic": 0.044715, "scale": 0.79788456080286536}


def entry(name, body, width):
    kind = f"tensor<?x{width}xf32>"
    constants = "\n".join(f"    %{c} = arith.constant {v:.9e} : f32" for c, v in CONSTANTS.items() if f"%{c}" in body)
    return f"""func.func @{name}(%in: {kind} {{mixer.name = "x", mixer.time = 0 : i64}}) -> ({kind} {{mixer.name = "y"}}) {{
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %in, %c0 : {kind}
  %empty = tensor.empty(%rows) : {kind}
  %out = linalg.generic {{indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]}}
      ins(%in : {kind}) outs(%empty : {kind}) {{
  ^bb0(%x: f32, %o: f32):
{constants}
    {body}
    linalg.yield %y : f32
  }} -> {kind}
  return %out : {kind}
}}"""


print("#ij = affine_map<(i, j) -> (i, j)>")
for function, text in FUNCTIONS.items():
    for suffix, size in WIDTHS.items():
        print(entry(function + suffix, text, size))
