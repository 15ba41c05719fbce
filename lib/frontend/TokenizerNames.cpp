// Linked into executables too, so that they need no compiler to read their
// weights file's tokenizer; it is here because names of models live here.
#include "lib/frontend/TokenizerNames.h"

using namespace weft;
using runtime::SplitRule;

bool frontend::isByteLevel(std::string_view name) { return name == "gpt2"; }

std::optional<SplitRule> frontend::splitRuleNamed(std::string_view name) {
  if (name == "gpt-2")
    return SplitRule::Words;
  if (name == "smollm")
    return SplitRule::DigitsThenWords;
  return std::nullopt;
}
