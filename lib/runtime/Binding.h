// The tensors of one call, checked against what the model expects.
#ifndef WEFT_RUNTIME_BINDING_H
#define WEFT_RUNTIME_BINDING_H

#include "lib/runtime/Descriptor.h"

#include <vector>

struct weft_state;

namespace weft::runtime {

class Workspace;

/// Matches the tensors of a caller to an entry. Each step says in `error` what
/// does not fit.
class Binding {
public:
  Binding(const weft_descriptor &descriptor, uint32_t entry)
      : descriptor(descriptor), entry(descriptor.info.entries[entry]),
        code(descriptor.code[entry]) {}

  /// Finds the inputs and from their shapes T and B.
  weft_status bindInputs(const weft_tensor *tensors, uint32_t count,
                         weft_error *error);
  /// Fills in types and shapes of the outputs.
  weft_status bindOutputs(weft_tensor *tensors, uint32_t count,
                          weft_error *error);
  weft_status bindState(weft_state *state, weft_error *error);
  /// Token ids below the vocabulary.
  weft_status checkValues(weft_error *error) const;
  weft_status checkOffsets(uint32_t input, weft_error *error) const;
  /// Converts inputs and finds room for what the caller leaves out; the
  /// buffers are then as compiled code wants them.
  weft_status makeBuffers(Workspace &workspace, weft_error *error);

  const weft_buffer *buffers() const { return list.data(); }
  weft_entry_function function() const { return code.function; }
  int64_t position() const;
  /// Tokens that this call adds to the state.
  int64_t tokens() const { return time < 0 ? 1 : time; }

private:
  weft_status bindInput(uint32_t index, const weft_tensor &tensor,
                        weft_error *error);
  weft_status bindDim(int64_t expected, int64_t got, const char *tensor,
                      uint32_t axis, weft_error *error);
  weft_status bindOutput(uint32_t index, weft_tensor &tensor,
                         weft_error *error);
  int64_t resolve(int64_t dim) const;
  weft_status addBuffer(void *data, const int64_t *dims);

  const weft_descriptor &descriptor;
  const weft_entry_info &entry;
  const weft_entry_code &code;
  std::vector<const weft_tensor *> inputs;
  std::vector<weft_tensor *> outputs;     // null: dropped
  std::vector<std::vector<int64_t>> shapes; // of the outputs
  weft_state *state = nullptr;
  int64_t time = -1;  // not known yet
  int64_t batch = -1;
  std::vector<weft_buffer> list;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_BINDING_H
