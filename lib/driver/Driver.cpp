#include "weft/Driver.h"

#include "lib/driver/Compile.h"
#include "lib/driver/Diagnostics.h"
#include "lib/driver/Invocation.h"
#include "lib/driver/check/Check.h"
#include "weft/Register.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace weft;
using namespace weft::driver;

static int loadPlugins(const Invocation &invocation,
                       DialectRegistry &registry) {
  for (const std::string &path : invocation.plugins) {
    llvm::Expected<DialectPlugin> plugin = DialectPlugin::load(path);
    if (!plugin)
      return fail(kFileError,
                  "--load=" + path + ": " + llvm::toString(plugin.takeError()));
    plugin->registerDialectRegistryCallbacks(registry);
  }
  return kSuccess;
}

static int run(Invocation &invocation) {
  llvm::Expected<TargetDescription> target =
      lookupTarget(invocation.targetName);
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
  return invocation.command == Command::Check ? check(invocation, context)
                                              : compile(invocation, context);
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
  case Command::Compile:
  case Command::Check:
    return run(*invocation);
  }
  llvm_unreachable("unknown command");
}
