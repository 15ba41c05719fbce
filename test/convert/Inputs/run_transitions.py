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
CASES = {"recurrent": [Case("recurrent", 16, **c) for c in RECURRENT],
         "chunked": [Case("chunked", chunk, **c) for n, c in enumerate(CHUNKED)
                     for chunk in ((1, 24, 64) if n % 5 == 0 else (32,) if n % 2 else (16,))]}

for form in sys.argv[3:]:
    transitions.run(CASES[form], around, sys.argv[1])
    # Through upstream loops as well, which share nothing with weft's back end.
    transitions.run(CASES[form][::3], around, *sys.argv[1:3])
print("transitions: all equal")
