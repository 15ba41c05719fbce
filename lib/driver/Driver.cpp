#include "weft/Driver.h"

#include "lib/driver/Compile.h"
#include "lib/driver/Diagnostics.h"
#include "lib/driver/Invocation.h"
#include "lib/driver/check/Check.h"
#include "lib/driver/new/NewMixer.h"
#include "lib/driver/plot/Plot.h"
#include "weft/Plugin.h"
#include "weft/Register.h"
#include "weft/Target.h"

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace weft;
using namespace weft::driver;

static int loadPlugins(const Invocation &invocation,
                       DialectRegistry &registry) {
  for (const std::string &path : invocation.plugins)
    if (llvm::Error error = loadPlugin(path, registry))
      return reportError("weftc", std::move(error));
  return kSuccess;
}

static int run(Invocation &invocation) {
  llvm::Expected<TargetDescription> target =
      invocation.gpuName.empty() ? lookupTarget(invocation.targetName)
                                 : lookupGpu(invocation.gpuName);
  if (!target)
    return reportError("weftc", target.takeError());
  invocation.pipeline.target = *target;
  DialectRegistry registry;
  registerDialects(registry);
  registerPasses();
  if (int code = loadPlugins(invocation, registry))
    return code;
  MLIRContext context(registry);
  // A user sees the place in the model, never the IR behind it.
  context.printOpOnDiagnostic(false);
  switch (invocation.command) {
  case Command::Check:
    return check(invocation, context);
  case Command::Plot:
    return plot(invocation, context);
  default:
    return compile(invocation, context);
  }
}

int weft::runDriver(int argc, char **argv) {
  llvm::Expected<Invocation> invocation =
      parseInvocation(ArrayRef<const char *>(argv + 1, argv + argc));
  if (!invocation)
    return fail(kUsageError, llvm::toString(invocation.takeError()) +
                                 " (weftc --help lists the options)");
  switch (invocation->command) {
  case Command::Help:
    printHelp(llvm::outs());
    return kSuccess;
  case Command::Version:
    printVersion(llvm::outs());
    return kSuccess;
  case Command::New:
    return newMixer(invocation->input);
  default:
    return run(*invocation);
  }
}
