// Toeplitz matrices: given taps, and systems that make them.
#include "lib/transform/Classifier.h"

using namespace mlir;
using namespace weft;

MatrixForm Classifier::toeplitz(mixer::ToeplitzOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Convolve;
  form.reverse = transposed;
  form.taps = op.getTaps();
  form.firstLag = op.getFirstLag();
  return form;
}

static MatrixForm systemForm(Operation *op, std::optional<StringRef> runAs,
                             bool transposed) {
  MatrixForm form;
  form.kind = runAs == "convolution" ? FormKind::Convolve : FormKind::Scan;
  form.reverse = transposed;
  form.system = op;
  return form;
}

MatrixForm Classifier::vandermonde(mixer::VandermondeOp op, bool transposed) {
  return systemForm(op, op.getRunAs(), transposed);
}

MatrixForm Classifier::powers(mixer::PowersOp op, bool transposed) {
  return systemForm(op, op.getRunAs(), transposed);
}
