// Which normal form a structured matrix is applied in. Simplification and the
// derivation of decode ask the same question here, so they cannot disagree.
#ifndef WEFT_TRANSFORM_CLASSIFY_H
#define WEFT_TRANSFORM_CLASSIFY_H

#include "dialects/mixer/Mixer.h"

#include <optional>
#include <string>
#include <vector>

namespace weft {

enum class FormKind {
  Scan,     ///< linear-in-state recurrence
  Attend,   ///< pairwise scores
  Convolve, ///< Toeplitz
  Sum,      ///< applied part by part
  Quotient, ///< a part applied to x, divided by the same part applied to ones
  Scaled,   ///< a part between factors of its rows and columns
  Shift,    ///< a part whose result moves one row down
  Compose,  ///< the first part applied to what the second makes of x
  Diagonal, ///< x row by row
  Gather,   ///< rows picked from x
  Given,    ///< a dense tensor that is there anyway
  Dense     ///< materialized: no other form is known
};

enum class StepKind {
  Region,  ///< a map or mask
  Add,     ///< the entry of another matrix is added
  Multiply ///< the entry of another matrix is a factor
};

/// What happens to the entries of a pairwise form; transposed if the row index
/// of `op` is a column of the applied matrix.
struct ScoreStep {
  mlir::Operation *op = nullptr;
  bool transposed = false;
  StepKind how = StepKind::Region;
};

struct MatrixForm {
  FormKind kind = FormKind::Dense;
  /// The matrix is the transpose of what the fields below say: time runs
  /// backwards (scan, convolve), x moves one row up (shift).
  bool reverse = false;
  double scale = 1.0;
  /// Rows and columns of a scan or attend: q and k [B, T, H, K]. Null in a scan
  /// without: the matrix is a decay.
  mlir::Value query, key;
  /// Log decays of any rank that a scan takes, to be added.
  llvm::SmallVector<mlir::Value> decays;
  /// Those of them that multiply entries as a whole: e^{g_t} A_t, whatever else
  /// A_t is, and up to the row also where the state is read before its update.
  llvm::SmallVector<mlir::Value> outerDecays;
  /// Scan: what else moves or reads the state, null where absent.
  mlir::Value rotate, eraseA, eraseB, gain, bonus, dense;
  mixer::Read read = mixer::Read::Post;
  mixer::EraseReads eraseReads = mixer::EraseReads::Stored;
  /// Attend: what happens to the scores, in order.
  llvm::SmallVector<ScoreStep> steps;
  bool softmax = false;
  /// Attend: one more term [H] in the sums of the softmax; null for none.
  mlir::Value sink;
  /// Attend: what the weights of the softmax are multiplied with, in order.
  llvm::SmallVector<ScoreStep> weights;
  /// Attend: the entries are 1 where present.
  bool countsPresent = false;
  /// Convolve: taps [H, L], or 1 in their place if `countsPresent`.
  mlir::Value taps;
  int64_t firstLag = 0;
  /// Scan, or convolve with taps that it makes: a system that does not change
  /// over time (mixer.vandermonde, mixer.powers). Null else.
  mlir::Operation *system = nullptr;
  /// Scaled: factors [B, T, H] of rows and columns. Diagonal: its entries are
  /// the product of its row factors and, if there are, of Σ_d q_id bonus_d k_id
  /// e^{gain_i}.
  llvm::SmallVector<mlir::Value> rowFactors, columnFactors;
  /// Gather: the row of x that each row picks, [B, T, H].
  mlir::Value picked;
  /// Sum: at least two. Compose: two. Quotient, scaled, shift: one.
  std::vector<MatrixForm> parts;
  /// Sum: the same as scores of one attend, for what asks for scores; one or
  /// none.
  std::vector<MatrixForm> scores;
  mixer::Normalizer by = mixer::Normalizer::Sum;
  /// Compose: heads and rows of the second part, unknown as kDynamic.
  int64_t innerHeads = mlir::ShapedType::kDynamic;
  int64_t innerRows = mlir::ShapedType::kDynamic;
  /// Given, dense: the matrix to materialize; why there is no other form.
  mlir::Value matrix;
  std::string reason;

  /// Whether this or a part is dense; the first such part.
  const MatrixForm *firstDense() const;
};

/// The form of `matrix`, from its tree of constructors and combinators.
MatrixForm classify(mlir::Value matrix);

/// What a quotient applies to ones for its divisor. Nothing if the divisor is
/// the number of tokens up to the row: the count of a scan.
std::optional<MatrixForm> divisorForm(const MatrixForm &quotient);

/// Whether the region of `mask` keeps exactly the entries j <= i (or, if
/// `transposed`, j >= i).
bool isCausalMask(mixer::MaskOp mask, bool transposed = false);

/// A tensor that an applied matrix carries from token to token.
struct StateTensor {
  std::string name;
  mlir::RankedTensorType type;
  /// The axis that has a slot for each token, or -1.
  int64_t cacheAxis = -1;
};

/// Why no state can be carried from token to token in this form; nothing if
/// it can.
std::optional<std::string> stateObstacle(const MatrixForm &form);

/// Whether the row sums that `quotient` divides by come out of the scan of its
/// part, as one more column of x that is 1.
bool sumsInScan(const MatrixForm &quotient);

/// The type of what the second part of `compose` makes of `x`.
mlir::RankedTensorType innerType(const MatrixForm &compose,
                                 mlir::RankedTensorType x);

/// The states of a matrix of this form applied to a tensor of type `x` with
/// `heads` heads in the result; caches have `slots` slots. Empty for forms
/// without state.
std::vector<StateTensor> stateTensors(const MatrixForm &form,
                                      mlir::RankedTensorType x, int64_t heads,
                                      int64_t slots);

} // namespace weft

#endif // WEFT_TRANSFORM_CLASSIFY_H
