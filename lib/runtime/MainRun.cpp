#include "lib/runtime/MainRun.h"

#include "lib/runtime/Elements.h"
#include "lib/runtime/NamedTensors.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstring>
#include <new>
#include <sys/stat.h>

using namespace weft::runtime;

double weft::runtime::now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

namespace {

/// One entry run on all its sequences. A model compiled for one sequence takes
/// a batch as well: one after the other, each with a state of its own.
class TensorRun {
public:
  TensorRun(const OpenModel &model, const MainOptions &options,
            const weft_entry_info &entry)
      : model(model), options(options), entry(entry) {}

  Status prepare();
  Status run();
  Status finish();

private:
  Status readInputs();
  Status findBatch();
  Status allocateOutputs();
  Status runSequence(int64_t index);
  Status checkOutputNames();
  std::vector<weft_tensor> slice(int64_t index) const;

  const OpenModel &model;
  const MainOptions &options;
  const weft_entry_info &entry;
  std::optional<InputTensors> inputs;
  std::vector<OutputTensor> outputs;
  int64_t sequences = 1;
  bool sliced = false; // inputs hold more sequences than the entry takes
  StatePointer state{nullptr, StateDeleter{nullptr}};
};

} // namespace

static std::vector<std::string> namesOf(const weft_tensor_info *tensors,
                                        uint32_t count) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < count; ++i)
    names.push_back(tensors[i].name);
  return names;
}

