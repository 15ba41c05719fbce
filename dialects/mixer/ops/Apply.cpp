#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/Transition.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

//===-- apply --------------------------------------------------------------===//

/// The sizes of M, x and y: M [B, H, T, S], x [B, S, Hx, V], y [B, T, H, V].
static LogicalResult verifyProduct(ApplyOp op) {
  NamedTensor x{"x", op.getX()}, y{"y", op.getY()};
  MatrixShape matrix = shapeOf(op.getMatrix());
  if (failed(verifyStatic(op, x, {2, 3})) ||
      failed(verifyStatic(op, y, {2, 3})))
    return failure();
  if (!ShapedType::isDynamic(matrix[3]) &&
      failed(verifyCompatibleShape({matrix[3]}, {x.size(1)})))
    return op.emitOpError("expects as many rows of x as the matrix has "
                          "columns, got ")
           << x.size(1) << " and " << matrix[3];
  RankedTensorType expected = RankedTensorType::get(
      {ShapedType::isDynamic(matrix[0]) ? x.size(0) : matrix[0], matrix[2],
       ShapedType::isDynamic(matrix[1]) ? y.size(2) : matrix[1], x.size(3)},
      x.type().getElementType());
  if (failed(verifyAgree(op, "batch size", {matrix[0], x.size(0)})) ||
      failed(verifyType(op, "a result", y.type(), expected)))
    return failure();
  return verifyHeadsDivide(op, x, y.size(2));
}

/// The state of a matrix of one form whose states are known here; null else.
static RankedTensorType stateTypeOf(ApplyOp op) {
  auto x = cast<RankedTensorType>(op.getX().getType());
  auto y = cast<RankedTensorType>(op.getY().getType());
  Operation *matrix = op.getMatrix().getDefiningOp();
  Structure structure = structureOf(op.getMatrix());
  if (isa<ToeplitzOp>(matrix))
    return x.clone({x.getDimSize(0),
                    structure.bandHigh.value_or(ShapedType::kDynamic),
                    y.getDimSize(2), x.getDimSize(3)});
  auto hasGain = [](Operation *op) {
    auto semiseparable = dyn_cast<SemiseparableOp>(op);
    return semiseparable && semiseparable.getGain();
  };
  if (isMadeWith(op.getMatrix(), hasGain))
    return {};
  if (isa<SemiseparableOp, DecayOp, HadamardOp>(matrix) && structure.order)
    return RankedTensorType::get({x.getDimSize(0), y.getDimSize(2),
                                  structure.order, x.getDimSize(3)},
                                 accumulatorType(x.getElementType()));
  return {};
}

static LogicalResult verifyStates(ApplyOp op) {
  if (op.getInit().size() != op.getStates().size())
    return op.emitOpError("expects a state after the last row for each "
                          "initial one, got ")
           << op.getStates().size() << " for " << op.getInit().size();
  for (auto [index, init, state] :
       llvm::enumerate(op.getInit().getTypes(), op.getStates().getTypes()))
    if (init != state)
      return op.emitOpError("expects state ")
             << index << " of the type of its initial value, " << init
             << ", got " << state;
  // The matrix of another function is checked once it is inlined.
  if (op.getInit().empty() || !elementTypeOf(op.getMatrix()))
    return success();
  if (!structureOf(op.getMatrix()).lower)
    return op.emitOpError("expects a causal matrix to carry state, got one "
                          "that may have entries above the diagonal");
  RankedTensorType expected = stateTypeOf(op);
  if (!expected)
    return success();
  if (op.getInit().size() != 1)
    return op.emitOpError("expects one state, got ") << op.getInit().size();
  return verifyType(op, "a state", op.getInit().front().getType(), expected);
}

/// Offsets that are known are sorted and within the tokens.
static LogicalResult verifyOffsets(ApplyOp op, DenseIntElementsAttr offsets,
                                   int64_t tokens) {
  std::optional<int64_t> before;
  for (const APInt &number : offsets.getValues<APInt>()) {
    int64_t offset = number.getSExtValue();
    if (offset < 0 || (!ShapedType::isDynamic(tokens) && offset > tokens)) {
      InFlightDiagnostic error =
          op.emitOpError("expects segment offsets from 0 to the number of "
                         "tokens, got ")
          << offset;
      if (!ShapedType::isDynamic(tokens))
        error << " of " << tokens;
      return error;
    }
    if (before && offset < *before)
      return op.emitOpError("expects sorted segment offsets, got ")
             << offset << " after " << *before;
    before = offset;
  }
  return success();
}

static LogicalResult verifySegments(ApplyOp op) {
  if (!op.getSegments())
    return success();
  if (!op.getInit().empty())
    return op.emitOpError("expects no initial states with segments, got ")
           << op.getInit().size();
  int64_t columns = NamedTensor{"x", op.getX()}.size(1);
  if (failed(verifyAgree(op, "number of tokens in rows and columns",
                         {NamedTensor{"y", op.getY()}.size(1), columns})))
    return failure();
  DenseIntElementsAttr offsets;
  if (matchPattern(op.getSegments(), m_Constant(&offsets)))
    return verifyOffsets(op, offsets, columns);
  return success();
}

LogicalResult ApplyOp::verify() {
  Type element = elementTypeOf(getMatrix());
  Type got = getElementTypeOrSelf(getX().getType());
  if (element && element != got)
    return emitOpError("expects x of the element type of the matrix, ")
           << element << ", got " << got;
  if (failed(verifyProduct(*this)) || failed(verifySegments(*this)))
    return failure();
  return verifyStates(*this);
}

MatrixSizes ApplyOp::matrixSizes(OpBuilder &builder) {
  MatrixSizes sizes = sizesOf(builder, getMatrix());
  auto fromX = [&](int64_t axis) {
    return tensor::getMixedSize(builder, getLoc(), getX(), axis);
  };
  auto y = cast<RankedTensorType>(getY().getType());
  if (!sizes.batch)
    sizes.batch = fromX(0);
  if (!sizes.heads)
    sizes.heads = builder.getIndexAttr(y.getDimSize(2));
  if (!sizes.columns)
    sizes.columns = fromX(1);
  if (!sizes.rows)
    sizes.rows = ShapedType::isDynamic(y.getDimSize(1))
                     ? sizes.columns
                     : OpFoldResult(builder.getIndexAttr(y.getDimSize(1)));
  return sizes;
}

//===-- materialize --------------------------------------------------------===//

LogicalResult MaterializeOp::verify() {
  auto type = cast<RankedTensorType>(getDense().getType());
  if (getSizes().size() != type.getNumDynamicDims())
    return emitOpError("expects a size for each dynamic dimension of ")
           << type << ", " << type.getNumDynamicDims() << " of them, got "
           << getSizes().size();
  MatrixShape shape = shapeOf(getMatrix());
  Type element = elementTypeOf(getMatrix());
  return verifyType(*this, "a result", type,
                    type.clone(shape, element ? element
                                              : type.getElementType()));
}

MatrixSizes MaterializeOp::matrixSizes(OpBuilder &builder) {
  auto type = cast<RankedTensorType>(getDense().getType());
  SmallVector<OpFoldResult> sizes;
  ValueRange given = getSizes();
  for (int64_t size : type.getShape()) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(builder.getIndexAttr(size));
      continue;
    }
    sizes.push_back(given.front());
    given = given.drop_front();
  }
  return {sizes[0], sizes[1], sizes[2], sizes[3]};
}
