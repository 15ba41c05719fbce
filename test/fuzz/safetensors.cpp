#include "lib/runtime/SafetensorsFile.h"
#include "test/fuzz/Expand.h"

using namespace weft::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Result<SafetensorsFile> file = SafetensorsFile::parse("file", data, size);
  if (!file && file.error().message.empty())
    abort();
  if (!file)
    return 0;
  for (const TensorView &tensor : file->tensors()) {
    if (file->findTensor(tensor.name) != &tensor)
      abort();
    weft::fuzz::expand(tensor);
  }
  return 0;
}
