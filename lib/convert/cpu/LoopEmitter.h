// What both emitters share: operands of a linalg op on buffers, loops over its
// dimensions, loads and stores of scalars and vectors.
#ifndef WEFT_LIB_CONVERT_CPU_LOOPEMITTER_H
#define WEFT_LIB_CONVERT_CPU_LOOPEMITTER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace weft {

/// The vector unit of the target: lanes of f32 and number of registers.
struct VectorUnit {
  int64_t lanes;
  int64_t registers;
};

using Values = llvm::SmallVector<mlir::Value>;

/// An operand as the emitters see it: the unit-stride dimension last.
struct BufferAccess {
  mlir::Value buffer; // or a scalar
  llvm::SmallVector<mlir::AffineExpr> indices;
  bool unitLast = false;

  bool isBuffer() const;
  mlir::Type elementType() const;
  bool involves(int loop) const;
  /// The plain loop dimension at this position, or -1.
  int loopAt(int position) const;
  int unitLoop() const { return unitLast ? loopAt(indices.size() - 1) : -1; }
  /// Consecutive elements along `loop` are consecutive in memory.
  bool isContiguous(int loop) const;
};

class LoopEmitter {
public:
  LoopEmitter(VectorUnit unit, mlir::linalg::LinalgOp op);

protected:
  int numLoops() const { return kinds.size(); }
  int numInputs() { return op.getNumDpsInputs(); }
  bool isReduction(int loop) const {
    return kinds[loop] == mlir::utils::IteratorType::reduction;
  }
  /// Static extent of a loop, or ShapedType::kDynamic.
  int64_t extent(int loop) const;
  mlir::Value extentValue(int loop);

  mlir::Value index(int64_t value);
  mlir::Value offset(mlir::Value value, int64_t by);
  mlir::VectorType vectorOf(mlir::Type element) const {
    return mlir::VectorType::get({unit.lanes}, element);
  }
  mlir::Value zero(mlir::Type type);
  mlir::Value broadcast(mlir::Value value);

  /// Indices of an access at the current point, moved by `by` along `lane`.
  Values indicesOf(const BufferAccess &access, int lane = -1, int64_t by = 0);
  mlir::Value loadScalar(const BufferAccess &access, int lane = -1, int64_t by = 0);
  mlir::Value loadVector(const BufferAccess &access, int lane, int64_t by);
  void storeScalar(mlir::Value value, const BufferAccess &access);
  void storeVector(mlir::Value value, const BufferAccess &access, int lane,
                   int64_t by);

  /// for iv = lower to upper step `step`, carrying values.
  Values loop(mlir::Value lower, mlir::Value upper, int64_t step, Values carry,
              llvm::function_ref<Values(mlir::Value, Values)> body);
  /// Covers a loop dimension by pieces of `step`, then what is left: one piece
  /// of the exact size if that is known, single steps if not. Sets the point.
  Values cover(int loop, int64_t step, Values carry,
               llvm::function_ref<Values(int64_t, Values)> body);
  /// The loops in order, one step at a time, around `inner`.
  void nest(llvm::ArrayRef<int> loops, llvm::function_ref<void()> inner);

  VectorUnit unit;
  mlir::ImplicitLocOpBuilder b;
  mlir::linalg::LinalgOp op;
  llvm::SmallVector<mlir::utils::IteratorType> kinds;
  llvm::SmallVector<BufferAccess> accesses;
  /// The current value of every loop dimension.
  Values point;
};

/// Emits a contraction with accumulators in registers; false if the op is none
/// or has no lane.
bool emitContraction(VectorUnit unit, mlir::linalg::LinalgOp op);

/// Emits any op; the reason why it runs as scalar loops, or empty.
std::string emitMap(VectorUnit unit, mlir::linalg::LinalgOp op);

} // namespace weft

#endif // WEFT_LIB_CONVERT_CPU_LOOPEMITTER_H
