// Builds the parts of a language model that lie between its mixers, as
// upstream ops on tensors [B, T, D]. Architectures are written on top of it.
#ifndef WEFT_FRONTEND_MODELBUILDER_H
#define WEFT_FRONTEND_MODELBUILDER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

namespace weft::frontend {

class ModelBuilder : public mlir::ImplicitLocOpBuilder {
public:
  explicit ModelBuilder(mlir::ModuleOp module);

  /// The extern global of a weight of the model's file, f32 after expansion.
  /// Declared on first use; weights are listed in file order at the end.
  mlir::Value weight(llvm::StringRef name, llvm::ArrayRef<int64_t> shape);

  /// A tensor [1, T, dims...] of f32 with T dynamic.
  mlir::RankedTensorType sequenceType(llvm::ArrayRef<int64_t> dims);

  /// The number of tokens of a tensor [B, T, ...].
  mlir::Value tokens(mlir::Value sequence);

  /// y[b, t, :] = table[ids[b, t], :]
  mlir::Value embed(mlir::Value ids, mlir::Value table);

  /// y[b, t, n] = Σ_k x[b, t, k] · weight[n, k]
  mlir::Value project(mlir::Value x, mlir::Value weight);

  /// y = x · rsqrt(mean_d(x²) + epsilon) · gain[d]
  mlir::Value rmsNorm(mlir::Value x, mlir::Value gain, double epsilon);

  /// Entrywise op on tensors of one shape.
  using Entrywise = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                                   mlir::ValueRange)>;
  mlir::Value entrywise(mlir::ValueRange inputs, Entrywise body);
  mlir::Value add(mlir::Value a, mlir::Value b);
  /// silu(gate) · up, with silu(x) = x / (1 + exp(-x))
  mlir::Value gatedSilu(mlir::Value gate, mlir::Value up);

  /// [B, T, H·D] to [B, T, H, D] and back.
  mlir::Value splitHeads(mlir::Value x, int64_t heads);
  mlir::Value mergeHeads(mlir::Value x);

  /// Tables c, s [T, D] for `rotate`: the angle of channel pair p of a token
  /// at position t is t · theta^(-2p / D); s carries the sign.
  std::pair<mlir::Value, mlir::Value>
  rotaryTables(mlir::Value positions, int64_t headDim, double theta);
  /// Rotates the channel pairs (2p, 2p + 1) of x [B, T, H, D].
  mlir::Value rotate(mlir::Value x, mlir::Value cosine, mlir::Value sine);

private:
  mlir::Value emptyLike(mlir::Value x, llvm::ArrayRef<int64_t> innerDims);

  mlir::ModuleOp module;
};

} // namespace weft::frontend

#endif // WEFT_FRONTEND_MODELBUILDER_H
