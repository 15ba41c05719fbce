#include "lib/transform/AttendSteps.h"

#include "dialects/mixer/TokenData.h"
#include "lib/transform/ApplyForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace weft;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

// Toeplitz matrices that say more than taps and first lag are not understood
// here.
bool weft::isStepMatrix(Operation *op) {
  if (isa_and_nonnull<mixer::SegmentSumOp>(op))
    return true;
  return isa_and_nonnull<mixer::ToeplitzOp>(op) && op->getNumOperands() == 1 &&
         llvm::all_of(op->getAttrs(), [](NamedAttribute attr) {
           return attr.getName() == "first_lag";
         });
}

/// Whether `value` is computed from the entry s.
static bool dependsOnEntry(Value value, BlockArgument s) {
  if (value == s)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != s.getOwner())
    return false;
  return op->getNumRegions() || llvm::any_of(op->getOperands(), [&](Value v) {
           return dependsOnEntry(v, s);
         });
}

static bool isProportional(Value value, BlockArgument s) {
  if (value == s || matchPattern(value, m_AnyZeroFloat()))
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != s.getOwner())
    return false;
  auto proportional = [&](unsigned n) {
    return isProportional(op->getOperand(n), s);
  };
  auto constant = [&](unsigned n) {
    return !dependsOnEntry(op->getOperand(n), s);
  };
  if (isa<arith::MulFOp>(op))
    return (proportional(0) && constant(1)) || (constant(0) && proportional(1));
  if (isa<arith::DivFOp>(op))
    return proportional(0) && constant(1);
  if (isa<arith::SelectOp>(op))
    return constant(0) && proportional(1) && proportional(2);
  return isa<arith::NegFOp>(op) && proportional(0);
}

