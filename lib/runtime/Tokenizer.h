// Byte-level byte pair encoding as a model file describes it.
#ifndef WEFT_RUNTIME_TOKENIZER_H
#define WEFT_RUNTIME_TOKENIZER_H

#include "lib/runtime/BytePairs.h"
#include "lib/runtime/SplitRule.h"
#include "lib/runtime/Utf8.h"

#include <vector>

namespace weft::runtime {

class GgufFile;

/// What a file says about its tokens, with GGUF's words. The views are needed
/// only while a tokenizer is made of them.
struct Vocabulary {
  /// The file, for messages.
  std::string place;
  std::string_view model;
  std::string_view preTokenizer;
  /// Spelled in the 256 characters that stand for bytes.
  std::vector<std::string_view> tokens;
  /// 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte; empty if
  /// the file says nothing.
  std::vector<int64_t> types;
  std::vector<std::string_view> merges;
  std::optional<int64_t> beginToken;
  bool addBegin = false;

  static Result<Vocabulary> read(const GgufFile &file);
};

class Tokenizer {
public:
  static Result<Tokenizer> create(const Vocabulary &vocabulary);

  /// The tokens of valid UTF-8 text; names the first byte that is not valid.
  /// Control and user-defined tokens spelled out in the text become one token.
  /// A byte that has no token is dropped, as Hugging Face's tokenizers do.
  Result<std::vector<int64_t>> encode(std::string_view text) const;

  int64_t size() const { return static_cast<int64_t>(starts.size()) - 1; }
  /// The bytes of a token; they need not be whole characters.
  std::string_view bytesOf(int64_t token) const;
  bool isControl(int64_t token) const { return control[token]; }
  /// The token that starts every sequence, if the file asks for it.
  std::optional<int64_t> beginToken() const { return begin; }

  /// All bytes in a row, where invalid UTF-8 becomes U+FFFD.
  std::string decode(const std::vector<int64_t> &tokens) const;

private:
  Status readTokens(const Vocabulary &vocabulary);
  Status readBegin(const Vocabulary &vocabulary);
  const int64_t *addedTokenAt(std::string_view text, size_t at) const;

  std::string spellings;
  std::vector<uint32_t> starts;
  std::vector<bool> control;
  /// Tokens that are looked for in the text itself, longest first.
  std::vector<int64_t> added;
  bool startsAdded[256] = {};
  BytePairs pairs;
  SplitRule rule = SplitRule::Words;
  std::optional<int64_t> begin;
};

/// Turns tokens into text as they come: only whole characters leave it, and
/// control tokens are left out.
class TokenStream {
public:
  explicit TokenStream(const Tokenizer &tokenizer) : tokenizer(tokenizer) {}

  /// The text that is certain after one more token.
  std::string push(int64_t token);
  /// What is left at the end.
  std::string finish() { return text.finish(); }

private:
  const Tokenizer &tokenizer;
  Utf8Stream text;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_TOKENIZER_H
