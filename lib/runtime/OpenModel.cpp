#include "lib/runtime/OpenModel.h"

using namespace weft::runtime;

Error weft::runtime::errorOf(const weft_error &error) {
  ExitCode code = ExitCode::InputDiagnosed;
  if (error.status == WEFT_IO_ERROR)
    code = ExitCode::FileIO;
  if (error.status == WEFT_BAD_TARGET)
    code = ExitCode::TargetMissing;
  if (error.status == WEFT_OUT_OF_MEMORY)
    code = ExitCode::Internal;
  return makeError(code, "%s", error.message);
}

Result<OpenModel> OpenModel::open(const weft_api &api,
                                  const std::string &weights,
                                  int32_t threads) {
  weft_options options{};
  options.weights_path = weights.empty() ? nullptr : weights.c_str();
  options.threads = threads;
  weft_model *model = nullptr;
  weft_error error;
  if (api.open(&api, &options, &model, &error))
    return errorOf(error);
  return OpenModel(api, model);
}

Result<StatePointer> OpenModel::newState(int64_t batch) const {
  weft_state *state = nullptr;
  weft_error error;
  if (table->state_init(model(), batch, &state, &error))
    return errorOf(error);
  return StatePointer(state, StateDeleter{table});
}

const weft_entry_info *OpenModel::findEntry(std::string_view name) const {
  const weft_model_info &info = descriptor().info;
  for (uint32_t i = 0; i < info.num_entries; ++i)
    if (name == info.entries[i].name)
      return &info.entries[i];
  return nullptr;
}
