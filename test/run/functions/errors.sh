#!/usr/bin/env bash
# The largest errors of the elementary functions of compiled models.
#
#   errors.sh sample CXX FOLDER    on some inputs, in a moment
#   errors.sh all CXX FOLDER       on all 2^32 inputs, in minutes
#   errors.sh --hash               of the sources that a log covers
#
# weftc is that of PATH, CXX a C++ compiler, FOLDER where to build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

hash_sources() {
  (cd "$root" && cat lib/convert/cpu/ElementaryFunctions.{cpp,h} lib/convert/cpu/ExpandExp.cpp \
    test/run/functions/{check.cpp,errors.sh,model.py}) | sha256sum | cut -d' ' -f1
}

mode=${1:-}
case $mode in
  --hash) hash_sources; exit ;;
  sample | all) ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
cxx=$2 folder=$3
mkdir -p "$folder"
python3 "$here/model.py" > "$folder/functions.mlir"
weftc "$folder/functions.mlir" -o "$folder/functions.so"
"$cxx" -std=c++17 -O3 -mavx2 -mfma -I "$root/include" -I "$folder" "$here/check.cpp" \
  "$folder/functions.so" -Wl,-rpath,"$folder" -lmvec -lm -o "$folder/check"
if [ "$mode" = all ]; then
  echo "Largest errors of the elementary functions over all 2^32 inputs"
  echo "made by: PATH=build/release/bin:\$PATH test/run/functions/errors.sh all clang++-22 build/functions > docs/logs/functions.txt"
  echo "date: $(date -u +%Y-%m-%d)"
  echo "commit: $(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)"
  echo "processor: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1)"
  echo "sources: $(hash_sources)"
  echo
fi
"$folder/check" "$mode"
