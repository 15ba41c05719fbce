"""The transitions of scan, form by form: run_transitions.py CC LLVM_LIB FORM..."""
import sys

import transitions
from transitions import Case, around

RECURRENT = [
    dict(decay="head step", heads=(4, 2, 1), pre=True),
    dict(decay="head const"),
    dict(decay="channel step"),
    dict(decay="channel const", reverse=True, shared=True),
    dict(decay="channel step", pre=True, bonus=True),
    dict(rotate="step", decay="head step"),
    dict(rotate="const", decay="channel step", pre=True, bonus=True),
    dict(erase="stored", decay="head step"),
    dict(erase="stored", decay="channel step", pre=True, reverse=True),
    dict(erase="decayed", decay="channel step", shared=True, e="f64"),
    dict(erase="decayed", rotate="step", decay="channel step"),
    dict(erase="stored", rotate="const"),
    dict(gain=True, decay="head step"),
    dict(gain=True, decay="channel step", pre=True, bonus=True),
    dict(gain=True, pre=True, decay="head const"),
    dict(gain=True, erase="decayed", decay="head step"),
    dict(gain=True, segments=True, decay="head step", e="f64"),
    dict(segments=True, decay="head step"),
    dict(segments=True, erase="stored", decay="channel step", reverse=True),
    dict(segments=True, pre=True, bonus=True, gain=True, decay="channel step"),
    dict(segments=True, rotate="step"),
    dict(segments=True),
]
CHUNKED = RECURRENT + [
    dict(decay="channel step", segments=True, pre=True),
    dict(decay="channel step", e="f64", heads=(4, 2, 1)),
    dict(decay="channel step", gain=True),
    dict(erase="decayed", decay="head step", heads=(2, 2, 2)),
    dict(erase="stored", decay="head step", pre=True, e="f64", reverse=True),
    dict(gain=True, decay="head step", reverse=True, pre=True),
    dict(rotate="step", decay="channel const", erase="stored", reverse=True),
]
DENSE = [
    dict(dense=True, heads=(4, 2, 1)),
    dict(dense=True, shared=True, pre=True, bonus=True),
    dict(dense=True, pre=True, reverse=True),
    dict(dense=True, reverse=True, e="f64"),
    dict(dense=True, segments=True),
    dict(dense=True, segments=True, reverse=True, shared=True),
    dict(dense=True, segments=True, pre=True, bonus=True),
]
CASES = {"recurrent": [Case("recurrent", 16, **c) for c in RECURRENT + DENSE],
         "chunked": [Case("chunked", chunk, **c) for n, c in enumerate(CHUNKED)
                     for chunk in ((1, 24, 64) if n % 5 == 0 else (32,) if n % 2 else (16,))] + [
                         Case("chunked", chunk, **c) for n, c in enumerate(DENSE)
                         for chunk in ((1, 16, 23) if n % 3 == 0 else (8, 24))]}
SMALL = dict(K=16, V=4)
TREE = [dict(case, **SMALL) for case in CHUNKED]
CASES["scan"] = [Case("scan", chunk, **c) for n, c in enumerate(TREE)
                 for chunk in ((1, 8, 64) if n % 6 == 0 else (13,) if n % 2 else (16,))
                 if chunk < 64 or "erase" not in c] + [
                     Case("scan", chunk, **{**c, **SMALL}) for n, c in enumerate(DENSE)
                     for chunk in ((1, 13, 32) if n % 3 == 0 else (8, 16))]
# Heads are channels: a block of 8 or 16 of them.
HEADS = [dict(heads=(16, 1, 16), K=16, V=1), dict(heads=(8, 8, 8), K=4, V=1),
         dict(heads=(16, 2, 16), K=8, V=3), dict(heads=(32, 1, 1), K=2, V=1)]
# States that go by blocks of columns.
CASES["recurrent"] += [Case("recurrent", 32, **{**c, "K": 128, "V": 64})
                       for c in RECURRENT if "rotate" not in c]
CASES["lanes"] = [Case("lanes", 16, **{**c, **HEADS[n % len(HEADS)]})
                  for n, c in enumerate(RECURRENT + DENSE)] + [
    Case("lanes", 16, dense=True, heads=(32, 1, 32), K=8, V=1),
    Case("lanes", 16, dense=True, heads=(16, 16, 16), K=8, V=2, segments=True, reverse=True, e="f64"),
    Case("lanes", 16, decay="channel step", heads=(64, 1, 64), K=16, V=1),
    Case("lanes", 16, decay="channel step", heads=(16, 16, 16), K=1, V=1)]

for form in sys.argv[3:]:
    transitions.run(CASES[form], around, sys.argv[1])
    # Through upstream loops as well, which share nothing with weft's back end.
    # A tile of maxima that is new for each token is beyond them.
    transitions.run([c for c in CASES[form][::3] if form != "lanes" or not c.gain],
                    around, *sys.argv[1:3])
print("transitions: all equal")
