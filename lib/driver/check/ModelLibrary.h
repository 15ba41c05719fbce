// A model compiled to a shared library and loaded into this process.
#ifndef WEFT_DRIVER_CHECK_MODELLIBRARY_H
#define WEFT_DRIVER_CHECK_MODELLIBRARY_H

#include "lib/driver/Invocation.h"
#include "weft/weft.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace weft::driver {

/// A tensor that owns its data.
struct Array {
  weft_dtype dtype = WEFT_F32;
  std::vector<int64_t> dims;
  std::vector<char> data;

  int64_t elements() const;
  /// Element `index` of a floating point array.
  double at(int64_t index) const;
};

/// The tokens [begin, end) of an array whose axis 1 is time.
Array timeSlice(const Array &array, int64_t begin, int64_t end);
/// The arrays one after the other along axis 1.
Array timeConcat(const std::vector<Array> &parts);

class ModelLibrary {
public:
  /// Compiles a copy of `module` with the options of `invocation`.
  static llvm::Expected<std::unique_ptr<ModelLibrary>>
  build(mlir::ModuleOp module, const Invocation &invocation);
  ~ModelLibrary();

  const weft_entry_info *entry(llvm::StringRef name) const;
  const weft_model_info &info() const { return modelInfo; }

  llvm::Error setThreads(int32_t threads);
  llvm::Expected<weft_state *> newState();
  llvm::Expected<weft_state *> clone(const weft_state *state);
  /// A new state loaded from what `state` saves.
  llvm::Expected<weft_state *> saveAndLoad(const weft_state *state);
  void freeState(weft_state *state);

  llvm::Expected<std::vector<Array>> run(llvm::StringRef entry,
                                         const std::vector<Array> &inputs,
                                         weft_state *state);

private:
  ModelLibrary() = default;
  llvm::Error load(llvm::StringRef path, llvm::StringRef modelName);
  llvm::Error toError(const weft_error &error) const;

  void *handle = nullptr;
  const weft_api *api = nullptr;
  weft_model *model = nullptr;
  weft_model_info modelInfo = {};
};

} // namespace weft::driver

#endif // WEFT_DRIVER_CHECK_MODELLIBRARY_H
