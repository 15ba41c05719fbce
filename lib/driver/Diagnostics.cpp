#include "lib/driver/Diagnostics.h"

#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace weft;
using namespace weft::driver;

int driver::fail(ExitCode code, const Twine &message) {
  llvm::errs() << "weftc: error: " << message << "\n";
  return code;
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext &context, bool explain)
    : context(context), withExcerpt(sources, &context, llvm::errs()),
      explain(explain) {
  handler = context.getDiagEngine().registerHandler(
      [this](Diagnostic &diagnostic) { return print(diagnostic); });
}

DiagnosticPrinter::~DiagnosticPrinter() {
  context.getDiagEngine().eraseHandler(handler);
}

static StringRef severityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  llvm_unreachable("unknown severity");
}

/// Failure hands the diagnostic on to the printer with excerpts.
LogicalResult DiagnosticPrinter::print(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == DiagnosticSeverity::Remark) {
    if (explain)
      llvm::outs() << diagnostic.str() << "\n";
    return success();
  }
  auto place = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>();
  if (place && place.getLine() != 0)
    return failure();
  llvm::errs() << "weftc: " << severityName(diagnostic.getSeverity()) << ": "
               << diagnostic.str() << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    llvm::errs() << "weftc: note: " << note.str() << "\n";
  return success();
}

Progress::Progress(unsigned steps)
    : steps(steps), terminal(llvm::sys::Process::StandardErrIsDisplayed()),
      begin(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (shown)
    llvm::errs() << "\r\033[K";
}

void Progress::start(StringRef step) {
  ++current;
  std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - begin;
  if (!terminal || elapsed.count() < 1)
    return;
  shown = true;
  llvm::errs() << "\r\033[K[" << current << "/" << steps << "] " << step
               << llvm::format("  %.1f s", elapsed.count());
}
