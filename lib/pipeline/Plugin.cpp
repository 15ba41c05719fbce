// libweft.so as a dialect plugin: mlir-opt --load-dialect-plugin=libweft.so.
#include "dialects/mixer/Mixer.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "llvm/Config/llvm-config.h"

extern "C" LLVM_ATTRIBUTE_WEAK ::mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "weft", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            registry->insert<weft::mixer::MixerDialect>();
          }};
}
