#include "lib/runtime/Tokenizer.h"
#include "lib/frontend/TokenizerNames.h"
#include "lib/runtime/GgufFile.h"

#include <algorithm>

using namespace weft::runtime;

/// GGUF's numbers for kinds of tokens.
enum TokenType : int64_t { ControlToken = 3, UserDefinedToken = 4 };

static Status readBegin(const GgufFile &file, Vocabulary &vocabulary) {
  if (file.find("tokenizer.ggml.add_bos_token")) {
    Result<bool> add = file.getBool("tokenizer.ggml.add_bos_token");
    if (!add)
      return add.takeError();
    vocabulary.addBegin = *add;
  }
  if (!file.find("tokenizer.ggml.bos_token_id"))
    return {};
  Result<uint64_t> token = file.getUnsigned("tokenizer.ggml.bos_token_id");
  if (!token)
    return token.takeError();
  vocabulary.beginToken = static_cast<int64_t>(*token);
  return {};
}

/// Refuses what would change the tokens of every prompt and is not done here.
static Status refuseFlags(const GgufFile &file) {
  for (const char *key :
       {"tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_space_prefix"}) {
    if (!file.find(key))
      continue;
    Result<bool> flag = file.getBool(key);
    if (!flag)
      return flag.takeError();
    if (*flag)
      return inputError(file.path(), "expects %s false, got true", key);
  }
  return {};
}

Result<Vocabulary> Vocabulary::read(const GgufFile &file) {
  Vocabulary vocabulary;
  vocabulary.place = file.path();
  Result<std::string_view> model = file.getString("tokenizer.ggml.model");
  if (!model)
    return model.takeError();
  vocabulary.model = *model;
  Result<std::string_view> pre = file.getString("tokenizer.ggml.pre");
  if (!pre)
    return pre.takeError();
  vocabulary.preTokenizer = *pre;
  auto tokens = file.getStrings("tokenizer.ggml.tokens");
  if (!tokens)
    return tokens.takeError();
  vocabulary.tokens = std::move(*tokens);
  auto merges = file.getStrings("tokenizer.ggml.merges");
  if (!merges)
    return merges.takeError();
  vocabulary.merges = std::move(*merges);
  if (file.find("tokenizer.ggml.token_type")) {
    auto types = file.getIntegers("tokenizer.ggml.token_type");
    if (!types)
      return types.takeError();
    vocabulary.types = std::move(*types);
  }
  for (Status status : {readBegin(file, vocabulary), refuseFlags(file)})
    if (!status)
      return status.takeError();
  return vocabulary;
}

static Status checkTypes(const Vocabulary &vocabulary) {
  if (!vocabulary.types.empty() &&
      vocabulary.types.size() != vocabulary.tokens.size())
    return inputError(vocabulary.place,
                      "tokenizer.ggml.token_type expects %zu elements, one for "
                      "each token, got %zu",
                      vocabulary.tokens.size(), vocabulary.types.size());
  return {};
}

Status Tokenizer::readTokens(const Vocabulary &vocabulary) {
  if (Status types = checkTypes(vocabulary); !types)
    return types;
  size_t count = vocabulary.tokens.size();
  control.resize(count);
  starts.push_back(0);
  for (size_t token = 0; token < count; ++token) {
    std::string_view spelling = vocabulary.tokens[token];
    // User-defined tokens need not be spelled in the characters for bytes.
    std::optional<std::string> bytes = bytesOfSpelling(spelling);
    spellings += bytes ? *bytes : std::string(spelling);
    starts.push_back(static_cast<uint32_t>(spellings.size()));
    int64_t type = vocabulary.types.empty() ? 1 : vocabulary.types[token];
    control[token] = type == ControlToken;
    if ((type == ControlToken || type == UserDefinedToken) && !spelling.empty())
      added.push_back(static_cast<int64_t>(token));
  }
  std::sort(added.begin(), added.end(), [&](int64_t a, int64_t b) {
    size_t left = bytesOf(a).size(), right = bytesOf(b).size();
    return left != right ? left > right : a < b;
  });
  for (int64_t token : added)
    startsAdded[static_cast<uint8_t>(bytesOf(token)[0])] = true;
  return {};
}

