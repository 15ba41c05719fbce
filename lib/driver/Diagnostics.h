// How weftc speaks: diagnostics with an excerpt of the user's file, remarks
// only when asked for, progress only on a terminal.
#ifndef WEFT_DRIVER_DIAGNOSTICS_H
#define WEFT_DRIVER_DIAGNOSTICS_H

#include "weft/Driver.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/SourceMgr.h"

#include <chrono>

namespace weft::driver {

/// Prints "weftc: error: MESSAGE" and returns `code`.
int fail(ExitCode code, const llvm::Twine &message);

/// Prints the diagnostics of a context while it lives.
class DiagnosticPrinter {
public:
  DiagnosticPrinter(mlir::MLIRContext &context, bool explain);
  ~DiagnosticPrinter();

private:
  llvm::LogicalResult print(mlir::Diagnostic &diagnostic);

  mlir::MLIRContext &context;
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler withExcerpt;
  mlir::DiagnosticEngine::HandlerID handler;
  bool explain;
};

/// "[3/7] tile  1.2 s" on a terminal once work takes over a second; silent
/// otherwise.
class Progress {
public:
  explicit Progress(unsigned steps);
  ~Progress();
  void start(llvm::StringRef step);

private:
  unsigned steps;
  unsigned current = 0;
  bool shown = false;
  bool terminal;
  std::chrono::steady_clock::time_point begin;
};

} // namespace weft::driver

#endif // WEFT_DRIVER_DIAGNOSTICS_H
