// The text half of the runtime on the command line, so that lit tests can reach
// it without a compiled model:
//   weft-text-test encode MODEL < STRINGS > RESULTS   (framed, see
//   check_tokens.py) weft-text-test words MODEL < STRINGS > RESULTS    (the
//   same, digits not split) weft-text-test prompt MODEL TEXT ids of a prompt
//   weft-text-test text MODEL IDS                     text, token by token
//   weft-text-test repair TEXT                        text, byte by byte
//   weft-text-test sample TEMP TOPK TOPP SEED DRAWS LOGITS...
//   weft-text-test generate MODEL IDS CONTEXT N FORMAT SCRIPT...
#include "lib/runtime/Generate.h"
#include "lib/runtime/GgufFile.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace weft::runtime;

static int fail(const Error &error) {
  std::fflush(stdout);
  std::fprintf(stderr, "error: %s\n", error.message.c_str());
  return static_cast<int>(error.code);
}

/// `\\xNN` in an argument is one byte: test scripts cannot pass such bytes.
static std::string unescape(std::string_view text) {
  std::string bytes;
  for (size_t at = 0; at < text.size(); ++at) {
    bool escaped = text.substr(at, 2) == "\\x";
    std::string digits(text.substr(at, 4).substr(escaped ? 2 : 0));
    bytes += escaped
                 ? static_cast<char>(std::strtol(digits.c_str(), nullptr, 16))
                 : text[at];
    at += escaped ? 3 : 0;
  }
  return bytes;
}

static bool readNumber(uint32_t &number) {
  return std::fread(&number, sizeof(number), 1, stdin) == 1;
}

static void writeNumber(size_t number) {
  uint32_t word = static_cast<uint32_t>(number);
  std::fwrite(&word, sizeof(word), 1, stdout);
}

static int encodeStrings(const Tokenizer &tokenizer) {
  uint32_t length;
  while (readNumber(length)) {
    std::string text(length, 0);
    if (std::fread(text.data(), 1, length, stdin) != length)
      return 1;
    Result<std::vector<int64_t>> ids = tokenizer.encode(text);
    if (!ids)
      return fail(ids.error());
    writeNumber(ids->size());
    for (int64_t id : *ids)
      writeNumber(static_cast<size_t>(id));
    std::string decoded = tokenizer.decode(*ids);
    writeNumber(decoded.size());
    std::fwrite(decoded.data(), 1, decoded.size(), stdout);
  }
  return 0;
}

static int encodeWords(const GgufFile &file) {
  Result<Vocabulary> vocabulary = Vocabulary::read(file);
  if (!vocabulary)
    return fail(vocabulary.error());
  vocabulary->preTokenizer = "gpt-2";
  Result<Tokenizer> tokenizer = Tokenizer::create(*vocabulary);
  return tokenizer ? encodeStrings(*tokenizer) : fail(tokenizer.error());
}

static int showPrompt(const TextModel &model, std::string_view text) {
  Result<std::vector<int64_t>> ids = encodePrompt(model, text);
  if (!ids)
    return fail(ids.error());
  for (int64_t id : *ids)
    std::printf("%lld ", (long long)id);
  std::printf("\n%s", model.tokenizer->decode(*ids).c_str());
  return 0;
}

static int showText(const TextModel &model, std::string_view list) {
  auto ids = parseTokens(list, model.tokenizer->size());
  if (!ids)
    return fail(ids.error());
  TokenStream stream(*model.tokenizer);
  for (int64_t id : *ids)
    std::printf("[%s]", stream.push(id).c_str());
  std::printf("[%s]\n", stream.finish().c_str());
  return 0;
}

static int repair(std::string_view text) {
  Utf8Stream stream;
  for (char byte : text)
    std::printf("%s", stream.push({&byte, 1}).c_str());
  std::printf("%s\n", stream.finish().c_str());
  return 0;
}

static int sample(char **args, int count) {
  SamplerOptions options;
  options.temperature = std::atof(args[0]);
  options.topK = std::atoll(args[1]);
  options.topP = std::atof(args[2]);
  options.seed = std::strtoull(args[3], nullptr, 10);
  if (Status valid = checkOptions(options); !valid)
    return fail(valid.error());
  std::vector<float> logits;
  for (int at = 5; at < count; ++at)
    logits.push_back(std::strtof(args[at], nullptr));
  std::vector<int64_t> counts(logits.size());
  Sampler sampler(options);
  for (long long draws = std::atoll(args[4]); draws > 0; --draws) {
    auto token = sampler.choose(logits.data(), counts.size());
    if (!token)
      return std::printf("none\n"), 0;
    ++counts[*token];
  }
  for (int64_t drawn : counts)
    std::printf("%lld ", (long long)drawn);
  std::printf("\n");
  return 0;
}

/// A model that says the tokens of a script whatever it is fed, and tells on
/// stderr what it is fed.
static int converse(const TextModel &model, char **args, int count) {
  GenerateOptions options;
  options.vocabulary = 320;
  options.context = std::atoll(args[1]);
  options.maxTokens = std::atoll(args[2]);
  options.printTokens = std::strcmp(args[3], "ids") == 0;
  std::vector<int64_t> prompt;
  if (*args[0]) {
    auto list = parseTokens(args[0], 1000);
    if (!list)
      return fail(list.error());
    prompt = *list;
  }
  std::vector<float> logits(options.vocabulary);
  int next = 4;
  auto feed = [&](const int64_t *ids, int64_t fed) -> Result<const float *> {
    std::fprintf(stderr, "fed %lld:", (long long)fed);
    for (int64_t at = 0; at < fed; ++at)
      std::fprintf(stderr, " %lld", (long long)ids[at]);
    std::fprintf(stderr, "\n");
    if (next == count)
      return makeError(ExitCode::Internal, "the script is over");
    std::string_view word = args[next++];
    std::fill(logits.begin(), logits.end(), word == "nan" ? NAN : 0.0f);
    if (word != "nan")
      logits[std::atoll(word.data())] = 1;
    return logits.data();
  };
  Result<Generated> result = generate(model, prompt, options, feed);
  if (!result)
    return fail(result.error());
  static const char *const reasons[] = {"end of turn", "token limit",
                                        "context full"};
  std::fprintf(stderr, "%zu tokens, %s\n", result->tokens.size(),
               reasons[static_cast<int>(result->reason)]);
  return 0;
}

static int runOnModel(std::string_view command, char **args, int count) {
  if (command == "generate" && std::strcmp(args[0], "none") == 0)
    return converse(TextModel(), args + 1, count - 1);
  Result<GgufFile> file = GgufFile::open(args[0]);
  if (!file)
    return fail(file.error());
  if (command == "words")
    return encodeWords(*file);
  Result<TextModel> model = TextModel::load(*file);
  if (!model)
    return fail(model.error());
  if (command == "generate" && count > 5)
    return converse(*model, args + 1, count - 1);
  if (command == "prompt" && count == 2)
    return showPrompt(*model, unescape(args[1]));
  if (!model->tokenizer)
    return fail(model->tokenizer.error());
  if (command == "encode")
    return encodeStrings(*model->tokenizer);
  if (command == "text" && count == 2)
    return showText(*model, args[1]);
  return 2;
}

int main(int argc, char **argv) {
  std::string_view command = argc > 2 ? argv[1] : "";
  if (command == "sample" && argc > 7)
    return sample(argv + 2, argc - 2);
  if (command == "repair")
    return repair(unescape(argv[2]));
  return argc > 2 ? runOnModel(command, argv + 2, argc - 2) : 2;
}
