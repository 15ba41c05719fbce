// Plugins of others, and libweft.so as a plugin of MLIR's tools:
// mlir-opt --load-dialect-plugin=libweft.so.
#include "weft/Plugin.h"

#include "dialects/mixer/Mixer.h"
#include "weft/Target.h"
#include "weft/Version.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"

using namespace weft;

extern "C" LLVM_ATTRIBUTE_WEAK ::mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "weft", WEFT_VERSION,
          [](mlir::DialectRegistry *registry) {
            registry->insert<mixer::MixerDialect>();
          }};
}

static llvm::Error loadError(TargetError::Code code, llvm::StringRef path,
                             const llvm::Twine &reason) {
  return llvm::make_error<TargetError>(
      code, ("--load=" + path + ": " + reason).str());
}

llvm::Error weft::loadPlugin(llvm::StringRef path,
                             mlir::DialectRegistry &registry) {
  llvm::Expected<mlir::DialectPlugin> plugin =
      mlir::DialectPlugin::load(path.str());
  if (!plugin)
    return loadError(TargetError::File, path,
                     llvm::toString(plugin.takeError()));
  if (plugin->getPluginVersion() != WEFT_VERSION)
    return loadError(TargetError::Input, path,
                     "expects a plugin for weft " WEFT_VERSION ", got '" +
                         plugin->getPluginName() + "' for " +
                         plugin->getPluginVersion() +
                         "; build it against this weft");
  plugin->registerDialectRegistryCallbacks(registry);
  return llvm::Error::success();
}
