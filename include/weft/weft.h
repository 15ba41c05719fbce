/* The C interface of a model compiled by weft.
 *
 * A compiled library exports one function, `const weft_api *NAME_weft(void)`;
 * NAME is the model's, with _ for what is no letter or digit, and the header
 * beside the library declares it. Everything else is reached through the table
 * it returns, so that any number of models live in one process:
 *
 *     const weft_api *api = NAME_weft();
 *     weft_error error;
 *     weft_model *model;
 *     if (api->open(api, NULL, &model, &error) != WEFT_OK)
 *       fprintf(stderr, "%s\n", error.message);
 *
 * Every call that can fail returns a status and, if `error` is not NULL, says
 * why in it. A library never aborts, never prints and keeps no global state.
 * A model is used by one thread at a time (another call gets WEFT_BUSY); open
 * it twice to run in parallel. */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_ABI_VERSION 1u
#define WEFT_MAX_RANK 8

/* Dimensions that are known only at run time. */
#define WEFT_DIM_TIME (-1)  /* T, the tokens of one call */
#define WEFT_DIM_BATCH (-2) /* B, the sequences that run side by side */

typedef enum weft_status {
  WEFT_OK = 0,
  WEFT_BAD_ARGUMENT = 1,  /* NULL, a rank, a size or a name that does not fit */
  WEFT_BAD_SHAPE = 2,     /* dimensions other than the model's */
  WEFT_BAD_TYPE = 3,      /* an element type that cannot be converted */
  WEFT_BAD_VALUE = 4,     /* data the model cannot take, e.g. a token id */
  WEFT_CONTEXT_FULL = 5,  /* more tokens than the caches hold */
  WEFT_BAD_WEIGHTS = 6,   /* the weights file is not this model's */
  WEFT_BAD_STATE = 7,     /* a state of another model, or a damaged one */
  WEFT_IO_ERROR = 8,      /* a file that cannot be read or written */
  WEFT_OUT_OF_MEMORY = 9,
  WEFT_BAD_TARGET = 10,   /* this processor lacks what the code needs */
  WEFT_BUSY = 11          /* the model is in use by another thread */
} weft_status;

typedef struct weft_error {
  weft_status status;
  char message[500];
} weft_error;

typedef enum weft_dtype {
  WEFT_F32 = 0,
  WEFT_F64 = 1,
  WEFT_F16 = 2,
  WEFT_BF16 = 3,
  WEFT_I64 = 4,
  WEFT_I32 = 5,
  WEFT_I8 = 6,
  WEFT_BOOL = 7
} weft_dtype;

/* What is known of a tensor before a run; `dims` may hold WEFT_DIM_*. */
typedef struct weft_tensor_info {
  const char *name;
  weft_dtype dtype;
  uint32_t rank;
  const int64_t *dims;
} weft_tensor_info;

/* A way into the model. `forward` takes any number of tokens and gives a row
 * for each, `prefill` gives the last row only, `step` takes one token. */
typedef struct weft_entry_info {
  const char *name;
  const weft_tensor_info *inputs;
  const weft_tensor_info *outputs;
  uint32_t num_inputs;
  uint32_t num_outputs;
  uint32_t stateful; /* it reads and advances a weft_state */
  uint32_t reserved;
} weft_entry_info;

typedef struct weft_model_info {
  const char *name;
  const weft_entry_info *entries;
  const weft_tensor_info *states;
  uint32_t num_entries;
  uint32_t num_states;
  int64_t context_length; /* most tokens of one sequence, 0 if unbounded */
  int64_t vocabulary;     /* token ids are below it, 0 if there are none */
  int64_t weights_bytes;  /* memory of the expanded weights */
  int64_t state_bytes;    /* memory of a full state of batch 1 */
} weft_model_info;

typedef struct weft_options {
  const char *weights_path; /* NULL: the path given at compile time */
  int32_t threads;          /* 0: one for each processor of the process */
  uint32_t reserved[5];
} weft_options;

/* A tensor of the caller: contiguous, row-major. `bytes` is the size of
 * `data`; `name` may be NULL if the tensors are in the order of the entry. */
typedef struct weft_tensor {
  const char *name;
  void *data;
  uint64_t bytes;
  weft_dtype dtype;
  uint32_t rank;
  int64_t dims[WEFT_MAX_RANK];
} weft_tensor;

typedef struct weft_model weft_model;
typedef struct weft_state weft_state;
typedef struct weft_api weft_api;
struct weft_descriptor;

struct weft_api {
  uint32_t abi_version;
  uint32_t size; /* of this struct */
  const struct weft_descriptor *descriptor;

  /* Loads the weights and starts the threads. */
  weft_status (*open)(const weft_api *api, const weft_options *options,
                      weft_model **model, weft_error *error);
  /* NULL is fine. States of the model are freed on their own, before it. */
  void (*close)(weft_model *model);
  /* Needs no model: what the library says of itself. The pointers stay valid
   * as long as the library is loaded. */
  weft_status (*info)(const weft_api *api, weft_model_info *info,
                      weft_error *error);
  weft_status (*set_threads)(weft_model *model, int32_t threads,
                             weft_error *error);
  /* Bytes of scratch memory that the runs so far have needed. */
  int64_t (*workspace_bytes)(const weft_model *model);

  /* Fills dtype, rank, dims and bytes of the outputs for these inputs, whose
   * data is not looked at. */
  weft_status (*output_shapes)(weft_model *model, const char *entry,
                               const weft_tensor *inputs, uint32_t num_inputs,
                               weft_tensor *outputs, uint32_t num_outputs,
                               weft_error *error);
  /* Runs an entry. Inputs are converted between f32, f64, f16 and bf16, and
   * between i32 and i64. Outputs are written to `data`, which must have room
   * for them in the model's own type; those not listed are dropped. `state` is
   * NULL for an entry without state. If the call fails before the entry has
   * started, the state is as it was. */
  weft_status (*run)(weft_model *model, weft_state *state, const char *entry,
                     const weft_tensor *inputs, uint32_t num_inputs,
                     weft_tensor *outputs, uint32_t num_outputs,
                     weft_error *error);

  /* The state of `batch` new sequences (0: the batch of the model). Memory of
   * a cache is taken only as tokens come. */
  weft_status (*state_init)(weft_model *model, int64_t batch,
                            weft_state **state, weft_error *error);
  void (*state_free)(weft_state *state);
  /* Back to a new sequence. */
  weft_status (*state_reset)(weft_state *state, weft_error *error);
  weft_status (*state_clone)(const weft_state *state, weft_state **copy,
                             weft_error *error);
  /* Tokens seen so far. */
  int64_t (*state_position)(const weft_state *state);
  /* Forgets the tokens from `position` on. Only caches can do so; a model with
   * any other state has WEFT_BAD_ARGUMENT (clone before, then). */
  weft_status (*state_rollback)(weft_state *state, int64_t position,
                                weft_error *error);
  /* Bytes that state_save writes now: only the used rows of a cache. */
  uint64_t (*state_size)(const weft_state *state);
  weft_status (*state_save)(const weft_state *state, void *buffer,
                            uint64_t bytes, weft_error *error);
  weft_status (*state_load)(weft_state *state, const void *buffer,
                            uint64_t bytes, weft_error *error);
  weft_status (*state_save_file)(const weft_state *state, const char *path,
                                 weft_error *error);
  weft_status (*state_load_file)(weft_state *state, const char *path,
                                 weft_error *error);
};

/* The version of the interface that the linked runtime has. */
uint32_t weft_abi_version(void);

#ifdef __cplusplus
}
#endif

#endif /* WEFT_WEFT_H */
