#include "lib/runtime/Generate.h"
#include "lib/runtime/GgufFile.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

using namespace weft::runtime;

static constexpr const char *templateKey = "tokenizer.chat_template";

static Result<Tokenizer> loadTokenizer(const GgufFile &file) {
  Result<Vocabulary> vocabulary = Vocabulary::read(file);
  if (!vocabulary)
    return vocabulary.takeError();
  return Tokenizer::create(*vocabulary);
}

static Result<std::optional<ChatTemplate>> loadChat(const GgufFile &file) {
  if (!file.find(templateKey))
    return std::optional<ChatTemplate>();
  Result<std::string_view> text = file.getString(templateKey);
  if (!text)
    return text.takeError();
  auto chat = ChatTemplate::recognise(*text, file.path() + ": " + templateKey);
  if (!chat)
    return chat.takeError();
  return std::optional<ChatTemplate>(std::move(*chat));
}

Error TextModel::noTokenizer() {
  return makeError(ExitCode::InputDiagnosed,
                   "the weights file has no tokenizer; give ids with --tokens "
                   "and get ids with --print-tokens");
}

Result<TextModel> TextModel::load(const GgufFile &file) {
  TextModel model;
  for (const char *key :
       {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"}) {
    if (!file.find(key))
      continue;
    Result<uint64_t> token = file.getUnsigned(key);
    if (!token)
      return token.takeError();
    model.endTokens.push_back(static_cast<int64_t>(*token));
  }
  if (file.find("tokenizer.ggml.model"))
    model.tokenizer = loadTokenizer(file);
  model.chat = loadChat(file);
  return model;
}

bool TextModel::endsTurn(int64_t token) const {
  return std::find(endTokens.begin(), endTokens.end(), token) !=
         endTokens.end();
}

Result<std::vector<int64_t>>
weft::runtime::encodePrompt(const TextModel &model, std::string_view prompt) {
  if (!model.tokenizer)
    return model.tokenizer.error();
  if (!model.chat)
    return model.chat.error();
  // Before the template adds to it, so that a fault's place counts from the
  // start of what the user wrote.
  Result<std::vector<int64_t>> tokens = model.tokenizer->encode(prompt);
  if (!tokens)
    return tokens;
  if (const std::optional<ChatTemplate> &chat = *model.chat)
    return model.tokenizer->encode(chat->render(prompt));
  if (std::optional<int64_t> begin = model.tokenizer->beginToken())
    tokens->insert(tokens->begin(), *begin);
  return tokens;
}

Result<std::vector<int64_t>> weft::runtime::parseTokens(std::string_view list,
                                                        int64_t vocabulary) {
  std::vector<int64_t> tokens;
  std::string text(list);
  for (const char *at = text.c_str();; ++at) {
    char *end;
    errno = 0;
    long long token = std::strtoll(at, &end, 10);
    bool digits = *at >= '0' && *at <= '9';
    if (!digits || (*end && *end != ','))
      return makeError(ExitCode::Usage,
                       "--tokens expects numbers separated by commas, got %s",
                       quoted(list).c_str());
    if (errno || token >= vocabulary)
      return makeError(ExitCode::InputDiagnosed,
                       "--tokens expects ids below %lld, the size of the "
                       "vocabulary, got %s",
                       (long long)vocabulary,
                       std::string(at, end - at).c_str());
    tokens.push_back(token);
    if (!*end)
      return tokens;
    at = end;
  }
}

static Status checkContext(int64_t prompt, const GenerateOptions &options) {
  if (prompt == 0)
    return makeError(ExitCode::InputDiagnosed,
                     "the prompt expects at least one token, got none");
  if (prompt > options.context)
    return makeError(ExitCode::InputDiagnosed,
                     "the prompt has %lld tokens, the context of this "
                     "executable holds %lld",
                     (long long)prompt, (long long)options.context);
  // The last new token is never fed.
  if (options.maxTokens > options.context - prompt + 1)
    return makeError(ExitCode::InputDiagnosed,
                     "the prompt's %lld tokens and %lld new ones do not fit "
                     "the context of this executable, which holds %lld",
                     (long long)prompt, (long long)options.maxTokens,
                     (long long)options.context);
  return {};
}

namespace {
/// Prints ids or text as they become known.
class Printer {
public:
  Printer(const TextModel &model, const GenerateOptions &options)
      : options(options) {
    if (!options.printTokens)
      stream.emplace(*model.tokenizer);
  }

  Status add(int64_t token) {
    if (stream)
      return write(stream->push(token));
    std::string id = std::to_string(token);
    return write(first ? id : " " + id);
  }

  Status finish() { return write((stream ? stream->finish() : "") + "\n"); }

private:
  Status write(const std::string &text) {
    first = false;
    bool written =
        std::fwrite(text.data(), 1, text.size(), options.out) == text.size();
    if (written && std::fflush(options.out) == 0)
      return {};
    return fileError("standard output", "cannot write: %s",
                     std::strerror(errno));
  }

  const GenerateOptions &options;
  std::optional<TokenStream> stream;
  bool first = true;
};

/// The state of one run of generate.
class Generation {
public:
  Generation(const TextModel &model, const GenerateOptions &options,
             const FeedFunction &feed)
      : model(model), options(options), feed(feed), sampler(options.sampling),
        printer(model, options) {}

  Status run(const std::vector<int64_t> &prompt);

  Generated result;

private:
  Status step(const int64_t *ids, int64_t count, double &seconds);
  Status loop();
  const TextModel &model;
  const GenerateOptions &options;
  const FeedFunction &feed;
  Sampler sampler;
  Printer printer;
  /// Tokens that were fed.
  int64_t position = 0;
};
} // namespace

/// Feeds tokens and chooses the one that follows.
Status Generation::step(const int64_t *ids, int64_t count, double &seconds) {
  auto start = std::chrono::steady_clock::now();
  Result<const float *> logits = feed(ids, count);
  if (!logits)
    return logits.takeError();
  position += count;
  auto token = sampler.choose(*logits, options.vocabulary);
  seconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  if (!token)
    return makeError(ExitCode::InputDiagnosed,
                     "no logit at position %lld is a finite number; are these "
                     "the weights the executable was compiled for?",
                     (long long)position - 1);
  result.tokens.push_back(*token);
  return {};
}

Status Generation::loop() {
  while (true) {
    int64_t token = result.tokens.back();
    bool end = model.endsTurn(token);
    if (!end || options.printTokens)
      if (Status printed = printer.add(token); !printed)
        return printed;
    int64_t count = static_cast<int64_t>(result.tokens.size());
    if (end || count == options.maxTokens || position == options.context) {
      result.reason = end                          ? StopReason::EndOfTurn
                      : count == options.maxTokens ? StopReason::TokenLimit
                                                   : StopReason::ContextFull;
      return {};
    }
    if (Status next = step(&token, 1, result.tokenSeconds); !next)
      return next;
  }
}

Status Generation::run(const std::vector<int64_t> &prompt) {
  if (options.printTokens)
    for (int64_t token : prompt)
      if (Status printed = printer.add(token); !printed)
        return printed;
  if (options.maxTokens != 0) {
    int64_t count = static_cast<int64_t>(prompt.size());
    if (Status first = step(prompt.data(), count, result.promptSeconds); !first)
      return first;
    if (Status rest = loop(); !rest)
      return rest;
  }
  return printer.finish();
}

Result<Generated> weft::runtime::generate(const TextModel &model,
                                          const std::vector<int64_t> &prompt,
                                          const GenerateOptions &options,
                                          const FeedFunction &feed) {
  int64_t count = static_cast<int64_t>(prompt.size());
  for (Status status :
       {checkOptions(options.sampling), checkContext(count, options)})
    if (!status)
      return status.takeError();
  for (int64_t token : prompt)
    if (token < 0 || token >= options.vocabulary)
      return makeError(ExitCode::InputDiagnosed,
                       "the prompt expects ids below %lld, the size of the "
                       "vocabulary, got %lld",
                       (long long)options.vocabulary, (long long)token);
  if (!options.printTokens && !model.tokenizer)
    return model.tokenizer.error();
  Generation generation(model, options, feed);
  if (Status run = generation.run(prompt); !run)
    return run.takeError();
  return std::move(generation.result);
}
