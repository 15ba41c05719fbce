#include "lib/runtime/MainOptions.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

using namespace weft::runtime;

namespace {

struct Option {
  const char *name;
  const char *value; // what it is called in --help; null: a switch
  const char *help;
  bool talk;
  Status (*apply)(MainOptions &options, const std::string &value);
};

} // namespace

static Error usageError(const std::string &message) {
  return makeError(ExitCode::Usage, "%s (--help lists the options)",
                   message.c_str());
}

/// Reads a whole number from `least` on.
template <typename T>
static Status readInteger(const char *option, const std::string &text,
                          int64_t least, int64_t most, T &value) {
  char *end = nullptr;
  errno = 0;
  long long number = strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end || errno || number < least || number > most)
    return usageError(std::string(option) + " expects a whole number from " +
                      std::to_string(least) + " to " + std::to_string(most) +
                      ", got " + quoted(text));
  value = static_cast<T>(number);
  return {};
}

static Status readNumber(const char *option, const std::string &text,
                         double &value) {
  char *end = nullptr;
  value = strtod(text.c_str(), &end);
  if (text.empty() || *end || !(value >= 0))
    return usageError(std::string(option) +
                      " expects a number that is not negative, got " +
                      quoted(text));
  return {};
}

static bool endsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         text.substr(text.size() - suffix.size()) == suffix;
}

/// NAME=x.npy, NAME=x.safetensors or x.safetensors.
static Status readTensorArgument(const char *option, const std::string &text,
                                 std::vector<TensorArgument> &list) {
  size_t equals = text.find('=');
  TensorArgument argument;
  if (equals != std::string::npos) {
    argument.name = text.substr(0, equals);
    argument.path = text.substr(equals + 1);
  } else {
    argument.path = text;
  }
  bool npy = endsWith(argument.path, ".npy");
  if ((!npy && !endsWith(argument.path, ".safetensors")) ||
      (npy && argument.name.empty()))
    return usageError(std::string(option) +
                      " expects NAME=FILE.npy, NAME=FILE.safetensors or "
                      "FILE.safetensors, got " +
                      quoted(text));
  list.push_back(std::move(argument));
  return {};
}

