// NumPy's .npy files, one array each: read (format 1 to 3) and written.
#ifndef WEFT_RUNTIME_NPYFILE_H
#define WEFT_RUNTIME_NPYFILE_H

#include "lib/runtime/MappedFile.h"
#include "lib/runtime/Tensor.h"

namespace weft::runtime {

class NpyFile {
public:
  static Result<NpyFile> open(const std::string &path);
  /// Reads a file that lies in memory, which must outlive the result.
  static Result<NpyFile> parse(const std::string &path, const uint8_t *data,
                               uint64_t size);

  /// Its name is empty: the format has none.
  const TensorView &tensor() const { return contents; }

private:
  MappedFile file;
  TensorView contents;
};

Status writeNpy(const std::string &path, const TensorView &tensor);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_NPYFILE_H
