// A file that appears under its name only when it is complete.
#ifndef WEFT_RUNTIME_OUTPUTFILE_H
#define WEFT_RUNTIME_OUTPUTFILE_H

#include "lib/runtime/Result.h"

#include <cstdint>

namespace weft::runtime {

/// Writes beside the path and renames at `commit`; without it nothing is left.
/// A path that is no regular file (a pipe, a device) is written directly.
class OutputFile {
public:
  static Result<OutputFile> create(const std::string &path);

  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&) = delete;
  ~OutputFile();

  Status write(const void *data, uint64_t bytes);
  Status commit();

private:
  OutputFile(std::string path, std::string temporary, int descriptor)
      : path(std::move(path)), temporary(std::move(temporary)),
        descriptor(descriptor) {}

  std::string path;
  std::string temporary; // empty: written directly
  int descriptor;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_OUTPUTFILE_H
