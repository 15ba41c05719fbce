// weft_api: open, run and close a model.
#include "lib/runtime/Api.h"

#include "lib/runtime/Binding.h"
#include "lib/runtime/Elements.h"
#include "lib/runtime/Model.h"
#include "lib/runtime/Processor.h"
#include "lib/runtime/State.h"
#include "lib/runtime/Status.h"

#include <cstring>
#include <new>

using namespace weft::runtime;

static_assert(offsetof(weft_api, open) == 16, "the header of the table");
static constexpr size_t apiFunctions = 0
#define WEFT_COUNT(NAME) +1
    WEFT_API_FUNCTIONS(WEFT_COUNT)
#undef WEFT_COUNT
    ;
static_assert(sizeof(weft_api) == 16 + apiFunctions * sizeof(void *),
              "WEFT_API_FUNCTIONS lists every function of weft_api");

static weft_status badTeam(int threads, weft_error *error) {
  return fail(error, WEFT_OUT_OF_MEMORY, "cannot start %d threads", threads);
}

/// The largest number of threads that anybody means.
static constexpr int mostThreads = 1024;

static weft_status checkThreads(int32_t threads, weft_error *error) {
  if (threads >= 0 && threads <= mostThreads)
    return WEFT_OK;
  return fail(error, WEFT_BAD_ARGUMENT, "expects 0 to %d threads, got %d",
              mostThreads, threads);
}

static weft_status loadModel(weft_model &model, const weft_options &options,
                             weft_error *error) {
  int threads = options.threads ? options.threads : processorCount();
  if (!model.team.start(threads, nullptr))
    return badTeam(threads, error);
  Status loaded =
      model.weights.load(*model.descriptor, options.weights_path, model.team);
  if (!loaded)
    return fail(error, loaded.error());
  model.team.setWeights(model.weights.table());
  return succeed(error);
}

weft_status weft_api_open(const weft_api *api, const weft_options *options,
                          weft_model **result, weft_error *error) {
  if (!api || !result)
    return fail(error, WEFT_BAD_ARGUMENT, "open expects an api and a place for "
                                          "the model, got NULL");
  *result = nullptr;
  weft_options defaults{};
  const weft_options &chosen = options ? *options : defaults;
  if (weft_status status = checkThreads(chosen.threads, error))
    return status;
  uint32_t level = api->descriptor->cpu_level;
  if (!processorHasLevel(level))
    return fail(error, WEFT_BAD_TARGET,
                "model '%s' was compiled for x86-64-v%u, which this processor "
                "is not",
                api->descriptor->info.name, level);
  weft_model *model = new (std::nothrow) weft_model;
  if (!model)
    return fail(error, WEFT_OUT_OF_MEMORY, "no memory for a model");
  model->descriptor = api->descriptor;
  if (weft_status status = loadModel(*model, chosen, error)) {
    delete model;
    return status;
  }
  *result = model;
  return WEFT_OK;
}

void weft_api_close(weft_model *model) { delete model; }

weft_status weft_api_info(const weft_api *api, weft_model_info *info,
                          weft_error *error) {
  if (!api || !info)
    return fail(error, WEFT_BAD_ARGUMENT,
                "info expects an api and a place for the answer, got NULL");
  *info = api->descriptor->info;
  return succeed(error);
}

namespace {

/// Holds a model for one call.
class Use {
public:
  explicit Use(weft_model &model) : model(model) {
    taken = !model.busy.exchange(true);
  }
  ~Use() {
    if (taken)
      model.busy = false;
  }
  explicit operator bool() const { return taken; }

private:
  weft_model &model;
  bool taken;
};

} // namespace

static weft_status busy(weft_error *error) {
  return fail(error, WEFT_BUSY, "the model is in use by another thread: open "
                                "it once more to run in parallel");
}

