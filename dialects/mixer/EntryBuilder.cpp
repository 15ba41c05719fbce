#include "dialects/mixer/EntryBuilder.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace weft::mixer;

Value Scalars::index(char letter) const {
  return linalg::IndexOp::create(builder, loc, loops.find(letter));
}
Value Scalars::indexConstant(int64_t value) const {
  return arith::ConstantIndexOp::create(builder, loc, value);
}
Value Scalars::constant(Type type, double value) const {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getFloatAttr(type, value));
}
Value Scalars::add(Value a, Value b) const {
  return arith::AddFOp::create(builder, loc, a, b);
}
Value Scalars::subtract(Value a, Value b) const {
  return arith::SubFOp::create(builder, loc, a, b);
}
Value Scalars::multiply(Value a, Value b) const {
  return arith::MulFOp::create(builder, loc, a, b);
}
Value Scalars::divide(Value a, Value b) const {
  return arith::DivFOp::create(builder, loc, a, b);
}
Value Scalars::maximum(Value a, Value b) const {
  return arith::MaximumFOp::create(builder, loc, a, b);
}
Value Scalars::absolute(Value a) const {
  return math::AbsFOp::create(builder, loc, a);
}
Value Scalars::exp(Value a) const {
  return math::ExpOp::create(builder, loc, a);
}
Value Scalars::equal(Value a, Value b) const {
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, a, b);
}
Value Scalars::both(Value a, Value b) const {
  return arith::AndIOp::create(builder, loc, a, b);
}
Value Scalars::either(Value a, Value b) const {
  return arith::OrIOp::create(builder, loc, a, b);
}
Value Scalars::subtractIndex(Value a, Value b) const {
  return arith::SubIOp::create(builder, loc, a, b);
}
Value Scalars::equalIndex(Value a, Value b) const {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, a, b);
}
Value Scalars::lessOrEqual(Value a, Value b) const {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle, a, b);
}
Value Scalars::less(Value a, Value b) const {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, a, b);
}
Value Scalars::select(Value condition, Value a, Value b) const {
  return arith::SelectOp::create(builder, loc, condition, a, b);
}
Value Scalars::inlined(Block &block, ValueRange arguments) const {
  return inlineEntry(builder, block, arguments);
}

Value weft::mixer::inlineEntry(OpBuilder &builder, Block &block,
                               ValueRange arguments) {
  IRMapping mapping;
  mapping.map(block.getArguments(), arguments);
  for (Operation &op : block.without_terminator())
    builder.clone(op, mapping);
  return mapping.lookupOrDefault(block.getTerminator()->getOperand(0));
}

void weft::mixer::buildEntryRegion(OpBuilder &builder, Location loc,
                                   Region &region, Type entry, TypeRange data,
                                   function_ref<Value(ValueRange)> body) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types;
  if (entry)
    types.push_back(entry);
  types.append(4, builder.getIndexType());
  llvm::append_range(types, data);
  Block *block = builder.createBlock(&region, region.end(), types,
                                     SmallVector<Location>(types.size(), loc));
  Value result = body(block->getArguments());
  YieldOp::create(builder, loc, result);
}

/// All letters of the spec in the order of the loops: outputs, then reductions.
static std::string loopLetters(ArrayRef<StringRef> inputs, StringRef output) {
  std::string loops = output.str();
  for (StringRef input : inputs)
    for (char letter : input)
      if (loops.find(letter) == std::string::npos)
        loops.push_back(letter);
  return loops;
}

static AffineMap mapOf(StringRef letters, StringRef loops, MLIRContext *context) {
  SmallVector<AffineExpr> dims;
  for (char letter : letters)
    dims.push_back(getAffineDimExpr(loops.find(letter), context));
  return AffineMap::get(loops.size(), 0, dims, context);
}

static Value outputTensor(OpBuilder &builder, Location loc,
                          ArrayRef<OpFoldResult> sizes, Type elementType,
                          std::optional<double> init) {
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, elementType);
  if (!init)
    return empty;
  Value value = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(elementType, *init));
  return linalg::FillOp::create(builder, loc, value, empty).getResult(0);
}