bool weft::isFactor(mixer::MapOp map) {
  Block &body = map.getBody().front();
  return isProportional(body.getTerminator()->getOperand(0),
                        body.getArgument(0));
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

static SmallVector<ScoreStep> allSteps(const MatrixForm &form) {
  SmallVector<ScoreStep> steps(form.steps);
  llvm::append_range(steps, form.weights);
  return steps;
}

/// Row and column data of a map or mask, as its matrix stands in the form.
static std::pair<ValueRange, ValueRange> dataOf(const ScoreStep &step) {
  ValueRange rows, columns;
  if (auto map = dyn_cast<mixer::MapOp>(step.op)) {
    rows = map.getRows();
    columns = map.getColumns();
  } else if (auto mask = dyn_cast<mixer::MaskOp>(step.op)) {
    rows = mask.getRows();
    columns = mask.getColumns();
  }
  return step.transposed ? std::pair(columns, rows) : std::pair(rows, columns);
}

/// Data are of one head or of all.
static int64_t spreadHeads(Value data, int64_t heads) {
  RankedTensorType type = typeOf(data);
  return type.getRank() == 2 || type.getDimSize(2) == 1 ? 1 : heads;
}

static Type sumElement(Value x) {
  Type element = typeOf(x).getElementType();
  return element.isF64() ? element : Float32Type::get(x.getContext());
}

std::vector<ColumnData> weft::columnDataOf(const MatrixForm &form,
                                           int64_t heads) {
  std::vector<ColumnData> data;
  for (const ScoreStep &step : allSteps(form)) {
    if (auto sum = dyn_cast<mixer::SegmentSumOp>(step.op)) {
      Value x = sum.getX();
      for (const char *name : {"sum.high", "sum.rest"})
        data.push_back({name, sumElement(x), spreadHeads(x, heads)});
      continue;
    }
    for (Value column : dataOf(step).second)
      data.push_back({"column", typeOf(column).getElementType(),
                      spreadHeads(column, heads)});
  }
  return data;
}

SmallVector<Value> weft::summedBy(const MatrixForm &form) {
  SmallVector<Value> summed;
  for (const ScoreStep &step : allSteps(form))
    if (auto sum = dyn_cast<mixer::SegmentSumOp>(step.op))
      summed.push_back(sum.getX());
  return summed;
}

/// [B, T] or [B, T, Hd] as [B, T, 1] or [B, T, heads].
static Value spread(ImplicitLocOpBuilder &b, Value data, int64_t heads) {
  RankedTensorType type = typeOf(data);
  if (type.getRank() == 3)
    return repeatHeads(b, b.getLoc(), data, spreadHeads(data, heads));
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(b, b.getLoc(), data);
  sizes.push_back(b.getIndexAttr(1));
  auto whole = RankedTensorType::get(
      {type.getDimSize(0), type.getDimSize(1), 1}, type.getElementType());
  SmallVector<ReassociationIndices> groups = {{0}, {1, 2}};
  return tensor::ExpandShapeOp::create(b, whole, data, groups, sizes);
}

static Value noSumYet(ImplicitLocOpBuilder &b, Value x) {
  return filledTensor(b, b.getLoc(),
                      {tensor::getMixedSize(b, b.getLoc(), x, 0),
                       tensor::getMixedSize(b, b.getLoc(), x, 2)},
                      b.getF64Type(), 0.0);
}

AttendData weft::buildAttendData(ImplicitLocOpBuilder &b,
                                 const MatrixForm &form, int64_t heads,
                                 ValueRange carries) {
  AttendData data;
  auto sums = [&](Value x) {
    Value carry = carries.empty() ? noSumYet(b, x) : carries[data.lasts.size()];
    Type type = typeOf(x).clone(sumElement(x));
    auto op = mixer::RunningSumOp::create(b, TypeRange{type, type, carry.getType()},
                                          x, carry);
    data.lasts.push_back(op.getLast());
    for (Value part : {op.getHigh(), op.getRest()}) {
      part = spread(b, part, heads);
      data.rows.push_back(part);
      data.columns.push_back(part);
    }
  };
  for (const ScoreStep &step : allSteps(form)) {
    if (auto sum = dyn_cast<mixer::SegmentSumOp>(step.op)) {
      sums(sum.getX());
      continue;
    }
    auto [rows, columns] = dataOf(step);
    for (Value row : rows)
      data.rows.push_back(spread(b, row, heads));
    for (Value column : columns)
      data.columns.push_back(spread(b, column, heads));
  }
  return data;
}

//===----------------------------------------------------------------------===//
// The region
//===----------------------------------------------------------------------===//

namespace {

/// A value of an entry and whether it is present; null if it is for sure.
struct Entry {
  Value value, present;
};

/// Emits the steps of a form in the body of an attend.
class StepEmitter {
public:
  StepEmitter(ImplicitLocOpBuilder &b, Block &block, size_t rows, int64_t heads)
      : b(b), indices(block.getArguments().slice(1, 4)),
        rows(block.getArguments().slice(5, rows)),
        columns(block.getArguments().drop_front(5 + rows)), heads(heads) {}

  void apply(const ScoreStep &step, Entry &entry);

private:
  void inlineRegion(const ScoreStep &step, Entry &entry);
  Entry matrixEntry(const ScoreStep &step);
  Entry taps(mixer::ToeplitzOp op, Value lag);
  Entry segmentSum(const ScoreStep &step);
  Value number(Type type, double value) {
    return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
  }
  Value compare(arith::CmpIPredicate predicate, Value lhs, Value rhs) {
    return arith::CmpIOp::create(b, predicate, lhs, rhs);
  }
  /// The next `count` of the data, which come in the order of the steps.
  ValueRange take(ValueRange &data, size_t count) {
    ValueRange taken = data.take_front(count);
    data = data.drop_front(count);
    return taken;
  }

  ImplicitLocOpBuilder &b;
  ValueRange indices, rows, columns;
  int64_t heads;
};

} // namespace

void StepEmitter::inlineRegion(const ScoreStep &step, Entry &entry) {
  Block &body = step.op->getRegion(0).front();
  bool isMap = isa<mixer::MapOp>(step.op);
  auto [ownRows, ownColumns] = dataOf(step);
  ValueRange rowValues = take(rows, ownRows.size()),
             columnValues = take(columns, ownColumns.size());
  SmallVector<Value> arguments(indices);
  if (step.transposed) {
    std::swap(arguments[2], arguments[3]);
    std::swap(rowValues, columnValues);
  }
  llvm::append_range(arguments, rowValues);
  llvm::append_range(arguments, columnValues);
  if (isMap)
    arguments.insert(arguments.begin(), entry.value);
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &inner : body.without_terminator())
    b.clone(inner, mapping);
  Value result = mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
  if (isMap)
    entry.value = result;
  else
    entry.present = entry.present
                        ? Value(arith::AndIOp::create(b, entry.present, result))
                        : result;
}

/// taps[h ÷ g, lag - first] for 0 ≤ lag - first < L; absent entries read tap 0.
Entry StepEmitter::taps(mixer::ToeplitzOp op, Value lag) {
  Value table = op.getTaps(), zero = arith::ConstantIndexOp::create(b, 0);
  if (int64_t first = op.getFirstLag())
    lag = arith::SubIOp::create(b, lag,
                                arith::ConstantIndexOp::create(b, first));
  Value length;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(zero.getParentBlock()->getParentOp());
    length = b.createOrFold<tensor::DimOp>(table, 1);
  }
  Value inside = arith::AndIOp::create(
      b, compare(arith::CmpIPredicate::sge, lag, zero),
      compare(arith::CmpIPredicate::slt, lag, length));
  Value place = arith::SelectOp::create(b, inside, lag, zero);
  Value head = indices[1];
  int64_t group = heads / typeOf(table).getDimSize(0);
  if (group != 1)
    head = arith::DivUIOp::create(b, head,
                                  arith::ConstantIndexOp::create(b, group));
  Value tap = tensor::ExtractOp::create(b, table, ValueRange{head, place});
  return {tap, inside};
}

