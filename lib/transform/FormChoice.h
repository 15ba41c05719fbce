// How a normal form runs, and why: the cost models, one file for each form.
#ifndef WEFT_TRANSFORM_FORMCHOICE_H
#define WEFT_TRANSFORM_FORMCHOICE_H

#include "dialects/mixer/Mixer.h"

#include <string>

namespace weft {

/// A form, its chunk in tokens (0: none), and why.
struct FormChoice {
  std::string form;
  int64_t chunk = 0;
  std::string reason;
};

FormChoice chooseConvolve(mixer::ConvolveOp op);

/// `form` with the chunk that is best for it, or one of at least `asked` tokens
/// if that is not 0.
FormChoice convolveInForm(mixer::ConvolveOp op, llvm::StringRef form,
                          int64_t asked);

} // namespace weft

#endif // WEFT_TRANSFORM_FORMCHOICE_H
