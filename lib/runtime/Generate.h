// Text generation around a compiled language model: prompt to token ids, the
// loop that feeds tokens and chooses the next one, and the output stream.
#ifndef WEFT_RUNTIME_GENERATE_H
#define WEFT_RUNTIME_GENERATE_H

#include "lib/runtime/ChatTemplate.h"
#include "lib/runtime/Sampler.h"
#include "lib/runtime/Tokenizer.h"

#include <cstdio>
#include <functional>

namespace weft::runtime {

/// What a weights file says about text. A tokenizer or chat template that is
/// missing, broken or unknown is an error for those who need it: ids in and out
/// do without.
struct TextModel {
  Result<Tokenizer> tokenizer = noTokenizer();
  Result<std::optional<ChatTemplate>> chat = std::optional<ChatTemplate>();
  /// The tokens that end the model's turn.
  std::vector<int64_t> endTokens;

  /// Reads the metadata of a GGUF file; fails if an end token is no id.
  static Result<TextModel> load(const GgufFile &file);

  bool endsTurn(int64_t token) const;

private:
  static Error noTokenizer();
};

/// The ids of a prompt: through the chat template as a user's message if there
/// is one, else as it is (with the file's begin-of-sequence token if asked).
Result<std::vector<int64_t>> encodePrompt(const TextModel &model,
                                          std::string_view prompt);

/// Reads "1,2,3"; every id must be below `vocabulary`.
Result<std::vector<int64_t>> parseTokens(std::string_view list,
                                         int64_t vocabulary);

struct GenerateOptions {
  SamplerOptions sampling;
  /// New tokens at most; -1 goes on until the model ends its turn or the
  /// context is full.
  int64_t maxTokens = -1;
  /// Print ids, those of the prompt first, instead of text.
  bool printTokens = false;
  /// Tokens that the model's states can hold.
  int64_t context = 0;
  /// Logits in a row.
  int64_t vocabulary = 0;
  /// Where text or ids go, as soon as they are known.
  std::FILE *out = stdout;
};

/// Feeds `count` tokens after all that were fed before, and gives the logits
/// (`vocabulary` of them, valid until the next call) that follow the last one.
using FeedFunction =
    std::function<Result<const float *>(const int64_t *ids, int64_t count)>;

enum class StopReason { EndOfTurn, TokenLimit, ContextFull };

struct Generated {
  std::vector<int64_t> tokens;
  StopReason reason = StopReason::TokenLimit;
  double promptSeconds = 0;
  double tokenSeconds = 0;
};

/// Checks that the prompt and the tokens asked for fit the context before
/// anything runs, then generates. The end-of-turn token, if one came, is the
/// last of the tokens; it is printed as an id but not as text.
Result<Generated> generate(const TextModel &model,
                           const std::vector<int64_t> &prompt,
                           const GenerateOptions &options,
                           const FeedFunction &feed);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_GENERATE_H
