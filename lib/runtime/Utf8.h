// UTF-8: decoding with the exact place of a fault, and repair.
#ifndef WEFT_RUNTIME_UTF8_H
#define WEFT_RUNTIME_UTF8_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::runtime {

/// A code point with its length in bytes. If `fault` is set, `length` bytes are
/// the longest start of a valid sequence (at least one byte), which repair
/// replaces by one U+FFFD.
struct CodePoint {
  enum Fault : uint8_t { None, Invalid, CutShort };

  uint32_t value = 0xFFFD;
  uint8_t length = 1;
  Fault fault = None;
};

/// Decodes at the start of `text`, which is not empty.
CodePoint decodeUtf8(std::string_view text);

/// Appends the UTF-8 bytes of a code point.
void appendUtf8(uint32_t codePoint, std::string &text);

/// The offset of the first byte that belongs to no valid character.
std::optional<size_t> findInvalidUtf8(std::string_view text);

/// Lets whole characters through, holds back the start of an unfinished one
/// and replaces what can be no character by U+FFFD.
class Utf8Stream {
public:
  std::string push(std::string_view bytes);
  std::string finish();

private:
  std::string pending;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_UTF8_H
