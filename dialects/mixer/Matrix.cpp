#include "dialects/mixer/Mixer.h"

#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/DenseMap.h"

#include <algorithm>
#include <tuple>

using namespace mlir;
using namespace weft::mixer;

static constexpr StringLiteral sizeNames[] = {"batch size", "number of heads",
                                              "number of rows",
                                              "number of columns"};

MatrixShape weft::mixer::unknownShape() {
  return {ShapedType::kDynamic, ShapedType::kDynamic, ShapedType::kDynamic,
          ShapedType::kDynamic};
}

static std::optional<int64_t> tighterLow(std::optional<int64_t> a,
                                         std::optional<int64_t> b) {
  return a && b ? std::max(a, b) : (a ? a : b);
}

static std::optional<int64_t> tighterHigh(std::optional<int64_t> a,
                                          std::optional<int64_t> b) {
  return a && b ? std::min(a, b) : (a ? a : b);
}

Band Structure::band() const {
  Band band{bandLow, bandHigh};
  if (lower)
    band.low = tighterLow(band.low, 0);
  if (upper)
    band.high = tighterHigh(band.high, 0);
  return band;
}

void Structure::restrictTo(Band other) {
  bandLow = tighterLow(bandLow, other.low);
  bandHigh = tighterHigh(bandHigh, other.high);
  lower |= bandLow && *bandLow >= 0;
  upper |= bandHigh && *bandHigh <= 0;
}

namespace {

/// One query: facts of a matrix from its defining op, each op visited once.
class Query {
public:
  MatrixShape shape(Value matrix) {
    if (auto known = shapes.find(matrix); known != shapes.end())
      return known->second;
    MatrixShape result = unknownShape();
    if (auto op = matrix.getDefiningOp<MatrixOpInterface>()) {
      SizeSources sources = op.sizeSources();
      for (int64_t axis = 0; axis < 4; ++axis)
        for (SizeSource source : sources[axis])
          if (int64_t size = sourceSize(source); !ShapedType::isDynamic(size))
            result[axis] = std::max(result[axis], size);
    }
    shapes[matrix] = result;
    return result;
  }

  int64_t sourceSize(SizeSource source) {
    if (auto type = dyn_cast<ShapedType>(source.value.getType()))
      return type.getDimSize(source.axis);
    return shape(source.value)[source.axis];
  }

  Type elementType(Value matrix) {
    if (auto known = types.find(matrix); known != types.end())
      return known->second;
    Type result;
    if (auto op = matrix.getDefiningOp<MatrixOpInterface>())
      for (Value operand : op->getOperands())
        if (!result)
          result = operandElementType(operand);
    types[matrix] = result;
    return result;
  }

  /// Null for operands without entries, such as an index.
  Type operandElementType(Value operand) {
    if (isa<MatrixType>(operand.getType()))
      return elementType(operand);
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    return type && isa<FloatType>(type.getElementType()) ? type.getElementType()
                                                         : Type();
  }

  Structure structure(Value matrix) {
    if (auto known = structures.find(matrix); known != structures.end())
      return known->second;
    Structure result;
    if (auto op = matrix.getDefiningOp<MatrixOpInterface>()) {
      SmallVector<Structure> operands;
      for (Value operand : op->getOperands())
        if (isa<MatrixType>(operand.getType()))
          operands.push_back(structure(operand));
      result = op.structure(operands);
    }
    structures[matrix] = result;
    return result;
  }

private:
  llvm::DenseMap<Value, MatrixShape> shapes;
  llvm::DenseMap<Value, Type> types;
  llvm::DenseMap<Value, Structure> structures;
};

} // namespace

MatrixShape weft::mixer::shapeOf(Value matrix) { return Query().shape(matrix); }

Type weft::mixer::elementTypeOf(Value matrix) {
  return Query().elementType(matrix);
}

Structure weft::mixer::structureOf(Value matrix) {
  return Query().structure(matrix);
}

/// The first tensor dimension that tells size `axis` of the matrix.
static std::optional<SizeSource>
tensorSource(Value matrix, int64_t axis,
             llvm::SmallDenseSet<std::pair<Value, int64_t>> &visited) {
  auto op = matrix.getDefiningOp<MatrixOpInterface>();
  if (!op || !visited.insert({matrix, axis}).second)
    return std::nullopt;
  SizeSources sources = op.sizeSources();
  for (SizeSource source : sources[axis]) {
    if (isa<RankedTensorType>(source.value.getType()))
      return source;
    if (auto found = tensorSource(source.value, source.axis, visited))
      return found;
  }
  return std::nullopt;
}

