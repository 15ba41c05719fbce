// The forms in which a normal-form op can run.
#ifndef WEFT_FORMS_H
#define WEFT_FORMS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace weft {

/// The forms of a normal-form op (scan: recurrent and, where its state allows,
/// chunked, scan and lanes; attend: blocked; convolve: direct, blocked,
/// fft; fold: recurrent, scan; recurrence: recurrent); empty for other ops.
llvm::SmallVector<llvm::StringRef> formsOf(mlir::Operation *op);

/// Whether a form of this name is one of a scan, or of a convolution.
bool isScanForm(llvm::StringRef form);
bool isConvolveForm(llvm::StringRef form);

/// On a scan or convolution that could be the other: the matrix is a system
/// that does not change over time. formsOf lists the forms of both; of a scan
/// that a convolution could be, those that do not depend on its sizes.
inline constexpr llvm::StringLiteral kSystemAttr = "weft.system";

/// Heads of a task of the form `lanes` of a mixer.scan: a power of two that
/// divides the heads and the groups that share some; 0 if there is none.
int64_t headsOnLanes(mlir::Operation *scan);

/// The most tokens of a chunk of the form `chunked` of a mixer.scan; 0 if what a
/// chunk needs beside its rows, powers of a dense transition, is too large.
int64_t tokensOfChunk(mlir::Operation *scan);

/// The most tokens of a tree of the form `scan` of a mixer.scan, each with a state of its
/// own; 0 if the state is too large.
int64_t tokensOfTree(mlir::Operation *scan);

} // namespace weft

#endif // WEFT_FORMS_H
