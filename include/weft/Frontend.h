// Model files to IR: phase `read`.
#ifndef WEFT_FRONTEND_H
#define WEFT_FRONTEND_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringRef.h"

namespace weft {

/// Module attributes that `read` sets and later phases need. They are part of
/// every dump, so that a dump is a whole model again.
inline constexpr llvm::StringLiteral kModelNameAttr = "weft.model";
/// The file that holds the weights (string), if there is one.
inline constexpr llvm::StringLiteral kWeightsFileAttr = "weft.weights";
/// Longest sequence the model was made for (i64).
inline constexpr llvm::StringLiteral kContextLengthAttr = "weft.context_length";
/// Tokens in, logits out, with a tokenizer in the weights file (unit).
inline constexpr llvm::StringLiteral kLanguageModelAttr = "weft.language_model";
/// The last phase that the module went through (string); absent after `read`.
inline constexpr llvm::StringLiteral kPhaseAttr = "weft.phase";

struct ReadOptions {
  /// Safetensors file with the weights of a .mlir model.
  std::string weightsFile;
};

/// Reads a model by the suffix of its path: .mlir or .gguf. On failure an
/// error naming file and place has been printed, and `exitCode` is 1 (the
/// input is wrong) or 5 (it could not be read).
mlir::OwningOpRef<mlir::ModuleOp> readModel(llvm::StringRef path,
                                            const ReadOptions &options,
                                            mlir::MLIRContext &context,
                                            int &exitCode);

} // namespace weft

#endif // WEFT_FRONTEND_H
