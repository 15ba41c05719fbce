#include "lib/driver/check/Checker.h"

#include "dialects/mixer/Mixer.h"
#include "weft/Forms.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace weft;
using namespace weft::driver;

/// A row without its end.
void Checker::print(const FormCase &form, StringRef what, Difference found,
                    bool good) {
  failures += !good;
  outs() << (good ? "PASS " : "FAIL ") << left_justify(form.text(), 22) << " "
         << left_justify(what, 42)
         << format(" error %.1e, %.0f ulp", found.relative, found.ulps);
  if (found.sameBits)
    outs() << ", same bits";
}

void Checker::report(const FormCase &form, StringRef what, Difference found,
                     bool needBits) {
  print(form, what, found,
        found.relative <= invocation.tolerance && (found.sameBits || !needBits));
  if (needBits && !found.sameBits)
    outs() << ", bits differ";
  outs() << "\n";
}

/// A form that could not be checked; the reason has been printed.
void Checker::refuse(const FormCase &form, StringRef why) {
  ++failures;
  outs() << "FAIL " << left_justify(form.text(), 22) << " " << why << "\n";
}

Expected<std::unique_ptr<ModelLibrary>> Checker::build(mlir::ModuleOp source,
                                                       const FormCase &form,
                                                       bool isOracle,
                                                       bool stateless) {
  Invocation copy = invocation;
  copy.pipeline.form = form.form == "auto" ? "" : form.form;
  copy.pipeline.chunk = form.chunk;
  copy.pipeline.widen = isOracle;
  if (isOracle || stateless || form.form == "dense")
    copy.pipeline.stateless = true;
  return ModelLibrary::build(source, copy);
}

/// What has a matrix has a dense form, the reference of all others; a model of
/// sequential mixers alone is its own reference, in f64.
static bool hasMatrix(mlir::ModuleOp module) {
  return module
      .walk([](mixer::ApplyOp) { return mlir::WalkResult::interrupt(); })
      .wasInterrupted();
}

/// The forms that some mixer of `model` has.
Expected<SetVector<StringRef>> Checker::formsIn(mlir::ModuleOp model,
                                                bool stateless) {
  mlir::OwningOpRef<mlir::ModuleOp> copy(model.clone());
  PipelineOptions options = invocation.pipeline;
  options.stateless |= stateless;
  if (failed(runPhases(*copy, Phase::Simplify, options)))
    return createStringError("the model does not simplify");
  SetVector<StringRef> forms;
  copy->walk([&](mlir::Operation *op) {
    for (StringRef form : formsOf(op))
      forms.insert(form);
  });
  return forms;
}

/// Each form with the chunks to try; a chunk of the length of a whole sequence
/// is one of them.
Expected<std::vector<FormCase>> Checker::formCases() {
  Expected<SetVector<StringRef>> forms = formsIn(module, /*stateless=*/false);
  if (!forms)
    return forms.takeError();
  std::vector<FormCase> cases = {{"auto", 0}};
  if (hasMatrix(module))
    cases.push_back({"dense", 0});
  for (StringRef form : *forms) {
    if (form == "chunked" || form == "blocked" || form == "scan")
      for (int64_t chunk : {int64_t(1), int64_t(16), int64_t(64), kSplitTokens})
        cases.push_back({form.str(), chunk});
    else
      cases.push_back({form.str(), 0});
  }
  return cases;
}

bool Checker::timed(uint32_t input) {
  const weft_tensor_info &info = entry().inputs[input];
  return info.rank > 1 && info.dims[1] == WEFT_DIM_TIME;
}

bool Checker::hasTime() {
  for (uint32_t i = 0; i < entry().num_inputs; ++i)
    if (timed(i))
      return true;
  return false;
}