Status Tokenizer::readBegin(const Vocabulary &vocabulary) {
  if (!vocabulary.addBegin)
    return {};
  begin = vocabulary.beginToken;
  if (!begin)
    return inputError(vocabulary.place,
                      "tokenizer.ggml.add_bos_token needs "
                      "tokenizer.ggml.bos_token_id, which is missing");
  if (*begin >= 0 && *begin < size())
    return {};
  return inputError(vocabulary.place,
                    "tokenizer.ggml.bos_token_id expects an id below %lld, the "
                    "number of tokens, got %lld",
                    (long long)size(), (long long)*begin);
}

Result<Tokenizer> Tokenizer::create(const Vocabulary &vocabulary) {
  if (!frontend::isByteLevel(vocabulary.model))
    return inputError(vocabulary.place,
                      "tokenizer.ggml.model expects byte-level byte pair "
                      "encoding, got %s",
                      quoted(vocabulary.model).c_str());
  auto rule = frontend::splitRuleNamed(vocabulary.preTokenizer);
  if (!rule)
    return inputError(vocabulary.place,
                      "tokenizer.ggml.pre names the unknown pre-tokenizer %s",
                      quoted(vocabulary.preTokenizer).c_str());
  Tokenizer tokenizer;
  tokenizer.rule = *rule;
  if (Status tokens = tokenizer.readTokens(vocabulary); !tokens)
    return tokens.takeError();
  if (Status begin = tokenizer.readBegin(vocabulary); !begin)
    return begin.takeError();
  Result<BytePairs> pairs =
      BytePairs::create(vocabulary.tokens, vocabulary.merges, vocabulary.place);
  if (!pairs)
    return pairs.takeError();
  tokenizer.pairs = std::move(*pairs);
  return tokenizer;
}

std::string_view Tokenizer::bytesOf(int64_t token) const {
  return std::string_view(spellings).substr(starts[token],
                                            starts[token + 1] - starts[token]);
}

const int64_t *Tokenizer::addedTokenAt(std::string_view text, size_t at) const {
  if (!startsAdded[static_cast<uint8_t>(text[at])])
    return nullptr;
  for (const int64_t &token : added)
    if (text.compare(at, bytesOf(token).size(), bytesOf(token)) == 0)
      return &token;
  return nullptr;
}

Result<std::vector<int64_t>> Tokenizer::encode(std::string_view text) const {
  if (std::optional<size_t> at = findInvalidUtf8(text))
    return makeError(ExitCode::InputDiagnosed,
                     "prompt: byte %zu expects UTF-8, got 0x%02x", *at,
                     static_cast<uint8_t>(text[*at]));
  std::vector<int64_t> tokens;
  auto encodePiece = [&](std::string_view piece) {
    pairs.encode(piece, tokens);
  };
  size_t start = 0;
  for (size_t at = 0; at < text.size();) {
    const int64_t *token = addedTokenAt(text, at);
    if (!token) {
      ++at;
      continue;
    }
    splitText(rule, text.substr(start, at - start), encodePiece);
    tokens.push_back(*token);
    start = at += bytesOf(*token).size();
  }
  splitText(rule, text.substr(start), encodePiece);
  return tokens;
}

std::string Tokenizer::decode(const std::vector<int64_t> &tokens) const {
  Utf8Stream stream;
  std::string text;
  for (int64_t token : tokens)
    text += stream.push(bytesOf(token));
  return text + stream.finish();
}

std::string TokenStream::push(int64_t token) {
  if (tokenizer.isControl(token))
    return {};
  return text.push(tokenizer.bytesOf(token));
}
