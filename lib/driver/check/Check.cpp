#include "lib/driver/check/Check.h"

#include "lib/driver/Diagnostics.h"
#include "lib/driver/check/Compare.h"
#include "lib/driver/check/Samples.h"
#include "weft/Forms.h"
#include "weft/Frontend.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace weft;
using namespace weft::driver;

namespace {

/// A form to compile the model in.
struct FormCase {
  std::string form;
  int64_t chunk; // 0: by cost
  std::string text() const {
    return form + (chunk ? ", chunk " + std::to_string(chunk) : "");
  }
};

class Checker {
public:
  Checker(const Invocation &invocation, mlir::ModuleOp module)
      : invocation(invocation), module(module), ranges(readRanges(module)) {}

  Error run();
  bool passed() const { return failures == 0; }

private:
  Expected<std::unique_ptr<ModelLibrary>> build(const FormCase &form,
                                                bool oracle);
  Expected<std::vector<FormCase>> formCases();
  std::vector<int64_t> tokenCounts(int64_t chunk);
  Expected<std::vector<Array>> reference(const std::vector<Array> &inputs);
  Expected<std::vector<Array>> whole(ModelLibrary &library,
                                     const std::vector<Array> &inputs);
  std::vector<Array> draw(int64_t tokens, const Sample &sample);
  std::vector<Array> slice(const std::vector<Array> &inputs, int64_t begin,
                           int64_t end);

  Error checkForm(const FormCase &form);
  Error checkValues(ModelLibrary &library, const FormCase &form);
  Error checkThreads(ModelLibrary &library, const FormCase &form);
  Error checkCuts(ModelLibrary &library, const FormCase &form);
  Error checkSteps(ModelLibrary &library, const FormCase &form);
  Error checkStateCopies(ModelLibrary &library, const FormCase &form);
  void report(const FormCase &form, StringRef what, double error,
              bool needBits = false, bool bits = true);

  const Invocation &invocation;
  mlir::ModuleOp module;
  ValueRanges ranges;
  std::unique_ptr<ModelLibrary> oracle;
  unsigned failures = 0;
};

/// Tokens of the split checks: ragged for every chunk that is tried.
constexpr int64_t kSplitTokens = 55;

} // namespace

void Checker::report(const FormCase &form, StringRef what, double error,
                     bool needBits, bool bits) {
  bool good = error <= invocation.tolerance && (bits || !needBits);
  failures += !good;
  outs() << (good ? "PASS " : "FAIL ") << left_justify(form.text(), 22) << " "
         << left_justify(what, 40) << format(" error %.1e", error);
  if (needBits)
    outs() << (bits ? ", same bits" : ", bits differ");
  outs() << "\n";
}

Expected<std::unique_ptr<ModelLibrary>> Checker::build(const FormCase &form,
                                                       bool isOracle) {
  Invocation copy = invocation;
  copy.pipeline.form = form.form == "auto" ? "" : form.form;
  copy.pipeline.chunk = form.chunk;
  if (isOracle) {
    copy.pipeline.widen = true;
    copy.pipeline.stateless = true;
  }
  if (form.form == "dense")
    copy.pipeline.stateless = true;
  return ModelLibrary::build(module, copy);
}

/// The forms that some mixer of the model has, each with the chunks to try.
Expected<std::vector<FormCase>> Checker::formCases() {
  mlir::OwningOpRef<mlir::ModuleOp> copy(module.clone());
  PipelineOptions options = invocation.pipeline;
  if (failed(runPhases(*copy, Phase::Simplify, options)))
    return createStringError("the model does not simplify");
  SetVector<StringRef> forms;
  copy->walk([&](mlir::Operation *op) {
    for (StringRef form : formsOf(op))
      forms.insert(form);
  });
  std::vector<FormCase> cases = {{"auto", 0}, {"dense", 0}};
  for (StringRef form : forms) {
    if (form == "chunked" || form == "blocked")
      for (int64_t chunk : {1, 16, 64})
        cases.push_back({form.str(), chunk});
    else
      cases.push_back({form.str(), 0});
  }
  return cases;
}

std::vector<int64_t> Checker::tokenCounts(int64_t chunk) {
  const weft_entry_info *entry = oracle->entry("forward");
  bool dynamic = false;
  for (uint32_t i = 0; i < entry->num_inputs; ++i)
    for (uint32_t d = 0; d < entry->inputs[i].rank; ++d)
      dynamic |= entry->inputs[i].dims[d] == WEFT_DIM_TIME;
  if (!dynamic)
    return {0};
  if (!chunk)
    return {0, 1, 2, 15, 16, 17, 63, 64, 65, 199};
  std::vector<int64_t> counts;
  for (int64_t tokens :
       {int64_t(0), int64_t(1), chunk - 1, chunk, chunk + 1, 3 * chunk + 7})
    if (!is_contained(counts, tokens))
      counts.push_back(tokens);
  return counts;
}

