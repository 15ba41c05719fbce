// Byte pair merges over token ids.
#ifndef WEFT_RUNTIME_BYTEPAIRS_H
#define WEFT_RUNTIME_BYTEPAIRS_H

#include "lib/runtime/Result.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace weft::runtime {

/// The characters that stand for bytes in a byte-level vocabulary: printable
/// ones for themselves, the others U+0100 and up in order.
uint32_t characterOfByte(uint8_t byte);
/// The bytes that such characters spell; nothing if one of them is no such
/// character.
std::optional<std::string> bytesOfSpelling(std::string_view spelling);

class BytePairs {
public:
  /// `merges` are pairs of spellings separated by one space, best first.
  static Result<BytePairs> create(const std::vector<std::string_view> &tokens,
                                  const std::vector<std::string_view> &merges,
                                  const std::string &place);

  /// Appends the tokens of one piece of text.
  void encode(std::string_view piece, std::vector<int64_t> &tokens) const;

private:
  struct Merge {
    uint32_t rank;
    uint32_t token;
  };
  struct Symbol;
  class Merger;

  const Merge *find(uint32_t left, uint32_t right) const;

  static constexpr uint32_t noToken = UINT32_MAX;

  uint32_t byteTokens[256];
  std::unordered_map<uint64_t, Merge> merges;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_BYTEPAIRS_H
