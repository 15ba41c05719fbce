// A file mapped read-only into memory.
#ifndef WEFT_RUNTIME_MAPPEDFILE_H
#define WEFT_RUNTIME_MAPPEDFILE_H

#include "lib/runtime/Result.h"

#include <cstdint>

namespace weft::runtime {

class MappedFile {
public:
  static Result<MappedFile> open(const std::string &path);

  MappedFile() = default;
  MappedFile(MappedFile &&other) noexcept;
  MappedFile &operator=(MappedFile &&other) noexcept;
  ~MappedFile();

  const uint8_t *data() const { return start; }
  uint64_t size() const { return length; }

  /// Gives the pages of a range back to the system; they are read again from
  /// the file if touched. Weights that were expanded need no second copy.
  void release(const uint8_t *from, uint64_t bytes) const;

private:
  const uint8_t *start = nullptr;
  uint64_t length = 0;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_MAPPEDFILE_H
