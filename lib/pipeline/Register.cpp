#include "weft/Register.h"

#include "dialects/mixer/Mixer.h"
#include "weft/Convert.h"
#include "weft/Transform.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"

void weft::registerDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<mixer::MixerDialect>();
}

void weft::registerPasses() {
  mlir::registerAllPasses();
  registerWeftConvertPasses();
  registerCpuPipelines();
  registerGpuPipelines();
  registerWeftTransformPasses();
}
