// What tokenizers ask of a character.
#ifndef WEFT_RUNTIME_CHARACTERCLASS_H
#define WEFT_RUNTIME_CHARACTERCLASS_H

#include <cstdint>

namespace weft::runtime {

/// \p{L}, \p{N}, \s or none of these, by Unicode 16; a LateDigit is none of
/// these there but a number in Unicode 17. (Hugging Face's tokenizers take the
/// patterns of one and the digits of the other.)
enum class CharacterClass : uint8_t { Other, Letter, Number, Space, LateDigit };

CharacterClass classOf(uint32_t codePoint);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_CHARACTERCLASS_H
