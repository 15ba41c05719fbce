#include "lib/driver/check/Check.h"

#include "lib/driver/Diagnostics.h"
#include "lib/driver/check/Checker.h"
#include "weft/Frontend.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace llvm;
using namespace weft;
using namespace weft::driver;

/// @forward, or the only public function; null if there is no such function.
static mlir::func::FuncOp findEntry(mlir::ModuleOp module) {
  if (auto forward = module.lookupSymbol<mlir::func::FuncOp>("forward"))
    return forward;
  mlir::func::FuncOp entry;
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function.isPublic()) {
      if (entry)
        return {};
      entry = function;
    }
  return entry;
}

int driver::check(const Invocation &invocation, mlir::MLIRContext &context) {
  DiagnosticPrinter printer(context, invocation.explain);
  int code = kInputError;
  ReadOptions options;
  options.weightsFile = invocation.weightsFile;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      readModel(invocation.input, options, context, code);
  if (!module)
    return code;
  module.get()->setAttr(kModelNameAttr,
                        mlir::StringAttr::get(&context, "model"));
  mlir::func::FuncOp entry = findEntry(*module);
  if (!entry)
    return fail(kInputError, invocation.input +
                                 ": there is neither @forward nor a single "
                                 "public function to check");
  Checker checker(invocation, *module, entry.getName());
  if (Error error = checker.run())
    return fail(kInputError,
                invocation.input + ": " + toString(std::move(error)));
  return checker.passed() ? kSuccess : kComparisonFailed;
}
