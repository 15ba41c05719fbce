#include "dialects/mixer/Mixer.h"
#include "weft/Register.h"

#include "mlir/IR/MLIRContext.h"

#include <cstdio>

int main() {
  mlir::DialectRegistry registry;
  weft::registerDialects(registry);
  mlir::MLIRContext context(registry);
  context.loadDialect<weft::mixer::MixerDialect>();
  unsigned ops = 0;
  for (mlir::RegisteredOperationName name : context.getRegisteredOperations())
    ops += name.getDialectNamespace() == "mixer";
  std::printf("%u mixer ops\n", ops);
  return ops == 0;
}
