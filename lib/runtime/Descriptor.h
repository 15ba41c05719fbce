/* The tables that the compiler emits beside the code of a model, and what the
 * code and the runtime call of each other. lib/target/Descriptor.cpp writes
 * these structs field by field: a change here is a change there. */
#ifndef WEFT_RUNTIME_DESCRIPTOR_H
#define WEFT_RUNTIME_DESCRIPTOR_H

#include "weft/weft.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A tensor as an entry gets it: contiguous, row-major. */
typedef struct weft_buffer {
  void *data;
  const int64_t *dims;
} weft_buffer;

/* Buffers come in the order inputs, outputs, states. `position` is the number
 * of tokens that the states have seen. */
typedef void (*weft_entry_function)(void *ctx, const weft_buffer *buffers,
                                    int64_t position);

typedef struct weft_entry_code {
  weft_entry_function function;
  const uint32_t *states; /* indices into the model's states */
  uint32_t num_states;
  uint32_t last_row_only; /* outputs hold the last token: there must be one */
  int64_t tokens; /* of one call, WEFT_DIM_TIME if the inputs say it */
  const uint32_t *offsets; /* inputs that say where packed sequences begin */
  uint32_t num_offsets;
  uint32_t reserved;
} weft_entry_code;

typedef struct weft_state_layout {
  int64_t cache_axis; /* the axis that holds a row for each token, or -1 */
} weft_state_layout;

typedef struct weft_weight {
  weft_tensor_info tensor; /* name in the file, type in memory, logical dims */
  int64_t panel;           /* P: kept as [N/P, K, P]; 0: as in the file */
  const void *constant;    /* the data itself, if not from the file */
} weft_weight;

typedef enum weft_flags {
  WEFT_LANGUAGE_MODEL = 1 /* the weights file has a tokenizer to talk with */
} weft_flags;

typedef struct weft_descriptor {
  uint32_t abi_version;
  uint32_t flags;
  uint64_t fingerprint; /* of the interface and the program: states carry it */
  uint32_t cpu_level;   /* 2, 3, 4: the x86-64-vN the code needs, 0: any */
  uint32_t num_weights;
  weft_model_info info;
  const weft_entry_code *code;      /* one for each entry */
  const weft_state_layout *layouts; /* one for each state */
  const weft_weight *weights;
  const char *weights_path; /* given at compile time, or NULL */
  const void *embedded;     /* the weights file itself, or NULL */
  const void *embedded_end;
  const char *version; /* of weft */
  /* Where a run saves the outputs that nobody asked for, or NULL. */
  const char *dump_directory;
} weft_descriptor;

/* What compiled code calls. `ctx` is opaque to it except for its first field,
 * `void *const *weights`, the data of each weft_weight. */
void weft_parallel_for(void *ctx,
                       void (*body)(void *ctx, void *args, int64_t begin,
                                    int64_t end),
                       void *args, int64_t count);
void *weft_workspace_alloc(void *ctx, int64_t bytes);
int64_t weft_workspace_mark(void *ctx);
void weft_workspace_release(void *ctx, int64_t mark);

/* The main function of an executable. */
int weft_main(const weft_api *api, int argc, char **argv);

/* The functions of weft_api, in its order; each is weft_api_NAME here. */
#define WEFT_API_FUNCTIONS(X)                                                  \
  X(open)                                                                      \
  X(close)                                                                     \
  X(info)                                                                      \
  X(set_threads)                                                               \
  X(workspace_bytes)                                                           \
  X(output_shapes)                                                             \
  X(run)                                                                       \
  X(state_init)                                                                \
  X(state_free)                                                                \
  X(state_reset)                                                               \
  X(state_clone)                                                               \
  X(state_position)                                                            \
  X(state_rollback)                                                            \
  X(state_size)                                                                \
  X(state_save)                                                                \
  X(state_load)                                                                \
  X(state_save_file)                                                           \
  X(state_load_file)

#ifdef __cplusplus
}
#endif

#endif /* WEFT_RUNTIME_DESCRIPTOR_H */
