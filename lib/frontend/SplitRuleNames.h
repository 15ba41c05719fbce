// The names that model files give to the ways of cutting text before merging.
#ifndef WEFT_FRONTEND_SPLITRULENAMES_H
#define WEFT_FRONTEND_SPLITRULENAMES_H

#include "lib/runtime/SplitRule.h"

#include <optional>

namespace weft::frontend {

/// The rule behind a value of `tokenizer.ggml.pre`; nothing if it is unknown.
std::optional<runtime::SplitRule> splitRuleNamed(std::string_view name);

} // namespace weft::frontend

#endif // WEFT_FRONTEND_SPLITRULENAMES_H