std::vector<int64_t> Checker::tokenCounts(int64_t chunk) {
  if (!hasTime())
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

Checker::Arrays Checker::draw(int64_t tokens, const Sample &sample,
                              uint64_t stream) {
  std::mt19937_64 random(invocation.seed * 1000003 + tokens + stream * 7919);
  return drawInputs(entry(), tokens, oracle->info().vocabulary, ranges, sample,
                    random);
}

/// The tokens [begin, end) of the inputs that have a time axis.
Checker::Arrays Checker::slice(const Arrays &inputs, int64_t begin,
                               int64_t end) {
  Arrays result;
  for (auto [i, input] : enumerate(inputs))
    result.push_back(timed(i) ? timeSlice(input, begin, end) : input);
  return result;
}

Expected<Checker::Arrays> Checker::reference(const Arrays &inputs) {
  return oracle->run(entryName, inputs, nullptr);
}

/// All tokens in one call, from a new state if the model has one.
Expected<Checker::Arrays> Checker::whole(ModelLibrary &library,
                                         const Arrays &inputs) {
  if (!library.entry(entryName)->stateful)
    return library.run(entryName, inputs, nullptr);
  Expected<weft_state *> state = library.newState();
  if (!state)
    return state.takeError();
  auto outputs = library.run(entryName, inputs, *state);
  library.freeState(*state);
  return outputs;
}

/// How far the reference moves with a step of f32 in every input, relative as
/// errors are.
Expected<double> Checker::sensitivity(const Arrays &inputs,
                                      const Arrays &expected) {
  std::mt19937_64 random(invocation.seed);
  Expected<Arrays> moved =
      reference(roundedOnce(inputs, entry(), ranges, random));
  if (!moved)
    return moved.takeError();
  return compare(*moved, expected).relative;
}

/// An error above the tolerance is that of the inputs, where steps of f32 in
/// them do as much: a sum of many weights, say, that is almost 0 and divides.
static constexpr double kSteps = 8;

Error Checker::checkValues(ModelLibrary &library, const FormCase &form) {
  for (const Sample &sample : samples(ranges)) {
    Difference worst;
    bool good = true;
    double moved = 0;
    std::string counts;
    for (int64_t tokens : tokenCounts(form.chunk)) {
      Arrays inputs = draw(tokens, sample);
      Expected<Arrays> expected = reference(inputs);
      if (!expected)
        return expected.takeError();
      Expected<Arrays> actual = whole(library, inputs);
      if (!actual)
        return actual.takeError();
      Difference found = compare(*actual, *expected);
      worst.include(found);
      if (!(found.relative <= invocation.tolerance)) {
        Expected<double> step = sensitivity(inputs, *expected);
        if (!step)
          return step.takeError();
        moved = std::max(moved, *step);
        good &= found.relative <= kSteps * *step;
      }
      counts += (counts.empty() ? "" : ",") + std::to_string(tokens);
    }
    std::string what = sample.name;
    if (sample.gate)
      raw_string_ostream(what) << format(" %g", *sample.gate);
    print(form, what + ", T " + counts, worst, good);
    if (moved > 0)
      outs() << format(", a step of f32 in the inputs: %.1e", moved);
    outs() << "\n";
  }
  return Error::success();
}

Error Checker::checkThreads(ModelLibrary &library, const FormCase &form) {
  Arrays inputs = draw(kSplitTokens, {"random", std::nullopt});
  Expected<Arrays> one = whole(library, inputs);
  if (!one)
    return one.takeError();
  if (Error error = library.setThreads(2))
    return error;
  Expected<Arrays> two = whole(library, inputs);
  if (!two)
    return two.takeError();
  report(form, "1 and 2 threads", compare(*two, *one), /*needBits=*/true);
  return library.setThreads(1);
}

Error Checker::checkForm(const FormCase &form) {
  Expected<std::unique_ptr<ModelLibrary>> library =
      build(module, form, /*isOracle=*/false);
  if (!library) {
    refuse(form, toString(library.takeError()));
    return Error::success();
  }
  if (Error error = checkValues(**library, form))
    return error;
  if (!hasTime())
    return Error::success();
  if (Error error = checkThreads(**library, form))
    return error;
  if (Error error = checkLengths(**library, form))
    return error;
  if (Error error = checkPacked(form))
    return error;
  if (!(*library)->entry(entryName)->stateful)
    return Error::success();
  if (Error error = checkCuts(**library, form))
    return error;
  if (Error error = checkSteps(**library, form))
    return error;
  return checkStateCopies(**library, form);
}

Error Checker::run() {
  Expected<std::unique_ptr<ModelLibrary>> built =
      build(module, {hasMatrix(module) ? "dense" : "auto", 0},
            /*isOracle=*/true);
  if (!built)
    return built.takeError();
  oracle = std::move(*built);
  if (hasTime())
    if (Error error = buildPacked())
      return error;
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
