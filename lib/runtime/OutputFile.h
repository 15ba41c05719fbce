// A file that appears whole or not at all: written beside its target and
// renamed when complete.
#ifndef WEFT_RUNTIME_OUTPUTFILE_H
#define WEFT_RUNTIME_OUTPUTFILE_H

#include "lib/runtime/Result.h"

#include <cstdint>

namespace weft::runtime {

class OutputFile {
public:
  /// Fails early if the place cannot be written. A target that is no regular
  /// file, such as /dev/stdout, is written directly.
  static Result<OutputFile> create(const std::string &path);

  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&) = delete;
  /// Without a commit, nothing is left behind.
  ~OutputFile();

  Status write(const void *data, uint64_t bytes);
  Status write(std::string_view text) {
    return write(text.data(), text.size());
  }
  /// Makes the written bytes the target.
  Status commit();

private:
  OutputFile() = default;

  std::string path;      // as the user wrote it, for messages
  std::string target;    // without symbolic links
  std::string temporary; // empty if the target is written directly
  int descriptor = -1;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_OUTPUTFILE_H
