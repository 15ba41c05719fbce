// The command line of a compiled model.
#ifndef WEFT_RUNTIME_MAINOPTIONS_H
#define WEFT_RUNTIME_MAINOPTIONS_H

#include "lib/runtime/Sampler.h"

#include <optional>
#include <string>
#include <vector>

namespace weft::runtime {

/// NAME=FILE; without a name the file carries all tensors by theirs.
struct TensorArgument {
  std::string name;
  std::string path;
};

struct MainOptions {
  std::vector<TensorArgument> inputs;
  std::vector<TensorArgument> outputs;
  std::string entry;
  std::string expect;
  double rtol = 1e-5;
  double atol = 1e-5;
  std::string stateIn;
  std::string stateOut;
  std::string weights;
  int32_t threads = 0;
  bool time = false;
  bool help = false;
  bool version = false;

  std::optional<std::string> prompt;
  std::optional<std::string> tokens;
  int64_t maxTokens = -1;
  SamplerOptions sampling;
  bool printTokens = false;
  /// The first option given that only makes sense with a prompt.
  std::string talkOption;

  bool talks() const { return prompt || tokens; }
};

/// An error of exit code Usage names the option and what it expects.
Result<MainOptions> parseMainOptions(int argc, char **argv);

/// One line for each option; those of a language model only if asked.
std::string mainOptionsHelp(bool languageModel);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_MAINOPTIONS_H
