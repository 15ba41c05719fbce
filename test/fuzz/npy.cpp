#include "lib/runtime/NpyFile.h"
#include "test/fuzz/Expand.h"

using namespace weft::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Result<NpyFile> file = NpyFile::parse("file", data, size);
  if (file)
    weft::fuzz::expand(file->tensor());
  else if (file.error().message.empty())
    abort();
  return 0;
}
