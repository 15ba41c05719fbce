# Models whose states, weights, outputs and workspace have absurd sizes, each run
# with its exit code before what it says.
try() {
  said=$("$@" 2>&1)
  echo "$?: $said"
}
make() {
  sed "$2" "$inputs/accumulate.mlir" > edited.mlir
  sh "$inputs/lower.sh" edited.mlir model.mlir accumulate w.safetensors
  weft-emit-test model.mlir "$1"
}
inputs=$1
huge=1125899906842624

make state "s/array<i64: 1, 8, 4>/array<i64: 1, $huge, 4>/"
try ./state -i x=x.npy
make weights "s/dims = array<i64: 4>/dims = array<i64: $huge>/"
try ./weights -i x=x.npy
make output "s/outputs = \(.*\)-1, 4>/outputs = \1-1, $huge>/"
try ./output -i x=x.npy -o y=y.npy
try ./output -i x=x.npy
make workspace "s/%bytes = arith.muli %time, %c4/%h = arith.constant $huge : i64 %bytes = arith.muli %time, %h/"
try ./workspace -i x=x.npy --threads 2
make fine ""
try sh -c 'ulimit -v 1000000; ./fine -i x=x.npy --threads 1024'
try ./fine -i x=x.npy --threads 64