static std::string joined(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

static Error usageError(const std::string &message) {
  return makeError(ExitCode::Usage, "%s (--help lists inputs and outputs)",
                   message.c_str());
}

static Status checkNames(const char *option,
                         const std::vector<TensorArgument> &arguments,
                         const std::vector<std::string> &known) {
  for (const TensorArgument &argument : arguments)
    if (!argument.name.empty() &&
        std::find(known.begin(), known.end(), argument.name) == known.end())
      return usageError(std::string(option) + " expects one of " +
                        joined(known) + ", got " + quoted(argument.name));
  return {};
}

Status TensorRun::readInputs() {
  std::vector<std::string> names = namesOf(entry.inputs, entry.num_inputs);
  if (Status known = checkNames("-i", options.inputs, names); !known)
    return known;
  Result<InputTensors> read = InputTensors::read(options.inputs, names);
  if (!read)
    return read.takeError();
  inputs.emplace(std::move(*read));
  return {};
}

/// The input of a given name among those of the entry.
static const weft_tensor_info &infoOf(const weft_entry_info &entry,
                                      const weft_tensor &tensor) {
  for (uint32_t i = 0; i < entry.num_inputs; ++i)
    if (strcmp(entry.inputs[i].name, tensor.name) == 0)
      return entry.inputs[i];
  return entry.inputs[0];
}

static bool isSingleSequence(const weft_tensor_info &info) {
  return info.rank > 1 && info.dims[0] == 1;
}

Status TensorRun::findBatch() {
  for (const weft_tensor &tensor : inputs->tensors()) {
    const weft_tensor_info &info = infoOf(entry, tensor);
    if (!isSingleSequence(info) || tensor.rank != info.rank)
      continue;
    if (sliced && tensor.dims[0] != sequences)
      return makeError(ExitCode::InputDiagnosed,
                       "input '%s' expects batch %" PRId64 ", got %" PRId64,
                       tensor.name, sequences, tensor.dims[0]);
    sequences = tensor.dims[0];
    sliced = true;
  }
  for (uint32_t i = 0; sliced && i < entry.num_outputs; ++i)
    sliced &= isSingleSequence(entry.outputs[i]);
  sequences = sliced ? sequences : 1;
  bool keepsState = !options.stateIn.empty() || !options.stateOut.empty();
  if (keepsState && !entry.stateful)
    return usageError("entry '" + std::string(entry.name) + "' has no state");
  if (keepsState && sequences != 1)
    return usageError("a saved state is of one batch; expects batch 1, got " +
                      std::to_string(sequences));
  return {};
}

std::vector<weft_tensor> TensorRun::slice(int64_t index) const {
  std::vector<weft_tensor> tensors = inputs->tensors();
  for (weft_tensor &tensor : tensors) {
    if (!sliced || !isSingleSequence(infoOf(entry, tensor)) ||
        tensor.dims[0] == 0)
      continue;
    tensor.bytes /= tensor.dims[0];
    tensor.data = static_cast<uint8_t *>(tensor.data) + index * tensor.bytes;
    tensor.dims[0] = 1;
  }
  return tensors;
}

Status TensorRun::checkOutputNames() {
  std::vector<std::string> names = namesOf(entry.outputs, entry.num_outputs);
  return checkNames("-o", options.outputs, names);
}

/// Room for the outputs that somebody asks for.
Status TensorRun::allocateOutputs() {
  std::vector<weft_tensor> tensors(entry.num_outputs);
  std::vector<weft_tensor> first = slice(0);
  weft_error error;
  if (model.api().output_shapes(model.model(), entry.name, first.data(),
                                first.size(), tensors.data(), tensors.size(),
                                &error))
    return errorOf(error);
  for (uint32_t i = 0; i < entry.num_outputs; ++i) {
    OutputTensor output;
    output.name = entry.outputs[i].name;
    output.dtype = tensors[i].dtype;
    output.shape.assign(tensors[i].dims, tensors[i].dims + tensors[i].rank);
    if (sliced)
      output.shape[0] = sequences;
    output.bytes = tensors[i].bytes * sequences;
    bool wanted = !options.expect.empty();
    for (const TensorArgument &argument : options.outputs)
      wanted |= argument.name.empty() || argument.name == output.name;
    if (wanted)
      output.data.reset(new (std::nothrow) uint8_t[output.bytes]);
    if (wanted && !output.data)
      return makeError(ExitCode::Internal,
                       "no memory for the %" PRIu64 " bytes of output '%s'",
                       output.bytes, output.name.c_str());
    outputs.push_back(std::move(output));
  }
  return {};
}

Status TensorRun::prepare() {
  if (Status named = checkOutputNames(); !named)
    return named;
  if (Status read = readInputs(); !read)
    return read;
  if (Status found = findBatch(); !found)
    return found;
  return allocateOutputs();
}

/// The batch that the states of this run need: that of the inputs.
static int64_t stateBatch(const weft_entry_info &entry,
                          const std::vector<weft_tensor> &tensors) {
  for (const weft_tensor &tensor : tensors) {
    const weft_tensor_info &info = infoOf(entry, tensor);
    if (info.rank > 0 && tensor.rank > 0 && info.dims[0] == WEFT_DIM_BATCH)
      return tensor.dims[0];
  }
  return 0;
}

Status TensorRun::runSequence(int64_t index) {
  std::vector<weft_tensor> tensors = slice(index);
  weft_error error;
  if (entry.stateful) {
    Result<StatePointer> made = model.newState(stateBatch(entry, tensors));
    if (!made)
      return made.takeError();
    state = std::move(*made);
    if (!options.stateIn.empty() &&
        model.api().state_load_file(state.get(), options.stateIn.c_str(),
                                    &error))
      return errorOf(error);
  }
  std::vector<weft_tensor> results(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    results[i].bytes = outputs[i].bytes / sequences;
    if (outputs[i].data)
      results[i].data = outputs[i].data.get() + index * results[i].bytes;
  }
  if (model.api().run(model.model(), state.get(), entry.name, tensors.data(),
                      tensors.size(), results.data(), results.size(), &error))
    return errorOf(error);
  return {};
}

Status TensorRun::run() {
  for (int64_t i = 0; i < sequences; ++i)
    if (Status ran = runSequence(i); !ran)
      return ran;
  return {};
}

Status TensorRun::finish() {
  if (Status written = writeOutputs(options.outputs, outputs); !written)
    return written;
  weft_error error;
  if (!options.stateOut.empty() &&
      model.api().state_save_file(state.get(), options.stateOut.c_str(),
                                  &error))
    return errorOf(error);
  if (!options.expect.empty())
    return compareOutputs(options.expect, options.rtol, options.atol, outputs);
  return {};
}

static const weft_entry_info *chooseEntry(const OpenModel &model,
                                          const MainOptions &options) {
  if (!options.entry.empty())
    return model.findEntry(options.entry);
  const weft_entry_info *forward = model.findEntry("forward");
  return forward ? forward : model.descriptor().info.entries;
}

/// A build made with --dump-tensors: every output that was not asked for is
/// asked for as a file in its directory.
static Status addDumps(const weft_entry_info &entry, const char *directory,
                       MainOptions &options) {
  if (mkdir(directory, 0777) != 0 && errno != EEXIST)
    return fileError(directory, "cannot make the directory: %s",
                     strerror(errno));
  for (uint32_t i = 0; i < entry.num_outputs; ++i) {
    std::string name = entry.outputs[i].name;
    bool asked = false;
    for (const TensorArgument &argument : options.outputs)
      asked |= argument.name.empty() || argument.name == name;
    if (!asked)
      options.outputs.push_back(
          {name, std::string(directory) + "/" + name + ".npy"});
  }
  return {};
}

Status weft::runtime::runTensors(const OpenModel &model,
                                 const MainOptions &asked) {
  const weft_entry_info *entry = chooseEntry(model, asked);
  if (!entry)
    return usageError("the model has no entry " + quoted(asked.entry));
  MainOptions options = asked;
  if (const char *directory = model.descriptor().dump_directory)
    if (Status added = addDumps(*entry, directory, options); !added)
      return added;
  TensorRun run(model, options, *entry);
  if (Status prepared = run.prepare(); !prepared)
    return prepared;
  double start = now();
  if (Status ran = run.run(); !ran)
    return ran;
  if (options.time)
    fprintf(stderr, "run %.3f ms\n", (now() - start) * 1e3);
  return run.finish();
}