Value weft::mixer::buildEntries(OpBuilder &builder, Location loc,
                                StringRef spec, ValueRange operands,
                                ArrayRef<OpFoldResult> sizes, Type elementType,
                                EntryFn entry, double init) {
  auto [left, output] = spec.split("->");
  SmallVector<StringRef> inputs;
  if (!left.empty())
    left.split(inputs, ',');
  std::string loops = loopLetters(inputs, output);
  bool reduces = loops.size() > output.size();

  SmallVector<AffineMap> maps;
  for (StringRef letters : inputs)
    maps.push_back(mapOf(letters, loops, builder.getContext()));
  maps.push_back(mapOf(output, loops, builder.getContext()));
  SmallVector<utils::IteratorType> iterators(loops.size(),
                                             utils::IteratorType::reduction);
  std::fill_n(iterators.begin(), output.size(), utils::IteratorType::parallel);

  Value out = outputTensor(builder, loc, sizes, elementType,
                           reduces ? std::optional<double>(init) : std::nullopt);
  auto body = [&](OpBuilder &inner, Location place, ValueRange arguments) {
    Scalars scalars(inner, place, loops);
    Value result = entry(scalars, arguments.drop_back(), arguments.back());
    linalg::YieldOp::create(inner, place, result);
  };
  return linalg::GenericOp::create(builder, loc, out.getType(), operands, out,
                                   maps, iterators, body)
      .getResult(0);
}

Value weft::mixer::repeatHeads(OpBuilder &builder, Location loc, Value tensor,
                               int64_t heads, int64_t axis) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getDimSize(axis) == heads)
    return tensor;
  // [..., H, ...] -> [..., H, g, ...] -> [..., H g, ...]
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, tensor);
  sizes.insert(sizes.begin() + axis + 1,
               builder.getIndexAttr(heads / type.getDimSize(axis)));
  Value empty =
      tensor::EmptyOp::create(builder, loc, sizes, type.getElementType());
  Value repeated = linalg::BroadcastOp::create(builder, loc, tensor, empty,
                                               ArrayRef<int64_t>{axis + 1})
                       .getResult()[0];
  SmallVector<ReassociationIndices> groups;
  for (int64_t source = 0; source < type.getRank() + 1; ++source) {
    if (source == axis + 1)
      groups.back().push_back(source);
    else
      groups.push_back({source});
  }
  return tensor::CollapseShapeOp::create(builder, loc, repeated, groups);
}

DenseMatrix weft::mixer::shareHeads(OpBuilder &builder, Value matrix,
                                    const MatrixSizes &sizes,
                                    MaterializeFn operand) {
  int64_t own = shapeOf(matrix)[1];
  std::optional<int64_t> heads = getConstantIntValue(sizes.heads);
  if (ShapedType::isDynamic(own) || !heads || own == *heads)
    return operand(matrix, sizes);
  MatrixSizes ownSizes = sizes;
  ownSizes.heads = builder.getIndexAttr(own);
  DenseMatrix dense = operand(matrix, ownSizes);
  for (Value *tensor : {&dense.entries, &dense.present})
    if (*tensor)
      *tensor =
          repeatHeads(builder, matrix.getLoc(), *tensor, *heads, /*axis=*/1);
  return dense;
}

DenseMatrix weft::mixer::restrictPresent(
    OpBuilder &builder, Location loc, const DenseMatrix &dense,
    const MatrixSizes &sizes,
    function_ref<Value(const Scalars &, ValueRange)> condition, StringRef spec,
    ValueRange data) {
  SmallVector<Value> operands(data);
  std::string inputs = spec.ltrim(',').str();
  if (dense.present) {
    operands.push_back(dense.present);
    inputs += inputs.empty() ? "bhij" : ",bhij";
  }
  Value present = buildEntries(
      builder, loc, inputs + "->bhij", operands, sizes.asArray(),
      builder.getI1Type(), [&](const Scalars &s, ValueRange arguments, Value) {
        Value holds = condition(s, arguments.take_front(data.size()));
        return dense.present ? s.both(holds, arguments.back()) : holds;
      });
  return {dense.entries, present};
}

DenseMatrix weft::mixer::restrictPresent(
    OpBuilder &builder, Location loc, const DenseMatrix &dense,
    const MatrixSizes &sizes,
    function_ref<Value(const Scalars &)> condition) {
  return restrictPresent(
      builder, loc, dense, sizes,
      [&](const Scalars &s, ValueRange) { return condition(s); }, "", {});
}

Value weft::mixer::zeroAbsent(OpBuilder &builder, Location loc,
                              const DenseMatrix &dense) {
  if (!dense.present)
    return dense.entries;
  Type element = getElementTypeOrSelf(dense.entries);
  return buildEntries(builder, loc, "bhij,bhij->bhij",
                      {dense.entries, dense.present},
                      tensor::getMixedSizes(builder, loc, dense.entries),
                      element, [&](const Scalars &s, ValueRange in, Value) {
                        return s.select(in[1], in[0], s.constant(element, 0));
                      });
}
