// Dialects of others: shared libraries that `weftc --load` adds to weft's own.
//
// A plugin is an MLIR dialect plugin (mlirGetDialectPluginInfo, so that MLIR's
// tools load it as well) that is linked to libweft.so and gives WEFT_VERSION of
// weft/Version.h as its pluginVersion: what it was compiled against is what it
// may run in.
#ifndef WEFT_PLUGIN_H
#define WEFT_PLUGIN_H

#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace weft {

/// Loads the plugin at `path` and registers its dialects. A file that cannot be
/// loaded is an error with the exit code of files, a plugin for another version
/// of weft one with that of bad input.
llvm::Error loadPlugin(llvm::StringRef path, mlir::DialectRegistry &registry);

} // namespace weft

#endif // WEFT_PLUGIN_H
