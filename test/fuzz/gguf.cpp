#include "lib/runtime/GgufFile.h"
#include "test/fuzz/Expand.h"

using namespace weft::runtime;

template <typename T> static void check(const Result<T> &result) {
  if (!result && result.error().message.empty())
    abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Result<GgufFile> file = GgufFile::parse("file", data, size);
  check(file);
  if (!file)
    return 0;
  for (const GgufValue &value : file->metadata()) {
    check(file->getString(value.key));
    check(file->getUnsigned(value.key));
    check(file->getNumber(value.key));
    check(file->getBool(value.key));
    check(file->getStrings(value.key));
    check(file->getIntegers(value.key));
    check(file->getFloats(value.key));
  }
  for (const TensorView &tensor : file->tensors()) {
    check(file->getTensor(tensor.name));
    weft::fuzz::expand(tensor);
  }
  return 0;
}
