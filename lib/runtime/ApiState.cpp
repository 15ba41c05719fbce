// weft_api: states.
#include "lib/runtime/Api.h"

#include "lib/runtime/MappedFile.h"
#include "lib/runtime/Model.h"
#include "lib/runtime/OutputFile.h"
#include "lib/runtime/State.h"
#include "lib/runtime/Status.h"

#include <cinttypes>

using namespace weft::runtime;

static weft_status needs(weft_error *error, const char *function,
                         const char *what) {
  return fail(error, WEFT_BAD_ARGUMENT, "%s expects %s, got NULL", function,
              what);
}

static weft_status noMemory(weft_error *error) {
  return fail(error, WEFT_OUT_OF_MEMORY, "no memory for a state");
}

/// The batch that the states of a model are compiled for; 0 if it is free.
static int64_t fixedBatch(const weft_model_info &info) {
  for (uint32_t i = 0; i < info.num_states; ++i)
    if (info.states[i].rank > 0)
      return info.states[i].dims[0] < 0 ? 0 : info.states[i].dims[0];
  return 0;
}

weft_status weft_api_state_init(weft_model *model, int64_t batch,
                                weft_state **state, weft_error *error) {
  if (!model || !state)
    return needs(error, "state_init", "a model and a place for the state");
  *state = nullptr;
  int64_t fixed = fixedBatch(model->descriptor->info);
  if (batch < 0 || batch > INT32_MAX || (fixed && batch && batch != fixed))
    return fail(error, WEFT_BAD_ARGUMENT,
                "expects a batch of %" PRId64 ", got %" PRId64,
                fixed ? fixed : 1, batch);
  if (batch == 0)
    batch = fixed ? fixed : 1;
  std::unique_ptr<weft_state> made =
      weft_state::create(*model->descriptor, model->fingerprint(), batch);
  if (!made)
    return noMemory(error);
  *state = made.release();
  return succeed(error);
}

void weft_api_state_free(weft_state *state) { delete state; }

weft_status weft_api_state_reset(weft_state *state, weft_error *error) {
  if (!state)
    return needs(error, "state_reset", "a state");
  state->reset();
  return succeed(error);
}

weft_status weft_api_state_clone(const weft_state *state, weft_state **copy,
                                 weft_error *error) {
  if (!state || !copy)
    return needs(error, "state_clone", "a state and a place for its copy");
  std::unique_ptr<weft_state> made = weft_state::create(
      *state->descriptor, state->fingerprint, state->batch);
  if (!made)
    return noMemory(error);
  made->copyFrom(*state);
  *copy = made.release();
  return succeed(error);
}

int64_t weft_api_state_position(const weft_state *state) {
  return state ? state->position : 0;
}

weft_status weft_api_state_rollback(weft_state *state, int64_t position,
                                    weft_error *error) {
  if (!state)
    return needs(error, "state_rollback", "a state");
  if (position < 0 || position > state->position)
    return fail(error, WEFT_BAD_ARGUMENT,
                "expects a position from 0 to %" PRId64 ", got %" PRId64,
                state->position, position);
  for (size_t i = 0; i < state->parts.size(); ++i)
    if (!state->parts[i].isCache && position != state->position)
      return fail(error, WEFT_BAD_ARGUMENT,
                  "state '%s' cannot go back: it sums up all tokens; clone the "
                  "state before",
                  state->descriptor->info.states[i].name);
  state->position = position;
  return succeed(error);
}

uint64_t weft_api_state_size(const weft_state *state) {
  return state ? state->savedBytes() : 0;
}

weft_status weft_api_state_save(const weft_state *state, void *buffer,
                                uint64_t bytes, weft_error *error) {
  if (!state || !buffer)
    return needs(error, "state_save", "a state and a buffer");
  if (bytes < state->savedBytes())
    return fail(error, WEFT_BAD_ARGUMENT,
                "expects a buffer of %" PRIu64 " bytes, got %" PRIu64,
                state->savedBytes(), bytes);
  state->save(static_cast<uint8_t *>(buffer));
  return succeed(error);
}

weft_status weft_api_state_load(weft_state *state, const void *buffer,
                                uint64_t bytes, weft_error *error) {
  if (!state || !buffer)
    return needs(error, "state_load", "a state and a buffer");
  Status loaded = state->load(static_cast<const uint8_t *>(buffer), bytes);
  if (!loaded)
    return fail(error, WEFT_BAD_STATE, "%s", loaded.error().message.c_str());
  return succeed(error);
}

static Status saveFile(const weft_state &state, const char *path) {
  std::vector<uint8_t> bytes(state.savedBytes());
  state.save(bytes.data());
  Result<OutputFile> file = OutputFile::create(path);
  if (!file)
    return file.takeError();
  if (Status written = file->write(bytes.data(), bytes.size()); !written)
    return written;
  return file->commit();
}

weft_status weft_api_state_save_file(const weft_state *state, const char *path,
                                     weft_error *error) {
  if (!state || !path)
    return needs(error, "state_save_file", "a state and a path");
  Status saved = saveFile(*state, path);
  if (!saved)
    return fail(error, WEFT_IO_ERROR, "%s", saved.error().message.c_str());
  return succeed(error);
}

weft_status weft_api_state_load_file(weft_state *state, const char *path,
                                     weft_error *error) {
  if (!state || !path)
    return needs(error, "state_load_file", "a state and a path");
  Result<MappedFile> file = MappedFile::open(path);
  if (!file)
    return fail(error, WEFT_IO_ERROR, "%s", file.error().message.c_str());
  Status loaded = state->load(file->data(), file->size());
  if (!loaded)
    return fail(error, WEFT_BAD_STATE, "%s: %s", path,
                loaded.error().message.c_str());
  return succeed(error);
}
