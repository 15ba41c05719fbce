#include "lib/runtime/Binding.h"

#include "lib/runtime/Elements.h"
#include "lib/runtime/State.h"
#include "lib/runtime/Status.h"
#include "lib/runtime/Workspace.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>

using namespace weft::runtime;

/// The index of a name among an entry's tensors, -1 if it has none such.
static int64_t indexOf(const weft_tensor_info *infos, uint32_t count,
                       const char *name) {
  for (uint32_t i = 0; i < count; ++i)
    if (strcmp(infos[i].name, name) == 0)
      return i;
  return -1;
}

static std::string namesOf(const weft_tensor_info *infos, uint32_t count) {
  std::string names;
  for (uint32_t i = 0; i < count; ++i)
    names += (i ? ", " : "") + std::string(infos[i].name);
  return names.empty() ? "none" : names;
}

/// Which tensor of the entry `tensor` is; negative: an error was reported.
static int64_t slotOf(const weft_tensor_info *infos, uint32_t count,
                      const weft_tensor &tensor, uint32_t place,
                      const char *kind, const weft_entry_info &entry,
                      weft_error *error) {
  int64_t index = tensor.name ? indexOf(infos, count, tensor.name) : place;
  if (index >= 0 && index < count)
    return index;
  fail(error, WEFT_BAD_ARGUMENT, "entry '%s' has no %s '%s'; it has: %s",
       entry.name, kind, tensor.name ? tensor.name : "(unnamed)",
       namesOf(infos, count).c_str());
  return -1;
}

static int64_t countOf(const int64_t *dims, uint32_t rank) {
  int64_t count = 1;
  for (uint32_t i = 0; i < rank; ++i)
    count *= dims[i];
  return count;
}

/// The number of elements, or -1 for dims that no memory can hold.
static int64_t checkedCount(const weft_tensor &tensor) {
  int64_t count = 1;
  for (uint32_t i = 0; i < tensor.rank; ++i)
    if (tensor.dims[i] < 0 ||
        __builtin_mul_overflow(count, tensor.dims[i], &count) ||
        count > INT64_MAX / 8)
      return -1;
  return count;
}

weft_status Binding::bindDim(int64_t expected, int64_t got, const char *tensor,
                             uint32_t axis, weft_error *error) {
  int64_t *bound = expected == WEFT_DIM_TIME    ? &time
                   : expected == WEFT_DIM_BATCH ? &batch
                                                : nullptr;
  if (bound && *bound < 0)
    *bound = got;
  int64_t wanted = bound ? *bound : expected;
  if (got == wanted)
    return WEFT_OK;
  return fail(error, WEFT_BAD_SHAPE,
              "input '%s' expects size %" PRId64 " in dimension %u, got "
              "%" PRId64,
              tensor, wanted, axis, got);
}

weft_status Binding::bindInput(uint32_t index, const weft_tensor &tensor,
                               weft_error *error) {
  const weft_tensor_info &info = entry.inputs[index];
  if (inputs[index])
    return fail(error, WEFT_BAD_ARGUMENT, "input '%s' is given twice",
                info.name);
  if (!bytesOf(tensor.dtype) || !canConvert(tensor.dtype, info.dtype))
    return fail(error, WEFT_BAD_TYPE, "input '%s' expects %s, got %s",
                info.name, nameOf(info.dtype), nameOf(tensor.dtype));
  if (tensor.rank != info.rank)
    return fail(error, WEFT_BAD_SHAPE,
                "input '%s' expects rank %u, %s, got rank %u", info.name,
                info.rank, shapeText(info.dims, info.rank).c_str(),
                tensor.rank);
  for (uint32_t i = 0; i < info.rank; ++i)
    if (weft_status status = bindDim(info.dims[i], tensor.dims[i], info.name, i,
                                     error))
      return status;
  int64_t count = checkedCount(tensor);
  if (count < 0 || tensor.bytes != uint64_t(count * bytesOf(tensor.dtype)))
    return fail(error, WEFT_BAD_ARGUMENT,
                "input '%s' of shape %s and type %s expects %" PRId64
                " bytes, got %" PRIu64,
                info.name, shapeText(tensor.dims, tensor.rank).c_str(),
                nameOf(tensor.dtype), count * bytesOf(tensor.dtype),
                tensor.bytes);
  inputs[index] = &tensor;
  return WEFT_OK;
}

