// A prompt in, text or token ids out.
#include "lib/runtime/MainRun.h"

#include "lib/runtime/Generate.h"
#include "lib/runtime/WeightFile.h"
#include "lib/runtime/Weights.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

using namespace weft::runtime;

namespace {

/// Feeds tokens to the entries prefill and step, and keeps the state.
class Feeder {
public:
  Feeder(const OpenModel &model, StatePointer state)
      : model(model), state(std::move(state)),
        logits(model.descriptor().info.vocabulary) {}

  Result<const float *> feed(const int64_t *ids, int64_t count);
  weft_state *states() const { return state.get(); }

private:
  const OpenModel &model;
  StatePointer state;
  std::vector<float> logits;
};

} // namespace

Result<const float *> Feeder::feed(const int64_t *ids, int64_t count) {
  weft_tensor input{};
  input.data = const_cast<int64_t *>(ids);
  input.bytes = count * sizeof(int64_t);
  input.dtype = WEFT_I64;
  input.rank = 2;
  input.dims[0] = 1;
  input.dims[1] = count;
  weft_tensor output{};
  output.data = logits.data();
  output.bytes = logits.size() * sizeof(float);
  weft_error error;
  if (model.api().run(model.model(), state.get(),
                      count == 1 ? "step" : "prefill", &input, 1, &output, 1,
                      &error))
    return errorOf(error);
  return logits.data();
}

static Result<TextModel> loadText(const OpenModel &model,
                                  const MainOptions &options) {
  const char *path =
      options.weights.empty() ? nullptr : options.weights.c_str();
  Result<WeightFile> file = openWeightFile(model.descriptor(), path);
  if (!file)
    return file.takeError();
  if (!file->gguf())
    return inputError(file->path(), "holds no tokenizer; expects a GGUF file");
  return TextModel::load(*file->gguf());
}

static Status checkTalks(const OpenModel &model, const MainOptions &options) {
  const weft_descriptor &descriptor = model.descriptor();
  bool talks = (descriptor.flags & WEFT_LANGUAGE_MODEL) &&
               model.findEntry("prefill") && model.findEntry("step");
  if (!talks)
    return makeError(ExitCode::Usage,
                     "%s needs a language model, which '%s' is not; give its "
                     "inputs with -i (--help lists them)",
                     options.talkOption.c_str(), descriptor.info.name);
  if (options.prompt && options.tokens)
    return makeError(ExitCode::Usage, "expects -p or --tokens, got both");
  return checkOptions(options.sampling);
}

static GenerateOptions generateOptions(const OpenModel &model,
                                       const MainOptions &options,
                                       int64_t position) {
  GenerateOptions result;
  result.sampling = options.sampling;
  result.maxTokens = options.maxTokens;
  result.printTokens = options.printTokens;
  // A model without caches has no limit but memory for the list of tokens.
  int64_t context = model.descriptor().info.context_length;
  result.context = context ? context - position : INT32_MAX;
  result.vocabulary = model.descriptor().info.vocabulary;
  return result;
}

static void printTimes(const Generated &generated, size_t promptTokens) {
  // The prompt's own pass chooses the first token of the answer.
  size_t steps = std::max<size_t>(generated.tokens.size(), 1) - 1;
  fprintf(stderr,
          "prompt: %zu tokens in %.1f ms, %.1f tokens/s\n"
          "answer: %zu tokens after the first in %.1f ms, %.1f tokens/s\n",
          promptTokens, generated.promptSeconds * 1e3,
          promptTokens / std::max(generated.promptSeconds, 1e-9), steps,
          generated.tokenSeconds * 1e3,
          steps / std::max(generated.tokenSeconds, 1e-9));
}

static Status answer(const OpenModel &model, const MainOptions &options,
                     const TextModel &text, Feeder &feeder) {
  int64_t vocabulary = model.descriptor().info.vocabulary;
  Result<std::vector<int64_t>> prompt =
      options.tokens ? parseTokens(*options.tokens, vocabulary)
                     : encodePrompt(text, *options.prompt);
  if (!prompt)
    return prompt.takeError();
  int64_t position = model.api().state_position(feeder.states());
  Result<Generated> generated =
      generate(text, *prompt, generateOptions(model, options, position),
               [&](const int64_t *ids, int64_t count) {
                 return feeder.feed(ids, count);
               });
  if (!generated)
    return generated.takeError();
  if (fflush(stdout) != 0)
    return fileError("stdout", "cannot write: %s", strerror(errno));
  if (options.time)
    printTimes(*generated, prompt->size());
  return {};
}

Status weft::runtime::runTalk(const OpenModel &model,
                              const MainOptions &options) {
  if (Status talks = checkTalks(model, options); !talks)
    return talks;
  Result<TextModel> text = loadText(model, options);
  if (!text)
    return text.takeError();
  Result<StatePointer> state = model.newState(1);
  if (!state)
    return state.takeError();
  weft_error error;
  if (!options.stateIn.empty() &&
      model.api().state_load_file(state->get(), options.stateIn.c_str(),
                                  &error))
    return errorOf(error);
  Feeder feeder(model, std::move(*state));
  if (Status answered = answer(model, options, *text, feeder); !answered)
    return answered;
  if (!options.stateOut.empty() &&
      model.api().state_save_file(feeder.states(), options.stateOut.c_str(),
                                  &error))
    return errorOf(error);
  return {};
}
