#include "lib/runtime/CharacterClass.h"

#include <algorithm>
#include <iterator>

using namespace weft::runtime;

/// Where the class changes: `first code point << 3 | class`, ascending.
static constexpr uint32_t changes[] = {
#include "lib/runtime/CharacterClasses.inc"
};

CharacterClass weft::runtime::classOf(uint32_t codePoint) {
  // The last change at or before the code point; the first is at 0.
  auto after = std::upper_bound(std::begin(changes), std::end(changes),
                                codePoint << 3 | 7);
  return static_cast<CharacterClass>(*std::prev(after) & 7);
}
