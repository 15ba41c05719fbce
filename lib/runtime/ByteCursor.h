// Reads little-endian fields one after the other and never past the end. The
// first failure sticks: later reads give zeros, so a reader checks once per
// record instead of once per field.
#ifndef WEFT_RUNTIME_BYTECURSOR_H
#define WEFT_RUNTIME_BYTECURSOR_H

#include "lib/runtime/Result.h"

#include <cstdint>
#include <cstring>

namespace weft::runtime {

class ByteCursor {
public:
  ByteCursor(const std::string &path, const uint8_t *data, uint64_t size)
      : path(path), data(data), size(size) {}

  uint64_t offset() const { return position; }
  uint64_t remaining() const { return size - position; }
  const uint8_t *here() const { return data + position; }

  /// The number at the cursor; `what` names it if the file ends before it.
  template <typename T> T read(const char *what) {
    T value{};
    if (const uint8_t *bytes = take(sizeof(T), what))
      memcpy(&value, bytes, sizeof(T));
    return value;
  }

  /// Null on failure.
  const uint8_t *take(uint64_t bytes, const char *what) {
    if (failure)
      return nullptr;
    if (bytes > remaining()) {
      failure = inputError(place(),
                           "expects %s of %lu bytes, got the end of the file "
                           "after %lu; the file is truncated or damaged",
                           what, bytes, remaining());
      return nullptr;
    }
    const uint8_t *start = here();
    position += bytes;
    return start;
  }

  bool failed() const { return failure.has_value(); }
  void fail(Error error) {
    if (!failure)
      failure = std::move(error);
  }
  Error takeError() { return std::move(*failure); }

  /// The file and the byte the cursor is at, as messages name it.
  std::string place() const {
    return path + ": byte " + std::to_string(position);
  }

private:
  std::string path;
  const uint8_t *data;
  uint64_t size;
  uint64_t position = 0;
  std::optional<Error> failure;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_BYTECURSOR_H
