// How text is cut into pieces before byte pairs are merged within each.
#ifndef WEFT_RUNTIME_SPLITRULE_H
#define WEFT_RUNTIME_SPLITRULE_H

#include <functional>
#include <string_view>

namespace weft::runtime {

enum class SplitRule {
  /// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  Words,
  /// Every digit is a piece; Words on what lies between.
  DigitsThenWords,
};

/// Calls `piece` with the pieces of valid UTF-8 text, in order and without
/// gaps.
void splitText(SplitRule rule, std::string_view text,
               const std::function<void(std::string_view)> &piece);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_SPLITRULE_H