/// (g_i - g_j) for i ≥ j, the large parts first: they may be equal.
Entry StepEmitter::segmentSum(const ScoreStep &step) {
  ValueRange later = take(rows, 2), earlier = take(columns, 2);
  Value last = indices[2], first = indices[3];
  if (step.transposed) {
    std::swap(later, earlier);
    std::swap(last, first);
  }
  Value large = arith::SubFOp::create(b, later[0], earlier[0]);
  Value small = arith::SubFOp::create(b, later[1], earlier[1]);
  Value sum = arith::AddFOp::create(b, large, small);
  return {sum, compare(arith::CmpIPredicate::sle, first, last)};
}

Entry StepEmitter::matrixEntry(const ScoreStep &step) {
  if (isa<mixer::SegmentSumOp>(step.op))
    return segmentSum(step);
  Value row = indices[2], column = indices[3];
  if (step.transposed)
    std::swap(row, column);
  return taps(cast<mixer::ToeplitzOp>(step.op),
              arith::SubIOp::create(b, row, column));
}

void StepEmitter::apply(const ScoreStep &step, Entry &entry) {
  if (step.how == StepKind::Region)
    return inlineRegion(step, entry);
  Entry other = matrixEntry(step);
  Type type = entry.value.getType();
  if (other.value.getType() != type)
    other.value = arith::TruncFOp::create(b, type, other.value);
  if (step.how == StepKind::Multiply) {
    entry.value = arith::MulFOp::create(b, entry.value, other.value);
    entry.present = entry.present ? Value(arith::AndIOp::create(
                                        b, entry.present, other.present))
                                  : other.present;
    return;
  }
  // An absent entry counts as zero; the sum is present where either is.
  Value zero = number(type, 0.0);
  Value added = arith::SelectOp::create(b, other.present, other.value, zero);
  if (entry.present) {
    entry.value =
        arith::SelectOp::create(b, entry.present, entry.value, zero);
    entry.present = arith::OrIOp::create(b, entry.present, other.present);
  }
  entry.value = arith::AddFOp::create(b, entry.value, added);
}

/// The empty body of `op`: s, b, h, i, j and the data.
static Block *createBody(ImplicitLocOpBuilder &b, mixer::AttendOp op) {
  SmallVector<Type> types{typeOf(op.getQ()).getElementType()};
  types.append(4, b.getIndexType());
  llvm::append_range(types, mixer::dataTypes(op.getRows(), op.getColumns()));
  return b.createBlock(&op.getBody(), {}, types,
                       SmallVector<Location>(types.size(), b.getLoc()));
}

/// The product of all steps on a weight of 1.
static Value weightOf(ImplicitLocOpBuilder &b, StepEmitter &emitter,
                      const MatrixForm &form, Type element) {
  auto constant = [&](double value) -> Value {
    return arith::ConstantOp::create(b, b.getFloatAttr(element, value));
  };
  Entry weight{constant(1.0), {}};
  for (const ScoreStep &step : form.weights)
    emitter.apply(step, weight);
  if (!weight.present)
    return weight.value;
  return arith::SelectOp::create(b, weight.present, weight.value,
                                 constant(0.0));
}

void weft::buildAttendRegion(ImplicitLocOpBuilder &b, mixer::AttendOp op,
                             const MatrixForm &form,
                             function_ref<Value(ValueRange)> also) {
  OpBuilder::InsertionGuard guard(b);
  Block *block = createBody(b, op);
  StepEmitter emitter(b, *block, op.getRows().size(),
                      typeOf(op.getQ()).getDimSize(2));
  Entry score{block->getArgument(0), {}};
  for (const ScoreStep &step : form.steps)
    emitter.apply(step, score);
  Type element = score.value.getType();
  if (also) {
    Value more = also(block->getArguments().slice(1, 4));
    score.present = score.present ? Value(arith::AndIOp::create(
                                        b, score.present, more))
                                  : more;
  }
  if (!score.present)
    score.present = arith::ConstantOp::create(b, b.getBoolAttr(true));
  if (form.countsPresent)
    score.value = arith::ConstantOp::create(b, b.getFloatAttr(element, 1.0));
  SmallVector<Value> yielded{score.value, score.present};
  if (!form.weights.empty())
    yielded.push_back(weightOf(b, emitter, form, element));
  mixer::YieldOp::create(b, yielded);
}
