// The checks of a model, a printed row for each form and property.
#ifndef WEFT_DRIVER_CHECK_CHECKER_H
#define WEFT_DRIVER_CHECK_CHECKER_H

#include "lib/driver/check/Compare.h"
#include "lib/driver/check/Samples.h"

#include "mlir/IR/OwningOpRef.h"

namespace weft::driver {

/// A form to compile the model in.
struct FormCase {
  std::string form;
  int64_t chunk; // 0: by cost
  std::string text() const {
    return form + (chunk ? ", chunk " + std::to_string(chunk) : "");
  }
};

class Checker {
public:
  /// `entry` is the function of `module` that is checked.
  Checker(const Invocation &invocation, mlir::ModuleOp module,
          llvm::StringRef entry)
      : invocation(invocation), module(module), entryName(entry.str()),
        ranges(readRanges(module)) {}

  llvm::Error run();
  bool passed() const { return failures == 0; }

private:
  using Arrays = std::vector<Array>;

  llvm::Expected<std::unique_ptr<ModelLibrary>> build(mlir::ModuleOp module,
                                                      const FormCase &form,
                                                      bool isOracle,
                                                      bool stateless = false);
  llvm::Expected<llvm::SetVector<llvm::StringRef>>
  formsIn(mlir::ModuleOp model, bool stateless);
  llvm::Expected<std::vector<FormCase>> formCases();
  const weft_entry_info &entry() { return *oracle->entry(entryName); }
  bool timed(uint32_t input);
  bool hasTime();
  std::vector<int64_t> tokenCounts(int64_t chunk);
  Arrays draw(int64_t tokens, const Sample &sample, uint64_t stream = 0);
  Arrays slice(const Arrays &inputs, int64_t begin, int64_t end);
  llvm::Expected<Arrays> reference(const Arrays &inputs);
  llvm::Expected<double> sensitivity(const Arrays &inputs,
                                     const Arrays &expected);
  llvm::Expected<Arrays> looped(const Arrays &inputs);
  llvm::Expected<Arrays> whole(ModelLibrary &library, const Arrays &inputs);

  llvm::Error buildPacked();
  llvm::Error checkForm(const FormCase &form);
  llvm::Error checkValues(ModelLibrary &library, const FormCase &form);
  llvm::Error checkThreads(ModelLibrary &library, const FormCase &form);
  llvm::Error checkLengths(ModelLibrary &library, const FormCase &form);
  llvm::Error checkPacked(const FormCase &form);
  llvm::Error checkCuts(ModelLibrary &library, const FormCase &form);
  llvm::Error checkSteps(ModelLibrary &library, const FormCase &form);
  llvm::Error checkStateCopies(ModelLibrary &library, const FormCase &form);
  void report(const FormCase &form, llvm::StringRef what, Difference found,
              bool needBits = false);
  void print(const FormCase &form, llvm::StringRef what, Difference found,
             bool good);
  void refuse(const FormCase &form, llvm::StringRef why);

  const Invocation &invocation;
  mlir::ModuleOp module;
  std::string entryName;
  ValueRanges ranges;
  std::unique_ptr<ModelLibrary> oracle;
  /// The model over packed sequences, if it can be made so.
  mlir::OwningOpRef<mlir::ModuleOp> packedModule;
  /// What packed sequences can run in: not all that a model has.
  llvm::SetVector<llvm::StringRef> packedForms;
  std::unique_ptr<ModelLibrary> packedOracle;
  unsigned failures = 0;
};

/// Tokens of the checks that cut a sequence: ragged for every chunk that is
/// tried but the one of as many tokens.
constexpr int64_t kSplitTokens = 55;

} // namespace weft::driver

#endif // WEFT_DRIVER_CHECK_CHECKER_H