weft_status Binding::bindInputs(const weft_tensor *tensors, uint32_t count,
                                weft_error *error) {
  inputs.assign(entry.num_inputs, nullptr);
  for (uint32_t i = 0; i < count; ++i) {
    int64_t index = slotOf(entry.inputs, entry.num_inputs, tensors[i], i,
                           "input", entry, error);
    if (index < 0)
      return WEFT_BAD_ARGUMENT;
    if (weft_status status = bindInput(index, tensors[i], error))
      return status;
  }
  for (uint32_t i = 0; i < entry.num_inputs; ++i)
    if (!inputs[i])
      return fail(error, WEFT_BAD_ARGUMENT, "entry '%s' needs input '%s' %s",
                  entry.name, entry.inputs[i].name,
                  shapeText(entry.inputs[i].dims, entry.inputs[i].rank)
                      .c_str());
  if (code.tokens >= 0)
    time = code.tokens;
  if (code.last_row_only && time == 0)
    return fail(error, WEFT_BAD_SHAPE,
                "entry '%s' gives the last token's row: expects at least one "
                "token, got 0",
                entry.name);
  return WEFT_OK;
}

int64_t Binding::resolve(int64_t dim) const {
  if (dim == WEFT_DIM_TIME)
    return std::max<int64_t>(time, 0);
  return dim == WEFT_DIM_BATCH ? std::max<int64_t>(batch, 1) : dim;
}

weft_status Binding::bindOutput(uint32_t index, weft_tensor &tensor,
                                weft_error *error) {
  const weft_tensor_info &info = entry.outputs[index];
  if (outputs[index])
    return fail(error, WEFT_BAD_ARGUMENT, "output '%s' is given twice",
                info.name);
  uint64_t room = tensor.bytes;
  tensor.dtype = info.dtype;
  tensor.rank = info.rank;
  std::copy(shapes[index].begin(), shapes[index].end(), tensor.dims);
  tensor.bytes = countOf(tensor.dims, tensor.rank) * bytesOf(info.dtype);
  if (tensor.data && room < tensor.bytes)
    return fail(error, WEFT_BAD_ARGUMENT,
                "output '%s' of shape %s and type %s needs %" PRIu64
                " bytes, got room for %" PRIu64,
                info.name, shapeText(tensor.dims, tensor.rank).c_str(),
                nameOf(info.dtype), tensor.bytes, room);
  outputs[index] = &tensor;
  return WEFT_OK;
}

weft_status Binding::bindOutputs(weft_tensor *tensors, uint32_t count,
                                 weft_error *error) {
  outputs.assign(entry.num_outputs, nullptr);
  shapes.resize(entry.num_outputs);
  for (uint32_t i = 0; i < entry.num_outputs; ++i)
    for (uint32_t j = 0; j < entry.outputs[i].rank; ++j)
      shapes[i].push_back(resolve(entry.outputs[i].dims[j]));
  for (uint32_t i = 0; i < count; ++i) {
    int64_t index = slotOf(entry.outputs, entry.num_outputs, tensors[i], i,
                           "output", entry, error);
    if (index < 0)
      return WEFT_BAD_ARGUMENT;
    if (weft_status status = bindOutput(index, tensors[i], error))
      return status;
  }
  return WEFT_OK;
}

int64_t Binding::position() const { return state ? state->position : 0; }