std::vector<Array> Checker::draw(int64_t tokens, const Sample &sample) {
  std::mt19937_64 random(invocation.seed * 1000003 + tokens);
  return drawInputs(*oracle->entry("forward"), tokens,
                    oracle->info().vocabulary, ranges, sample, random);
}

/// The tokens [begin, end) of the inputs that have a time axis.
std::vector<Array> Checker::slice(const std::vector<Array> &inputs,
                                  int64_t begin, int64_t end) {
  const weft_entry_info *entry = oracle->entry("forward");
  std::vector<Array> result;
  for (auto [i, input] : enumerate(inputs)) {
    bool timed =
        entry->inputs[i].rank > 1 && entry->inputs[i].dims[1] == WEFT_DIM_TIME;
    result.push_back(timed ? timeSlice(input, begin, end) : input);
  }
  return result;
}

Expected<std::vector<Array>>
Checker::reference(const std::vector<Array> &inputs) {
  return oracle->run("forward", inputs, nullptr);
}

/// All tokens in one call, from a new state if the model has one.
Expected<std::vector<Array>> Checker::whole(ModelLibrary &library,
                                            const std::vector<Array> &inputs) {
  if (!library.entry("forward")->stateful)
    return library.run("forward", inputs, nullptr);
  Expected<weft_state *> state = library.newState();
  if (!state)
    return state.takeError();
  auto outputs = library.run("forward", inputs, *state);
  library.freeState(*state);
  return outputs;
}

Error Checker::checkValues(ModelLibrary &library, const FormCase &form) {
  for (const Sample &sample : samples(ranges)) {
    double worst = 0;
    std::string counts;
    for (int64_t tokens : tokenCounts(form.chunk)) {
      std::vector<Array> inputs = draw(tokens, sample);
      Expected<std::vector<Array>> expected = reference(inputs);
      if (!expected)
        return expected.takeError();
      Expected<std::vector<Array>> actual = whole(library, inputs);
      if (!actual)
        return actual.takeError();
      worst = std::max(worst, relativeError(*actual, *expected));
      counts += (counts.empty() ? "" : ",") + std::to_string(tokens);
    }
    std::string what = sample.name;
    if (sample.gate)
      raw_string_ostream(what) << format(" %g", *sample.gate);
    report(form, what + ", T " + counts, worst);
  }
  return Error::success();
}

Error Checker::checkThreads(ModelLibrary &library, const FormCase &form) {
  std::vector<Array> inputs = draw(kSplitTokens, {"random", std::nullopt});
  Expected<std::vector<Array>> one = whole(library, inputs);
  if (!one)
    return one.takeError();
  if (Error error = library.setThreads(2))
    return error;
  Expected<std::vector<Array>> two = whole(library, inputs);
  if (!two)
    return two.takeError();
  report(form, "1 and 2 threads", relativeError(*two, *one), /*needBits=*/true,
         sameBits(*two, *one));
  return library.setThreads(1);
}

/// forward over [0, cut), then over [cut, T), for every cut.
Error Checker::checkCuts(ModelLibrary &library, const FormCase &form) {
  std::vector<Array> inputs = draw(kSplitTokens, {"random", std::nullopt});
  Expected<std::vector<Array>> expected = whole(library, inputs);
  if (!expected)
    return expected.takeError();
  double worst = 0;
  bool bits = true;
  for (int64_t cut = 0; cut <= kSplitTokens; ++cut) {
    Expected<weft_state *> state = library.newState();
    if (!state)
      return state.takeError();
    std::vector<std::vector<Array>> pieces;
    for (auto [begin, end] :
         {std::pair(int64_t(0), cut), std::pair(cut, kSplitTokens)}) {
      auto piece = library.run("forward", slice(inputs, begin, end), *state);
      if (!piece)
        return piece.takeError();
      pieces.push_back(std::move(*piece));
    }
    library.freeState(*state);
    std::vector<Array> joined;
    for (size_t i = 0; i < expected->size(); ++i)
      joined.push_back(timeConcat({pieces[0][i], pieces[1][i]}));
    worst = std::max(worst, relativeError(joined, *expected));
    if (form.chunk && cut % form.chunk == 0)
      bits &= sameBits(joined, *expected);
  }
  StringRef what =
      form.chunk ? "cut at every token (bits at chunks)" : "cut at every token";
  report(form, what, worst, /*needBits=*/form.chunk != 0, bits);
  return Error::success();
}

