#include "weft/Target.h"

#include "llvm/Support/raw_ostream.h"

using namespace weft;

char TargetError::ID = 0;

int weft::reportError(llvm::StringRef tool, llvm::Error error) {
  int code = 0;
  llvm::handleAllErrors(
      std::move(error),
      [&](const TargetError &failure) {
        failure.log(llvm::errs() << tool << ": error: ");
        llvm::errs() << "\n";
        code = failure.exitCode();
      },
      [&](const llvm::ErrorInfoBase &failure) {
        failure.log(llvm::errs() << tool << ": error: ");
        llvm::errs() << "\n";
        code = TargetError::Internal;
      });
  return code;
}
