// The op's meaning, and the plugin that brings it to weft.
#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "weft/Version.h"

#include "mlir/IR/TypeUtilities.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"

#include "Dialect.h.inc"
#define GET_OP_CLASSES
#include "Ops.h.inc"

using namespace mlir;
using namespace weft::mixer;

#include "Dialect.cpp.inc"
#define GET_OP_CLASSES
#include "Ops.cpp.inc"

void example::ExampleDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "Ops.cpp.inc"
      >();
}

// exp(-Σ_d |q[b, i, h, d] - k[b, j, h, d]|)
DenseMatrix example::LaplaceOp::materialize(OpBuilder &builder,
                                            const MatrixSizes &sizes,
                                            MaterializeFn) {
  Type element = getElementTypeOrSelf(getQ());
  Value distances = buildEntries(
      builder, getLoc(), "bihd,bjhd->bhij", {getQ(), getK()}, sizes.asArray(),
      element, [](const Scalars &s, ValueRange in, Value sum) {
        return s.add(sum, s.absolute(s.subtract(in[0], in[1])));
      });
  Value entries =
      buildEntries(builder, getLoc(), "bhij->bhij", distances, sizes.asArray(),
                   element, [&](const Scalars &s, ValueRange in, Value) {
                     return s.exp(s.subtract(s.constant(element, 0), in[0]));
                   });
  if (!getCausal())
    return {entries, {}};
  return restrictPresent(builder, getLoc(), {entries, {}}, sizes,
                         [](const Scalars &s) {
                           return s.lessOrEqual(s.index('j'), s.index('i'));
                         });
}

SizeSources example::LaplaceOp::sizeSources() {
  SizeSources sources;
  sources[0] = {{getQ(), 0}, {getK(), 0}};
  sources[1] = {{getQ(), 2}, {getK(), 2}};
  sources[2] = {{getQ(), 1}};
  sources[3] = {{getK(), 1}};
  return sources;
}

// Optional: a causal mask over a causal matrix disappears.
Structure example::LaplaceOp::structure(ArrayRef<Structure>) {
  Structure structure;
  structure.lower = getCausal();
  return structure;
}

extern "C" LLVM_ATTRIBUTE_WEAK DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "laplace", WEFT_VERSION,
          [](DialectRegistry *registry) {
            registry->insert<MixerDialect, example::ExampleDialect>();
          }};
}
