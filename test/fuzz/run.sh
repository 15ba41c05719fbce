#!/usr/bin/env bash
# Builds the fuzz targets of the file readers and runs each of them.
#
#   run.sh [--seconds=N | --runs=N] [--seed=N] [--log=FILE]
#   run.sh --hash     of the sources that a log covers
#
# N is the total over the targets. The log names the sources by their hash.
set -euo pipefail
cd "$(dirname "$0")/../.."

targets=(gguf safetensors npy)
build=build/fuzz
seconds=60 runs=-1 seed=1 log=/dev/null

# What the targets execute, in a fixed order.
sources() {
  LC_ALL=C ls test/fuzz/* test/runtime/Inputs/bad_*.py lib/runtime/{ByteCursor,Dequantize,GgufFile,LoadWeight,MappedFile,NpyFile,OutputFile,Result,SafetensorsFile,Tensor}.h \
    lib/runtime/{Dequantize,GgufFile,GgufParser,LoadWeight,MappedFile,NpyFile,OutputFile,Result,SafetensorsFile,Tensor}.cpp
}
hash_sources() { sources | xargs cat | sha256sum | cut -d' ' -f1; }

for argument in "$@"; do
  case $argument in
    --seconds=*) seconds=${argument#*=} ;;
    --runs=*) runs=$((${argument#*=} / ${#targets[@]} + 1)) seconds=0 ;;
    --seed=*) seed=${argument#*=} ;;
    --log=*) log=${argument#*=} ;;
    --hash) hash_sources; exit ;;
    *) echo "run.sh: error: unknown argument '$argument'" >&2; exit 2 ;;
  esac
done

[ -f $build/build.ninja ] ||
  cmake -S test/fuzz -B $build -G Ninja -DCMAKE_CXX_COMPILER=clang++-22 >/dev/null
ninja -C $build > $build/build.txt || { cat $build/build.txt; exit 1; }
python3 test/runtime/Inputs/bad_gguf.py $build/files
python3 test/runtime/Inputs/bad_tensors.py $build/files

summary=$build/summary.txt
{
  echo "Fuzzing of the file readers under AddressSanitizer and UBSan"
  echo "date: $(date -u +%Y-%m-%d)"
  echo "commit: $(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)"
  echo "compiler: $(clang++-22 --version | head -1)"
  echo "sources: $(hash_sources)"
} > $summary

total=0
for target in "${targets[@]}"; do
  mkdir -p $build/seeds-$target $build/corpus-$target
  cp $build/files/*.$target $build/seeds-$target
  output=$build/$target.txt
  if ! $build/$target $build/corpus-$target $build/seeds-$target \
    -dict=test/fuzz/words.dict -max_len=512 -seed="$seed" -runs="$runs" \
    -max_total_time=$((seconds / ${#targets[@]})) -print_final_stats=1 \
    -artifact_prefix=$build/crash-$target- > $output 2>&1; then
    grep -vE '^#[0-9]+' $output | tail -40
    echo "run.sh: error: $target crashed, the input is $(ls -t $build/crash-$target-* | head -1)" >&2
    exit 3
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' $output)
  total=$((total + executions))
  echo "$target: $executions executions, no crash" | tee -a $summary
done
echo "total: $total executions, no crash" | tee -a $summary
[ "$log" = /dev/null ] || cp $summary "$log"
