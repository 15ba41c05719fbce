// The ways of running a model from the command line.
#ifndef WEFT_RUNTIME_MAINRUN_H
#define WEFT_RUNTIME_MAINRUN_H

#include "lib/runtime/MainOptions.h"
#include "lib/runtime/OpenModel.h"

namespace weft::runtime {

/// Seconds since some fixed point.
double now();

/// Tensors in, tensors out.
Status runTensors(const OpenModel &model, const MainOptions &options);

/// A prompt in, text or token ids out.
Status runTalk(const OpenModel &model, const MainOptions &options);

/// What --help prints: the interface of the model, then the options.
std::string helpText(const weft_descriptor &descriptor, const char *program);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_MAINRUN_H