/// The step entry token by token against the whole.
Error Checker::checkSteps(ModelLibrary &library, const FormCase &form) {
  if (!library.entry("step"))
    return Error::success();
  std::vector<Array> inputs = draw(kSplitTokens, {"random", std::nullopt});
  Expected<std::vector<Array>> expected = whole(library, inputs);
  if (!expected)
    return expected.takeError();
  Expected<weft_state *> state = library.newState();
  if (!state)
    return state.takeError();
  std::vector<std::vector<Array>> outputs(expected->size());
  for (int64_t token = 0; token < kSplitTokens; ++token) {
    auto row = library.run("step", slice(inputs, token, token + 1), *state);
    if (!row)
      return row.takeError();
    for (auto [output, part] : zip(outputs, *row))
      output.push_back(std::move(part));
  }
  library.freeState(*state);
  std::vector<Array> joined;
  for (std::vector<Array> &output : outputs)
    joined.push_back(timeConcat(output));
  report(form, "token by token", relativeError(joined, *expected));
  return Error::success();
}

/// A state that was cloned, or saved and loaded, goes on with the same bits.
Error Checker::checkStateCopies(ModelLibrary &library, const FormCase &form) {
  constexpr int64_t cut = 23;
  std::vector<Array> inputs = draw(kSplitTokens, {"random", std::nullopt});
  std::vector<Array> rest = slice(inputs, cut, kSplitTokens);
  Expected<weft_state *> state = library.newState();
  if (!state)
    return state.takeError();
  auto first = library.run("forward", slice(inputs, 0, cut), *state);
  if (!first)
    return first.takeError();
  Expected<weft_state *> cloned = library.clone(*state);
  if (!cloned)
    return cloned.takeError();
  Expected<weft_state *> loaded = library.saveAndLoad(*state);
  if (!loaded)
    return loaded.takeError();
  std::vector<std::vector<Array>> ends;
  for (weft_state *copy : {*state, *cloned, *loaded}) {
    auto end = library.run("forward", rest, copy);
    if (!end)
      return end.takeError();
    ends.push_back(std::move(*end));
    library.freeState(copy);
  }
  report(form, "state cloned, saved and loaded",
         std::max(relativeError(ends[1], ends[0]),
                  relativeError(ends[2], ends[0])),
         /*needBits=*/true,
         sameBits(ends[1], ends[0]) && sameBits(ends[2], ends[0]));
  return Error::success();
}

Error Checker::checkForm(const FormCase &form) {
  Expected<std::unique_ptr<ModelLibrary>> library =
      build(form, /*isOracle=*/false);
  if (!library)
    return library.takeError();
  if (Error error = checkValues(**library, form))
    return error;
  if (tokenCounts(form.chunk).size() < 2)
    return Error::success();
  if (Error error = checkThreads(**library, form))
    return error;
  if (!(*library)->entry("forward")->stateful)
    return Error::success();
  if (Error error = checkCuts(**library, form))
    return error;
  if (Error error = checkSteps(**library, form))
    return error;
  return checkStateCopies(**library, form);
}

Error Checker::run() {
  Expected<std::unique_ptr<ModelLibrary>> built =
      build({"dense", 0}, /*isOracle=*/true);
  if (!built)
    return built.takeError();
  oracle = std::move(*built);
  if (!oracle->entry("forward"))
    return createStringError("the model has no entry @forward");
  Expected<std::vector<FormCase>> cases = formCases();
  if (!cases)
    return cases.takeError();
  for (const FormCase &form : *cases)
    if (Error error = checkForm(form))
      return createStringError(inconvertibleErrorCode(), "%s: %s",
                               form.text().c_str(),
                               toString(std::move(error)).c_str());
  return Error::success();
}

int driver::check(const Invocation &invocation, mlir::MLIRContext &context) {
  DiagnosticPrinter printer(context, invocation.explain);
  int code = kInputError;
  ReadOptions options;
  options.weightsFile = invocation.weightsFile;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      readModel(invocation.input, options, context, code);
  if (!module)
    return code;
  module.get()->setAttr(kModelNameAttr,
                        mlir::StringAttr::get(&context, "model"));
  Checker checker(invocation, *module);
  if (Error error = checker.run())
    return fail(kInputError,
                invocation.input + ": " + toString(std::move(error)));
  return checker.passed() ? kSuccess : kComparisonFailed;
}
