/* A program that uses two compiled models through the C interface: entries,
 * states, and every error as a status. Linked with .so or with .a files. */
#include "accumulate.h"
#include "count.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const weft_api *api;
static weft_error error;
static int failures;

static void check(int holds, const char *what, int line) {
  if (holds)
    return;
  printf("line %d: %s (%d: %s)\n", line, what, error.status, error.message);
  ++failures;
}
#define CHECK(X) check(X, #X, __LINE__)

/* A call that must fail, and its words for FileCheck. */
#define REFUSED(STATUS, CALL)                                                  \
  do {                                                                         \
    weft_status got = CALL;                                                    \
    check(got == (STATUS) && error.status == got, #CALL, __LINE__);            \
    printf("%s: %s\n", #STATUS, error.message);                                \
  } while (0)

static weft_tensor tensor(const char *name, void *data, int64_t tokens) {
  weft_tensor t = {name, data, (uint64_t)tokens * 16, WEFT_F32, 3,
                   {1, tokens, 4}};
  return t;
}

static weft_status run(weft_model *model, weft_state *state, const char *entry,
                       float *x, int64_t tokens, float *y, int64_t rows) {
  weft_tensor in = tensor("x", x, tokens), out = tensor("y", y, rows);
  return api->run(model, state, entry, &in, 1, &out, 1, &error);
}

static weft_model *open_model(const weft_api *table, const char *weights,
                              int threads) {
  weft_options options = {weights, threads, {0}};
  weft_model *model = NULL;
  CHECK(table->open(table, &options, &model, &error) == WEFT_OK);
  if (!model)
    exit(1);
  return model;
}

static weft_state *new_state(weft_model *model) {
  weft_state *state = NULL;
  CHECK(api->state_init(model, 0, &state, &error) == WEFT_OK);
  return state;
}

static float x[9 * 4], y[9 * 4], z[9 * 4];

static void test_entries(weft_model *model) {
  weft_state *at_once = new_state(model), *pieces = new_state(model);
  CHECK(run(model, at_once, "forward", x, 8, y, 8) == WEFT_OK);
  CHECK(run(model, pieces, "forward", x, 3, z, 3) == WEFT_OK);
  CHECK(run(model, pieces, "prefill", x + 12, 2, z + 16, 1) == WEFT_OK);
  for (int t = 5; t < 8; ++t)
    CHECK(run(model, pieces, "step", x + 4 * t, 1, z + 4 * t, 1) == WEFT_OK);
  CHECK(memcmp(y, z, 3 * 16) == 0 && memcmp(y + 16, z + 16, 4 * 16) == 0);
  CHECK(api->state_position(pieces) == 8);
  CHECK(api->workspace_bytes(model) > 0);
  REFUSED(WEFT_CONTEXT_FULL, run(model, pieces, "step", x, 1, y, 1));
  CHECK(api->state_reset(pieces, &error) == WEFT_OK);
  CHECK(run(model, pieces, "forward", x, 8, z, 8) == WEFT_OK);
  CHECK(memcmp(y, z, 8 * 16) == 0);
  api->state_free(at_once);
  api->state_free(pieces);
}

static void test_threads(weft_model *model) {
  float first[32];
  for (int threads = 1; threads <= 5; ++threads) {
    weft_state *state;
    CHECK(api->set_threads(model, threads, &error) == WEFT_OK);
    state = new_state(model);
    for (int again = 0; again < 50; ++again) {
      api->state_reset(state, NULL);
      CHECK(run(model, state, "forward", x, 8, y, 8) == WEFT_OK);
      if (threads == 1)
        memcpy(first, y, sizeof first);
      CHECK(memcmp(first, y, sizeof first) == 0);
    }
    api->state_free(state);
  }
  REFUSED(WEFT_BAD_ARGUMENT, api->set_threads(model, -1, &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->set_threads(NULL, 1, &error));
}

static void test_states(weft_model *model, weft_model *other) {
  weft_state *state = new_state(model), *copy, *loaded = new_state(model),
             *foreign = new_state(other);
  char *bytes;
  uint64_t size;
  CHECK(run(model, state, "prefill", x, 5, y, 1) == WEFT_OK);
  CHECK(api->state_clone(state, &copy, &error) == WEFT_OK);
  size = api->state_size(state);
  bytes = malloc(size);
  CHECK(api->state_save(state, bytes, size, &error) == WEFT_OK);
  CHECK(run(model, state, "step", x + 20, 1, y, 1) == WEFT_OK);
  CHECK(api->state_size(state) == size + 16);
  CHECK(run(model, copy, "step", x + 20, 1, z, 1) == WEFT_OK);
  CHECK(memcmp(y, z, 16) == 0);
  CHECK(api->state_load(loaded, bytes, size, &error) == WEFT_OK);
  CHECK(api->state_position(loaded) == 5);
  CHECK(run(model, loaded, "step", x + 20, 1, z, 1) == WEFT_OK);
  CHECK(memcmp(y, z, 16) == 0);
  CHECK(api->state_save_file(loaded, "state.bin", &error) == WEFT_OK);
  CHECK(api->state_load_file(copy, "state.bin", &error) == WEFT_OK);
  CHECK(run(model, state, "step", x + 24, 1, y, 1) == WEFT_OK);
  CHECK(run(model, copy, "step", x + 24, 1, z, 1) == WEFT_OK);
  CHECK(memcmp(y, z, 16) == 0);

  REFUSED(WEFT_BAD_STATE, api->state_load(foreign, bytes, size, &error));
  REFUSED(WEFT_BAD_STATE, api->state_load(loaded, bytes, 8, &error));
  REFUSED(WEFT_BAD_STATE, api->state_load(loaded, bytes, size - 1, &error));
  bytes[size - 1] ^= 1;
  REFUSED(WEFT_BAD_STATE, api->state_load(loaded, bytes, size, &error));
  bytes[size - 1] ^= 1;
  bytes[32] = 4; /* the position */
  REFUSED(WEFT_BAD_STATE, api->state_load(loaded, bytes, size, &error));
  bytes[8] = 9; /* the version */
  REFUSED(WEFT_BAD_STATE, api->state_load(loaded, bytes, size, &error));
  CHECK(api->state_position(loaded) == 6);
  REFUSED(WEFT_BAD_ARGUMENT, api->state_save(state, bytes, 3, &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->state_save(NULL, bytes, 3, &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->state_rollback(state, 9, &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->state_rollback(state, 2, &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->state_rollback(NULL, 2, &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->state_init(model, 2, &copy, &error));
  REFUSED(WEFT_IO_ERROR, api->state_save_file(state, "no/where", &error));
  REFUSED(WEFT_IO_ERROR, api->state_load_file(state, "no/where", &error));
  REFUSED(WEFT_BAD_STATE, api->state_load_file(loaded, "w.safetensors", &error));
  api->state_free(state);
  api->state_free(loaded);
  api->state_free(foreign);
  free(bytes);
}

static void test_calls(weft_model *model, weft_model *counter) {
  weft_state *state = new_state(model), *foreign = new_state(counter);
  weft_tensor in = tensor("x", x, 2), out = tensor("y", y, 2);
  weft_tensor twice[2];
  REFUSED(WEFT_BAD_ARGUMENT, run(model, state, "backward", x, 2, y, 2));
  REFUSED(WEFT_BAD_ARGUMENT, run(model, NULL, "forward", x, 2, y, 2));
  REFUSED(WEFT_BAD_ARGUMENT, run(NULL, state, "forward", x, 2, y, 2));
  REFUSED(WEFT_BAD_STATE, run(model, foreign, "forward", x, 2, y, 2));
  REFUSED(WEFT_BAD_ARGUMENT, run(model, state, "forward", x, 2, y, 1));
  REFUSED(WEFT_BAD_SHAPE, run(model, state, "step", x, 2, y, 2));
  REFUSED(WEFT_BAD_SHAPE, run(model, state, "prefill", x, 0, y, 1));
  twice[0] = twice[1] = in;
  REFUSED(WEFT_BAD_ARGUMENT, api->run(model, state, "forward", twice, 2, &out,
                                      1, &error));
  twice[0] = twice[1] = out;
  REFUSED(WEFT_BAD_ARGUMENT, api->run(model, state, "forward", &in, 1, twice, 2,
                                      &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->run(model, state, "forward", NULL, 0, &out, 1,
                                      &error));
  in.bytes = 3;
  REFUSED(WEFT_BAD_ARGUMENT, api->run(model, state, "forward", &in, 1, &out, 1,
                                      &error));
  in = tensor("x", x, 2);
  in.dtype = WEFT_I32;
  REFUSED(WEFT_BAD_TYPE, api->run(model, state, "forward", &in, 1, &out, 1,
                                  &error));
  in.dtype = WEFT_F32;
  in.rank = 2;
  REFUSED(WEFT_BAD_SHAPE, api->run(model, state, "forward", &in, 1, &out, 1,
                                   &error));
  in = tensor("q", x, 2);
  REFUSED(WEFT_BAD_ARGUMENT, api->run(model, state, "forward", &in, 1, &out, 1,
                                      &error));
  in.name = NULL;
  out.name = NULL;
  out.data = NULL;
  CHECK(api->output_shapes(model, "forward", &in, 1, &out, 1, &error) ==
        WEFT_OK);
  CHECK(out.rank == 3 && out.dims[1] == 2 && out.bytes == 32);
  CHECK(api->run(model, state, "forward", &in, 1, NULL, 0, &error) == WEFT_OK);
  CHECK(api->state_position(state) == 2);
  api->state_free(state);
  api->state_free(foreign);
}

static volatile int stop;

static void *run_on(void *model) {
  weft_state *state = new_state(model);
  weft_tensor in = tensor("x", x, 8);
  while (!stop) {
    api->state_reset(state, NULL);
    api->run(model, state, "forward", &in, 1, NULL, 0, NULL);
  }
  api->state_free(state);
  return NULL;
}

/* Two threads with one model: sooner or later one of them is sent away. */
static void test_busy(weft_model *model) {
  weft_state *state = new_state(model);
  weft_tensor in = tensor("x", x, 8);
  weft_status status;
  pthread_t thread;
  pthread_create(&thread, NULL, run_on, model);
  do {
    api->state_reset(state, NULL);
    status = api->run(model, state, "forward", &in, 1, NULL, 0, &error);
  } while (status == WEFT_OK);
  REFUSED(WEFT_BUSY, error.status);
  stop = 1;
  pthread_join(thread, NULL);
  api->state_free(state);
}

/* The second model: batches, token ids of two widths and their range. */
static void test_tokens(const weft_api *counting, weft_model *counter) {
  int32_t ids[4] = {3, 4, 0, 1};
  float logits[2 * 2 * 5];
  weft_tensor in = {"input_ids", ids, sizeof ids, WEFT_I32, 2, {2, 2}};
  weft_tensor out = {"logits", logits, sizeof logits, WEFT_F32, 0, {0}};
  weft_state *state = NULL, *pair = NULL;
  CHECK(counting->state_init(counter, 2, &pair, &error) == WEFT_OK);
  CHECK(counting->state_init(counter, 0, &state, &error) == WEFT_OK);
  CHECK(counting->run(counter, pair, "forward", &in, 1, &out, 1, &error) ==
        WEFT_OK);
  CHECK(out.rank == 3 && out.dims[0] == 2 && logits[4] == 1 && logits[5] == 1);
  REFUSED(WEFT_BAD_SHAPE, counting->run(counter, state, "forward", &in, 1, &out,
                                        1, &error));
  CHECK(counting->state_save_file(pair, "pair.bin", &error) == WEFT_OK);
  REFUSED(WEFT_BAD_STATE, counting->state_load_file(state, "pair.bin", &error));
  ids[2] = -1;
  REFUSED(WEFT_BAD_VALUE, counting->run(counter, pair, "forward", &in, 1, &out,
                                        1, &error));
  REFUSED(WEFT_BAD_ARGUMENT, counting->state_rollback(pair, 1, &error));
  REFUSED(WEFT_BAD_ARGUMENT, counting->state_init(counter, -1, &state, &error));
  counting->state_free(state);
  counting->state_free(pair);
}

static void test_open(void) {
  weft_model *model;
  weft_options options = {"no/where", 1, {0}};
  weft_model_info info;
  REFUSED(WEFT_IO_ERROR, api->open(api, &options, &model, &error));
  options.weights_path = "nameless.safetensors";
  REFUSED(WEFT_BAD_WEIGHTS, api->open(api, &options, &model, &error));
  options.weights_path = "short.safetensors";
  REFUSED(WEFT_BAD_WEIGHTS, api->open(api, &options, &model, &error));
  options.weights_path = "integers.safetensors";
  REFUSED(WEFT_BAD_WEIGHTS, api->open(api, &options, &model, &error));
  options.threads = 5000;
  REFUSED(WEFT_BAD_ARGUMENT, api->open(api, &options, &model, &error));
  CHECK(model == NULL);
  REFUSED(WEFT_BAD_ARGUMENT, api->open(api, NULL, NULL, &error));
  REFUSED(WEFT_BAD_ARGUMENT, api->info(api, NULL, &error));
  CHECK(api->info(api, &info, &error) == WEFT_OK);
  CHECK(info.num_entries == 3 && info.num_states == 2);
  CHECK(info.context_length == ACCUMULATE_CONTEXT_LENGTH);
  CHECK(info.state_bytes == 16 + 8 * 16 && info.weights_bytes == 16);
}

int main(int argc, char **argv) {
  const weft_api *counting = count_weft();
  weft_model *model, *other, *counter;
  if (argc != 2 || chdir(argv[1]) != 0)
    return 2;
  api = accumulate_weft();
  for (int i = 0; i < 9 * 4; ++i)
    x[i] = (float)((i * 7) % 11) / 8 - 0.5f;
  CHECK(api->abi_version == WEFT_ABI_VERSION && api->size == sizeof *api);
  test_open();
  model = open_model(api, NULL, 2);
  other = open_model(api, "other.safetensors", 1);
  counter = open_model(counting, NULL, 1);
  test_entries(model);
  test_threads(model);
  test_states(model, other);
  test_calls(model, counter);
  test_tokens(counting, counter);
  test_busy(model);
  api->close(model);
  api->close(other);
  counting->close(counter);
  api->close(NULL);
  printf("%d failures\n", failures);
  return failures != 0;
}
