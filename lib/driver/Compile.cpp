#include "lib/driver/Compile.h"

#include "lib/driver/Diagnostics.h"
#include "lib/runtime/OutputFile.h"
#include "weft/Frontend.h"
#include "weft/Target.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace weft;
using namespace weft::driver;

/// Writes through a temporary, so that a failure leaves nothing half-written.
static int writeModule(ModuleOp module, StringRef path) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  os << "\n";
  runtime::Result<runtime::OutputFile> file =
      runtime::OutputFile::create(path.str());
  runtime::Status status =
      file ? file->write(text) : runtime::Status(file.takeError());
  if (status)
    status = file->commit();
  return status ? kSuccess : fail(kFileError, status.error().message);
}

static int writeDump(ModuleOp module, Phase phase, StringRef directory) {
  if (std::error_code error = llvm::sys::fs::create_directories(directory))
    return fail(kFileError, directory + ": " + error.message());
  SmallString<128> path(directory);
  llvm::sys::path::append(path, Twine(unsigned(phase)) + "-" +
                                    phaseName(phase) + ".mlir");
  return writeModule(module, path);
}

static bool makesIR(const Invocation &invocation) {
  return !invocation.kind &&
         (invocation.output.empty() ||
          llvm::sys::path::extension(invocation.output) == ".mlir");
}

/// The last phase to run, from --compile-to and the suffix of the output.
static Phase lastPhase(const Invocation &invocation) {
  if (invocation.stopAfter)
    return *invocation.stopAfter;
  return makesIR(invocation) && !invocation.output.empty() ? Phase::Simplify
                                                           : Phase::Llvm;
}

/// The name of the output says what it is; checked before any work.
static int checkOutput(const Invocation &invocation) {
  if (makesIR(invocation))
    return kSuccess;
  if (invocation.stopAfter && *invocation.stopAfter != Phase::Llvm)
    return fail(kUsageError,
                "--compile-to=" + phaseName(*invocation.stopAfter) +
                    " makes IR; name the output x.mlir, not '" +
                    invocation.output + "'");
  if (!invocation.kind)
    return fail(kUsageError,
                invocation.output +
                    ": expects no suffix (an executable) or "
                    "one of .so, .a, .o, .s, .ll, .ptx, .mlir, got " +
                    llvm::sys::path::extension(invocation.output));
  return kSuccess;
}

static int emit(ModuleOp module, const Invocation &invocation) {
  if (invocation.output.empty())
    return kSuccess;
  if (makesIR(invocation))
    return writeModule(module, invocation.output);
  EmitOptions options;
  options.target = invocation.pipeline.target;
  options.optLevel = invocation.optLevel;
  options.embedWeights = invocation.embedWeights;
  if (llvm::Error error =
          emitModel(module, options, invocation.output, *invocation.kind))
    return reportError("weftc", std::move(error));
  return kSuccess;
}

int driver::compile(const Invocation &invocation, MLIRContext &context) {
  if (int code = checkOutput(invocation))
    return code;
  DiagnosticPrinter printer(context, invocation.explain);
  Phase last = lastPhase(invocation);
  Progress progress(unsigned(last) + 2);
  int code = kInputError;
  progress.start("read");
  ReadOptions readOptions;
  readOptions.weightsFile = invocation.weightsFile;
  OwningOpRef<ModuleOp> module =
      readModel(invocation.input, readOptions, context, code);
  if (!module)
    return code;
  if (!invocation.dumpTensorsDirectory.empty()) {
    SmallString<128> directory(invocation.dumpTensorsDirectory);
    llvm::sys::fs::make_absolute(directory);
    (*module)->setAttr("weft.dump_tensors",
                       StringAttr::get(&context, directory));
  }
  code = kSuccess;
  auto dump = [&](Phase phase) -> LogicalResult {
    if (!invocation.dumpDirectory.empty())
      code = writeDump(*module, phase, invocation.dumpDirectory);
    return success(code == kSuccess);
  };
  if (failed(dump(Phase::Read)))
    return code;
  LogicalResult ran = runPhases(
      *module, last, invocation.pipeline,
      [&](Phase phase) { progress.start(phaseName(phase)); }, dump);
  if (failed(ran))
    return code == kSuccess ? kInputError : code;
  progress.start("emit");
  return emit(*module, invocation);
}
