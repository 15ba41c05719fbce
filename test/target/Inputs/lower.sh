# lower.sh IN OUT NAME WEIGHTS: a hand-written model to the LLVM dialect.
sed "s|MODEL|$3|; s|WEIGHTS|$4|" "$1" |
  weft-opt --convert-func-to-llvm --convert-scf-to-cf --convert-cf-to-llvm \
    --convert-arith-to-llvm --reconcile-unrealized-casts -o "$2"