static const Option optionTable[] = {
    {"-i", "NAME=FILE", "an input, .npy or .safetensors (which without NAME "
                        "carries all by name)", false,
     [](MainOptions &options, const std::string &value) {
       return readTensorArgument("-i", value, options.inputs);
     }},
    {"-o", "NAME=FILE", "an output, written like an input", false,
     [](MainOptions &options, const std::string &value) {
       return readTensorArgument("-o", value, options.outputs);
     }},
    {"--entry", "NAME", "the entry to run (default: forward)", false,
     [](MainOptions &options, const std::string &value) -> Status {
       options.entry = value;
       return {};
     }},
    {"--expect", "FILE.safetensors",
     "compare outputs; exit code 3 if one differs", false,
     [](MainOptions &options, const std::string &value) -> Status {
       options.expect = value;
       return {};
     }},
    {"--rtol", "X", "relative tolerance of --expect (default 1e-5)", false,
     [](MainOptions &options, const std::string &value) {
       return readNumber("--rtol", value, options.rtol);
     }},
    {"--atol", "X", "absolute tolerance of --expect (default 1e-5)", false,
     [](MainOptions &options, const std::string &value) {
       return readNumber("--atol", value, options.atol);
     }},
    {"--state-in", "FILE", "go on from a saved state", false,
     [](MainOptions &options, const std::string &value) -> Status {
       options.stateIn = value;
       return {};
     }},
    {"--state-out", "FILE", "save the state after the run", false,
     [](MainOptions &options, const std::string &value) -> Status {
       options.stateOut = value;
       return {};
     }},
    {"--weights", "FILE", "the weights, in place of the file named when "
                          "compiling", false,
     [](MainOptions &options, const std::string &value) -> Status {
       options.weights = value;
       return {};
     }},
    {"--threads", "N", "threads (default: one for each processor)", false,
     [](MainOptions &options, const std::string &value) {
       return readInteger("--threads", value, 1, 1024, options.threads);
     }},
    {"--time", nullptr, "say on stderr how long loading and running took",
     false,
     [](MainOptions &options, const std::string &) -> Status {
       options.time = true;
       return {};
     }},
    {"-p", "PROMPT", "answer a prompt", true,
     [](MainOptions &options, const std::string &value) -> Status {
       options.prompt = value;
       return {};
     }},
    {"--tokens", "1,2,3", "go on after these token ids", true,
     [](MainOptions &options, const std::string &value) -> Status {
       options.tokens = value;
       return {};
     }},
    {"-n", "N", "new tokens at most (default: until the end of the turn)",
     true,
     [](MainOptions &options, const std::string &value) {
       return readInteger("-n", value, 0, INT32_MAX, options.maxTokens);
     }},
    {"--temp", "X", "temperature; 0 takes the best token (default 0)", true,
     [](MainOptions &options, const std::string &value) {
       return readNumber("--temp", value, options.sampling.temperature);
     }},
    {"--top-k", "K", "choose among the K best tokens (default 0: all)", true,
     [](MainOptions &options, const std::string &value) {
       return readInteger("--top-k", value, 0, INT32_MAX,
                          options.sampling.topK);
     }},
    {"--top-p", "P", "choose among the best tokens of mass P (default 1)",
     true,
     [](MainOptions &options, const std::string &value) {
       return readNumber("--top-p", value, options.sampling.topP);
     }},
    {"--seed", "N", "of the random choice (default 0)", true,
     [](MainOptions &options, const std::string &value) {
       return readInteger("--seed", value, 0, INT64_MAX,
                          options.sampling.seed);
     }},
    {"--print-tokens", nullptr, "print token ids in place of text", true,
     [](MainOptions &options, const std::string &) -> Status {
       options.printTokens = true;
       return {};
     }},
    {"--help", nullptr, "this text", false,
     [](MainOptions &options, const std::string &) -> Status {
       options.help = true;
       return {};
     }},
    {"--version", nullptr, "the versions of the model and of weft", false,
     [](MainOptions &options, const std::string &) -> Status {
       options.version = true;
       return {};
     }},
};

/// Insertions, deletions and replacements from one word to the other.
static size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

static Error unknownOption(const std::string &name) {
  const Option *nearest = std::min_element(
      std::begin(optionTable), std::end(optionTable),
      [&](const Option &a, const Option &b) {
        return editDistance(name, a.name) < editDistance(name, b.name);
      });
  std::string hint;
  if (editDistance(name, nearest->name) <= 3)
    hint = "; did you mean '" + std::string(nearest->name) + "'?";
  return usageError("unknown option " + quoted(name) + hint);
}

static const Option *findOption(std::string_view name) {
  for (const Option &option : optionTable)
    if (name == option.name)
      return &option;
  return nullptr;
}

Result<MainOptions> weft::runtime::parseMainOptions(int argc, char **argv) {
  MainOptions options;
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i];
    std::optional<std::string> value;
    size_t equals = name.find('=');
    if (name.rfind("--", 0) == 0 && equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const Option *option = findOption(name);
    if (!option)
      return unknownOption(name);
    if (!option->value && value)
      return usageError(name + " takes no value, got " + quoted(*value));
    if (option->value && !value) {
      if (i + 1 == argc)
        return usageError(name + " expects " + option->value +
                          ", got nothing");
      value = argv[++i];
    }
    if (option->talk && options.talkOption.empty())
      options.talkOption = name;
    if (Status applied = option->apply(options, value.value_or("")); !applied)
      return applied.takeError();
  }
  return options;
}

std::string weft::runtime::mainOptionsHelp(bool languageModel) {
  std::string text;
  for (const Option &option : optionTable) {
    if (option.talk && !languageModel)
      continue;
    std::string left = option.name;
    if (option.value)
      left += std::string(" ") + option.value;
    left.resize(std::max<size_t>(left.size() + 1, 27), ' ');
    text += "  " + left + option.help + "\n";
  }
  return text;
}
