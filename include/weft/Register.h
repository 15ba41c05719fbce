// What every weft tool registers: dialects, interfaces and passes.
#ifndef WEFT_REGISTER_H
#define WEFT_REGISTER_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace weft {

/// The mixer dialect, the upstream dialects that weft uses, and the external
/// models (bufferization, tiling, inlining) that its pipeline needs.
void registerDialects(mlir::DialectRegistry &registry);

/// All passes of weft and the upstream ones that its pipeline runs.
void registerPasses();

} // namespace weft

#endif // WEFT_REGISTER_H