MatrixSizes weft::mixer::sizesOf(OpBuilder &builder, Value matrix) {
  std::array<OpFoldResult, 4> sizes;
  MatrixShape shape = shapeOf(matrix);
  for (int64_t axis = 0; axis < 4; ++axis) {
    llvm::SmallDenseSet<std::pair<Value, int64_t>> visited;
    if (!ShapedType::isDynamic(shape[axis]))
      sizes[axis] = builder.getIndexAttr(shape[axis]);
    else if (auto source = tensorSource(matrix, axis, visited))
      sizes[axis] = tensor::getMixedSize(builder, matrix.getLoc(),
                                         source->value, source->axis);
  }
  return {sizes[0], sizes[1], sizes[2], sizes[3]};
}

/// The entries within one sequence. A product or a shift of matrices that keep
/// to this may not.
static DenseMatrix withinSegments(OpBuilder &builder, Location loc,
                                  const DenseMatrix &dense, Value segments,
                                  const MatrixSizes &sizes) {
  SmallVector<Value> operands = {segments, segments};
  if (dense.present)
    operands.push_back(dense.present);
  Value present = buildEntries(
      builder, loc, dense.present ? "bi,bj,bhij->bhij" : "bi,bj->bhij",
      operands, sizes.asArray(), builder.getI1Type(),
      [](const Scalars &s, ValueRange in, Value) {
        Value same = s.equalIndex(in[0], in[1]);
        return in.size() > 2 ? s.both(same, in[2]) : same;
      });
  return {dense.entries, present};
}

DenseMatrix weft::mixer::materialize(OpBuilder &builder, Value matrix,
                                     const MatrixSizes &sizes, Value segments) {
  using Key = std::tuple<Value, void *, void *, void *>;
  llvm::DenseMap<Key, DenseMatrix> memo;
  std::function<DenseMatrix(Value, const MatrixSizes &)> visit =
      [&](Value value, const MatrixSizes &asked) -> DenseMatrix {
    Key key{value, asked.heads.getOpaqueValue(), asked.rows.getOpaqueValue(),
            asked.columns.getOpaqueValue()};
    if (auto known = memo.find(key); known != memo.end())
      return known->second;
    DenseMatrix result;
    if (auto op = value.getDefiningOp<MatrixOpInterface>())
      result = op.materialize(builder, asked, visit);
    else
      emitError(value.getLoc())
          << "expects a matrix made by an op with an entry formula, got "
          << (value.getDefiningOp()
                  ? value.getDefiningOp()->getName().getStringRef()
                  : "a block argument");
    if (segments && result.entries)
      result = withinSegments(builder, value.getLoc(), result, segments, asked);
    memo[key] = result;
    return result;
  };
  return visit(matrix, sizes);
}

/// Groups of heads of the result may share a head of an operand.
static LogicalResult verifyHeadsShared(Operation *op,
                                       ArrayRef<int64_t> counts) {
  int64_t heads = ShapedType::kDynamic;
  for (int64_t count : counts)
    heads = std::max(heads, count);
  for (int64_t count : counts)
    if (count > 0 && heads % count != 0)
      return op->emitOpError("expects a number of heads that divides the ")
             << heads << " of the other operand, got " << count;
  return success();
}

static LogicalResult verifySizes(MatrixOpInterface op) {
  Query query;
  SizeSources sources = op.sizeSources();
  for (int64_t axis = 0; axis < 4; ++axis) {
    SmallVector<int64_t> sizes;
    for (SizeSource source : sources[axis])
      sizes.push_back(query.sourceSize(source));
    if (failed(axis == 1 ? verifyHeadsShared(op, sizes)
                         : verifyAgree(op, sizeNames[axis], sizes)))
      return failure();
  }
  return success();
}

LogicalResult weft::mixer::verifyMatrixOperands(Operation *op) {
  Query query;
  Type expected;
  for (Value operand : op->getOperands()) {
    Type type = query.operandElementType(operand);
    if (type && !expected)
      expected = type;
    if (type && type != expected)
      return op->emitOpError("expects operands of one element type, got ")
             << expected << " and " << type;
  }
  return verifySizes(cast<MatrixOpInterface>(op));
}

LogicalResult mlir::OpTrait::verifyKnownAttributesOnly(Operation *op) {
  for (NamedAttribute attr : op->getDiscardableAttrs()) {
    StringRef name = attr.getName().strref();
    if (name.contains('.'))
      continue;
    InFlightDiagnostic error = op->emitOpError("has no attribute '")
                               << name << "'";
    for (StringAttr known : op->getName().getAttributeNames())
      if (name.edit_distance(known.strref()) <= 2)
        error << "; did you mean '" << known.strref() << "'?";
    return error;
  }
  return success();
}
