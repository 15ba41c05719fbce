# Runs each command and prints its exit code before what it says.
try() {
  said=$("$@" 2>&1)
  echo "$?: $said"
}
try ./run --thread 2
try ./run --unlike-anything
try ./run -i
try ./run -i x.npy
try ./run --threads 0
try ./run --rtol -1
try ./run --time=3
try ./run
try ./count -p hello -i input_ids=ids.npy
try ./count --top-k 3
try ./run -p hello
try ./count -p hello --tokens 1
try ./run -i q=x.npy
try ./run -i x=x.npy -o q=out.npy
try ./run --entry backward -i x=x.npy
try ./run -i x=x3.npy --state-out out.bin
try ./run -i x=no.npy
try ./run -i x=wide.npy -o y=out.npy
try ./run -i x=flat.npy -o y=out.npy
try ./run -i x=whole.npy -o y=out.npy
try ./run -i x=short.npy -o y=out.npy
try ./run -i x=long.npy -o y=out.npy
try ./run -i x=x.npy -i x=x.npy
try ./count -i input_ids=beyond.npy
try ./run -i x=x.npy --expect wrong.safetensors
try ./run -i x=x.npy --expect nan.safetensors
try ./run -i x=x.npy --expect cut.safetensors
try ./run -i x=x.npy --expect w.safetensors
try ./run -i x=x.npy -o y=no/out.npy
ln -s /dev/full full.npy
try ./run -i x=x.npy -o y=full.npy
try sh -c './run --help > /dev/full'
try ./run -i x=x.npy --state-in w.safetensors
try ./run -i x=x.npy --state-out no/state.bin
try ./weightless -i x=x.npy
try ./count --tokens 1 -n 1
grep -q avx512vl /proc/cpuinfo &&
  echo "4: error: model 'accumulate' was compiled for x86-64-v4, which this processor is not" ||
  { weft-emit-test accumulate.mlir wide --target=x86-64-v4 && try ./wide -i x=x.npy; }
