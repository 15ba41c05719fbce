// The names that model files give to tokenizers and to the ways of cutting text.
#ifndef WEFT_FRONTEND_TOKENIZERNAMES_H
#define WEFT_FRONTEND_TOKENIZERNAMES_H

#include "lib/runtime/SplitRule.h"

#include <optional>

namespace weft::frontend {

/// True if a value of `tokenizer.ggml.model` means byte-level byte pair encoding.
bool isByteLevel(std::string_view name);

/// The rule behind a value of `tokenizer.ggml.pre`; nothing if it is unknown.
std::optional<runtime::SplitRule> splitRuleNamed(std::string_view name);

} // namespace weft::frontend

#endif // WEFT_FRONTEND_TOKENIZERNAMES_H
