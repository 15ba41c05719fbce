// Toeplitz matrices.
#include "lib/transform/Classifier.h"

using namespace mlir;
using namespace weft;

MatrixForm Classifier::toeplitz(mixer::ToeplitzOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Convolve;
  form.reverse = transposed;
  form.taps = op.getTaps();
  return form;
}
