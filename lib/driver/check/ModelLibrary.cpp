#include "lib/driver/check/ModelLibrary.h"

#include "lib/runtime/Elements.h"
#include "weft/Target.h"

#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstring>
#include <dlfcn.h>

using namespace llvm;
using namespace weft;
using namespace weft::driver;

int64_t Array::elements() const {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

double Array::at(int64_t index) const {
  if (dtype == WEFT_F64)
    return reinterpret_cast<const double *>(data.data())[index];
  assert(dtype == WEFT_F32 && "reads other types as f32");
  return reinterpret_cast<const float *>(data.data())[index];
}

/// Bytes of one index of axis 1.
static int64_t rowBytes(const Array &array) {
  int64_t bytes = runtime::bytesOf(array.dtype);
  for (int64_t dim : ArrayRef(array.dims).drop_front(2))
    bytes *= dim;
  return bytes;
}

Array driver::timeSlice(const Array &array, int64_t begin, int64_t end) {
  Array result{array.dtype, array.dims, {}};
  result.dims[1] = end - begin;
  int64_t bytes = rowBytes(array);
  for (int64_t batch = 0; batch < array.dims[0]; ++batch) {
    const char *first =
        array.data.data() + (batch * array.dims[1] + begin) * bytes;
    result.data.insert(result.data.end(), first, first + (end - begin) * bytes);
  }
  return result;
}

Array driver::timeConcat(const std::vector<Array> &parts) {
  Array result{parts[0].dtype, parts[0].dims, {}};
  result.dims[1] = 0;
  for (const Array &part : parts)
    result.dims[1] += part.dims[1];
  int64_t bytes = rowBytes(result);
  for (int64_t batch = 0; batch < result.dims[0]; ++batch)
    for (const Array &part : parts) {
      const char *first = part.data.data() + batch * part.dims[1] * bytes;
      result.data.insert(result.data.end(), first,
                         first + part.dims[1] * bytes);
    }
  return result;
}

Expected<std::unique_ptr<ModelLibrary>>
ModelLibrary::build(mlir::ModuleOp module, const Invocation &invocation) {
  mlir::OwningOpRef<mlir::ModuleOp> copy(module.clone());
  auto compile = [&](Phase last) -> Error {
    if (failed(runPhases(*copy, last, invocation.pipeline)))
      return createStringError("the model does not compile in this form");
    return Error::success();
  };
  if (Error error = compile(Phase::Simplify))
    return std::move(error);
  // No check calls it, and it is as large as the entry whose last rows it gives.
  if (mlir::Operation *prefill = copy->lookupSymbol("prefill"))
    prefill->erase();
  if (Error error = compile(Phase::Llvm))
    return std::move(error);
  SmallString<128> directory;
  if (std::error_code error =
          sys::fs::createUniqueDirectory("weft-check", directory))
    return createStringError(error, "no temporary directory");
  scope_exit remove(
      [&] { sys::fs::remove_directories(directory, /*IgnoreErrors=*/true); });
  SmallString<128> path(directory);
  sys::path::append(path, "model.so");
  EmitOptions options;
  options.target = invocation.pipeline.target;
  options.optLevel = invocation.optLevel;
  if (Error error = emitModel(*copy, options, path, OutputKind::SharedLibrary))
    return std::move(error);
  std::unique_ptr<ModelLibrary> library(new ModelLibrary());
  if (Error error = library->load(path, "model"))
    return std::move(error);
  return library;
}

Error ModelLibrary::load(StringRef path, StringRef modelName) {
  handle = dlopen(path.str().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return createStringError(inconvertibleErrorCode(), "%s", dlerror());
  auto function = reinterpret_cast<const weft_api *(*)()>(
      dlsym(handle, (modelName + "_weft").str().c_str()));
  if (!function)
    return createStringError(inconvertibleErrorCode(), "%s", dlerror());
  api = function();
  weft_error error;
  weft_options options = {};
  options.threads = 1;
  if (api->open(api, &options, &model, &error) != WEFT_OK ||
      api->info(api, &modelInfo, &error) != WEFT_OK)
    return toError(error);
  return Error::success();
}

ModelLibrary::~ModelLibrary() {
  if (model)
    api->close(model);
  if (handle)
    dlclose(handle);
}

Error ModelLibrary::toError(const weft_error &error) const {
  return createStringError(inconvertibleErrorCode(), "%s", error.message);
}

const weft_entry_info *ModelLibrary::entry(StringRef name) const {
  for (uint32_t i = 0; i < modelInfo.num_entries; ++i)
    if (name == modelInfo.entries[i].name)
      return &modelInfo.entries[i];
  return nullptr;
}

Error ModelLibrary::setThreads(int32_t threads) {
  weft_error error;
  if (api->set_threads(model, threads, &error) != WEFT_OK)
    return toError(error);
  return Error::success();
}

Expected<weft_state *> ModelLibrary::newState() {
  weft_error error;
  weft_state *state;
  if (api->state_init(model, /*batch=*/0, &state, &error) != WEFT_OK)
    return toError(error);
  return state;
}

Expected<weft_state *> ModelLibrary::clone(const weft_state *state) {
  weft_error error;
  weft_state *copy;
  if (api->state_clone(state, &copy, &error) != WEFT_OK)
    return toError(error);
  return copy;
}

Expected<weft_state *> ModelLibrary::saveAndLoad(const weft_state *state) {
  weft_error error;
  std::vector<char> buffer(api->state_size(state));
  if (api->state_save(state, buffer.data(), buffer.size(), &error) != WEFT_OK)
    return toError(error);
  Expected<weft_state *> loaded = newState();
  if (!loaded)
    return loaded.takeError();
  if (api->state_load(*loaded, buffer.data(), buffer.size(), &error) !=
      WEFT_OK) {
    freeState(*loaded);
    return toError(error);
  }
  return *loaded;
}

void ModelLibrary::freeState(weft_state *state) { api->state_free(state); }

static weft_tensor view(const Array &array) {
  weft_tensor tensor = {};
  tensor.data = const_cast<char *>(array.data.data());
  tensor.bytes = array.data.size();
  tensor.dtype = array.dtype;
  tensor.rank = array.dims.size();
  llvm::copy(array.dims, tensor.dims);
  return tensor;
}

Expected<std::vector<Array>> ModelLibrary::run(StringRef entryName,
                                               const std::vector<Array> &inputs,
                                               weft_state *state) {
  std::vector<weft_tensor> in, out(entry(entryName)->num_outputs);
  for (const Array &input : inputs)
    in.push_back(view(input));
  std::string name = entryName.str();
  weft_error error;
  if (api->output_shapes(model, name.c_str(), in.data(), in.size(), out.data(),
                         out.size(), &error) != WEFT_OK)
    return toError(error);
  std::vector<Array> results(out.size());
  for (auto [tensor, result] : zip(out, results)) {
    result.dtype = tensor.dtype;
    result.dims.assign(tensor.dims, tensor.dims + tensor.rank);
    result.data.resize(tensor.bytes);
    tensor.data = result.data.data();
  }
  if (api->run(model, state, name.c_str(), in.data(), in.size(), out.data(),
               out.size(), &error) != WEFT_OK)
    return toError(error);
  return results;
}