weft_status Binding::bindState(weft_state *given, weft_error *error) {
  if (!entry.stateful)
    return WEFT_OK;
  if (!given)
    return fail(error, WEFT_BAD_ARGUMENT,
                "entry '%s' needs a state: make one with state_init",
                entry.name);
  if (given->descriptor != &descriptor)
    return fail(error, WEFT_BAD_STATE,
                "the state is of model '%s', not of model '%s'",
                given->descriptor->info.name, descriptor.info.name);
  if (batch >= 0 && batch != given->batch)
    return fail(error, WEFT_BAD_SHAPE,
                "the inputs have batch %" PRId64 ", the state has %" PRId64,
                batch, given->batch);
  int64_t limit = descriptor.info.context_length;
  if (limit > 0 && given->position + tokens() > limit)
    return fail(error, WEFT_CONTEXT_FULL,
                "%" PRId64 " tokens after %" PRId64
                " exceed the context of %" PRId64,
                tokens(), given->position, limit);
  state = given;
  return WEFT_OK;
}

weft_status Binding::checkOffsets(uint32_t index, weft_error *error) const {
  const weft_tensor &tensor = *inputs[index];
  int64_t count = countOf(tensor.dims, tensor.rank), before = 0;
  for (int64_t i = 0; i < count; ++i) {
    auto offset = int64_t(elementAt(tensor.dtype, tensor.data, i));
    if (offset < before || (time >= 0 && offset > time))
      return fail(error, WEFT_BAD_VALUE,
                  "input '%s' expects sorted offsets from 0 to the number of "
                  "tokens, %" PRId64 ", got %" PRId64 " after %" PRId64
                  " at position %" PRId64,
                  entry.inputs[index].name, time, offset, before, i);
    before = offset;
  }
  return WEFT_OK;
}

weft_status Binding::checkValues(weft_error *error) const {
  for (uint32_t i = 0; i < code.num_offsets; ++i)
    if (weft_status status = checkOffsets(code.offsets[i], error))
      return status;
  int64_t limit = descriptor.info.vocabulary;
  for (uint32_t i = 0; limit > 0 && i < entry.num_inputs; ++i) {
    const weft_tensor &tensor = *inputs[i];
    if (!isInteger(tensor.dtype) || tensor.rank != 2)
      continue;
    int64_t count = countOf(tensor.dims, tensor.rank);
    for (int64_t j = 0; j < count; ++j) {
      double id = elementAt(tensor.dtype, tensor.data, j);
      if (id < 0 || id >= limit)
        return fail(error, WEFT_BAD_VALUE,
                    "input '%s' expects token ids from 0 to %" PRId64
                    ", got %.0f at position %" PRId64,
                    entry.inputs[i].name, limit - 1, id, j);
    }
  }
  return WEFT_OK;
}

weft_status Binding::makeBuffers(Workspace &workspace, weft_error *error) {
  auto noMemory = [&] {
    return fail(error, WEFT_OUT_OF_MEMORY, "no memory for the tensors of '%s'",
                entry.name);
  };
  for (uint32_t i = 0; i < entry.num_inputs; ++i) {
    const weft_tensor &tensor = *inputs[i];
    weft_dtype type = entry.inputs[i].dtype;
    void *data = tensor.data;
    int64_t count = countOf(tensor.dims, tensor.rank);
    if (tensor.dtype != type) {
      data = workspace.allocate(count * bytesOf(type));
      if (!data)
        return noMemory();
      convertElements(tensor.dtype, tensor.data, type, data, count);
    }
    list.push_back({data, tensor.dims});
  }
  for (uint32_t i = 0; i < entry.num_outputs; ++i) {
    const std::vector<int64_t> &dims = shapes[i];
    void *data = outputs[i] ? outputs[i]->data : nullptr;
    if (!data)
      data = workspace.allocate(countOf(dims.data(), dims.size()) *
                                bytesOf(entry.outputs[i].dtype));
    if (!data)
      return noMemory();
    list.push_back({data, dims.data()});
  }
  for (uint32_t i = 0; state && i < code.num_states; ++i) {
    const weft_state::Part &part = state->parts[code.states[i]];
    list.push_back({part.data, part.dims.data()});
  }
  return WEFT_OK;
}
