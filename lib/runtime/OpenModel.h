// A model as the executable holds it: the C interface with values that clean up
// after themselves.
#ifndef WEFT_RUNTIME_OPENMODEL_H
#define WEFT_RUNTIME_OPENMODEL_H

#include "lib/runtime/Descriptor.h"
#include "lib/runtime/Result.h"

#include <memory>

namespace weft::runtime {

struct StateDeleter {
  const weft_api *api;
  void operator()(weft_state *state) const { api->state_free(state); }
};
using StatePointer = std::unique_ptr<weft_state, StateDeleter>;

/// The exit code that a failed call ends the program with.
Error errorOf(const weft_error &error);

class OpenModel {
public:
  static Result<OpenModel> open(const weft_api &api, const std::string &weights,
                                int32_t threads);

  const weft_api &api() const { return *table; }
  const weft_descriptor &descriptor() const { return *table->descriptor; }
  weft_model *model() const { return handle.get(); }

  Result<StatePointer> newState(int64_t batch) const;
  /// Null if there is none.
  const weft_entry_info *findEntry(std::string_view name) const;

private:
  struct Closer {
    const weft_api *api;
    void operator()(weft_model *model) const { api->close(model); }
  };
  OpenModel(const weft_api &api, weft_model *model)
      : table(&api), handle(model, Closer{&api}) {}

  const weft_api *table;
  std::unique_ptr<weft_model, Closer> handle;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_OPENMODEL_H