weft_status weft_api_set_threads(weft_model *model, int32_t threads,
                                 weft_error *error) {
  if (!model)
    return fail(error, WEFT_BAD_ARGUMENT, "set_threads expects a model, got "
                                          "NULL");
  if (weft_status status = checkThreads(threads, error))
    return status;
  Use use(*model);
  if (!use)
    return busy(error);
  int before = model->team.size();
  int wanted = threads ? threads : processorCount();
  if (model->team.start(wanted, model->weights.table()))
    return succeed(error);
  model->team.start(before, model->weights.table()) ||
      model->team.start(1, model->weights.table());
  return badTeam(wanted, error);
}

int64_t weft_api_workspace_bytes(const weft_model *model) {
  return model ? model->team.workspaceBytes() : 0;
}

/// The index of an entry, -1 after an error.
static int64_t findEntry(const weft_model &model, const char *name,
                         weft_error *error) {
  const weft_model_info &info = model.descriptor->info;
  std::string names;
  for (uint32_t i = 0; i < info.num_entries; ++i) {
    if (strcmp(info.entries[i].name, name) == 0)
      return i;
    names += (i ? ", " : "") + std::string(info.entries[i].name);
  }
  fail(error, WEFT_BAD_ARGUMENT, "model '%s' has no entry '%s'; it has: %s",
       info.name, name, names.c_str());
  return -1;
}

static weft_status checkCall(weft_model *model, const char *entry,
                             const weft_tensor *inputs, uint32_t numInputs,
                             const weft_tensor *outputs, uint32_t numOutputs,
                             weft_error *error) {
  if (!model || !entry || (!inputs && numInputs) || (!outputs && numOutputs))
    return fail(error, WEFT_BAD_ARGUMENT,
                "a call expects a model, an entry and its tensors, got NULL");
  return WEFT_OK;
}

weft_status weft_api_output_shapes(weft_model *model, const char *entry,
                                   const weft_tensor *inputs,
                                   uint32_t numInputs, weft_tensor *outputs,
                                   uint32_t numOutputs, weft_error *error) {
  if (weft_status status = checkCall(model, entry, inputs, numInputs, outputs,
                                     numOutputs, error))
    return status;
  int64_t index = findEntry(*model, entry, error);
  if (index < 0)
    return WEFT_BAD_ARGUMENT;
  Binding binding(*model->descriptor, index);
  weft_status status = binding.bindInputs(inputs, numInputs, error);
  for (uint32_t i = 0; i < numOutputs; ++i)
    outputs[i].data = nullptr;
  if (!status)
    status = binding.bindOutputs(outputs, numOutputs, error);
  return status ? status : succeed(error);
}

/// Runs a call whose tensors fit.
static weft_status execute(weft_model &model, Binding &binding,
                           weft_state *state, weft_error *error) {
  Context &context = model.team.context();
  int64_t mark = context.workspace.mark();
  weft_status status = binding.makeBuffers(context.workspace, error);
  if (!status && !runGuarded(context, [&] {
        binding.function()(&context, binding.buffers(), binding.position());
      }))
    status = fail(error, WEFT_OUT_OF_MEMORY,
                  "no memory for the workspace of model '%s'",
                  model.descriptor->info.name);
  context.workspace.release(mark);
  if (!status && state)
    state->position += binding.tokens();
  return status;
}

weft_status weft_api_run(weft_model *model, weft_state *state,
                         const char *entry, const weft_tensor *inputs,
                         uint32_t numInputs, weft_tensor *outputs,
                         uint32_t numOutputs, weft_error *error) {
  if (weft_status status = checkCall(model, entry, inputs, numInputs, outputs,
                                     numOutputs, error))
    return status;
  Use use(*model);
  if (!use)
    return busy(error);
  int64_t index = findEntry(*model, entry, error);
  if (index < 0)
    return WEFT_BAD_ARGUMENT;
  if (!model->descriptor->info.entries[index].stateful)
    state = nullptr;
  Binding binding(*model->descriptor, index);
  weft_status status = binding.bindInputs(inputs, numInputs, error);
  if (!status)
    status = binding.bindOutputs(outputs, numOutputs, error);
  if (!status)
    status = binding.bindState(state, error);
  if (!status)
    status = binding.checkValues(error);
  if (!status)
    status = execute(*model, binding, state, error);
  return status ? status : succeed(error);
}
