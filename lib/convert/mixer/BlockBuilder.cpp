#include "BlockBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace weft;

std::optional<int64_t> weft::constantOf(Value value) {
  return getConstantIntValue(value);
}

int64_t weft::staticDim(Value tensor, int64_t axis) {
  return cast<RankedTensorType>(tensor.getType()).getDimSize(axis);
}

Type weft::elementOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getElementType();
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

Value BlockBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value BlockBuilder::number(Type type, double value) {
  if (type.isIntOrIndex())
    return arith::ConstantOp::create(*this, getIntegerAttr(type, int64_t(value)));
  return arith::ConstantOp::create(*this, getFloatAttr(type, value));
}

Value BlockBuilder::dim(Value tensor, int64_t axis) {
  int64_t size = staticDim(tensor, axis);
  if (!ShapedType::isDynamic(size))
    return index(size);
  return createOrFold<tensor::DimOp>(tensor, axis);
}

Value BlockBuilder::add(Value lhs, Value rhs) {
  return createOrFold<arith::AddIOp>(lhs, rhs);
}

Value BlockBuilder::sub(Value lhs, Value rhs) {
  return createOrFold<arith::SubIOp>(lhs, rhs);
}

Value BlockBuilder::mul(Value lhs, int64_t rhs) {
  return createOrFold<arith::MulIOp>(lhs, index(rhs));
}

Value BlockBuilder::min(Value lhs, Value rhs) {
  return createOrFold<arith::MinSIOp>(lhs, rhs);
}

Value BlockBuilder::max(Value lhs, Value rhs) {
  return createOrFold<arith::MaxSIOp>(lhs, rhs);
}

Value BlockBuilder::floorDiv(Value lhs, int64_t rhs) {
  return createOrFold<arith::DivUIOp>(lhs, index(rhs));
}

Value BlockBuilder::ceilDiv(Value lhs, int64_t rhs) {
  return floorDiv(add(lhs, index(rhs - 1)), rhs);
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

OpFoldResult BlockBuilder::fold(const Extent &extent) {
  if (extent.value)
    return getAsOpFoldResult(extent.value);
  return getIndexAttr(extent.number);
}

BlockBuilder::Box BlockBuilder::box(ArrayRef<Axis> axes) {
  Box box;
  for (const Axis &axis : axes) {
    box.offsets.push_back(fold(axis.offset));
    box.sizes.push_back(fold(axis.size));
    box.strides.push_back(getIndexAttr(axis.stride));
    if (axis.kept)
      box.keptShape.push_back(
          getConstantIntValue(box.sizes.back()).value_or(ShapedType::kDynamic));
  }
  return box;
}

Value BlockBuilder::empty(ArrayRef<Extent> sizes, Type element) {
  SmallVector<OpFoldResult> folded;
  for (const Extent &size : sizes)
    folded.push_back(fold(size));
  return tensor::EmptyOp::create(*this, folded, element);
}

Value BlockBuilder::fill(Value tensor, double value) {
  return linalg::FillOp::create(*this, number(elementOf(tensor), value), tensor)
      .getResult(0);
}

/// Collapses what is not kept: upstream cannot tell which dimensions a view in
/// steps has dropped if it keeps one of size 1.
Value BlockBuilder::collapsedSlice(Value source, ArrayRef<Axis> axes) {
  SmallVector<Axis> kept(axes);
  SmallVector<ReassociationIndices> groups(1);
  for (auto [number, axis] : llvm::enumerate(kept)) {
    bool isNew = axis.kept && llvm::any_of(groups.back(), [&](int64_t before) {
                   return axes[before].kept;
                 });
    if (isNew)
      groups.emplace_back();
    groups.back().push_back(number);
    axis.kept = true;
  }
  return tensor::CollapseShapeOp::create(*this, slice(source, kept), groups);
}

Value BlockBuilder::slice(Value source, ArrayRef<Axis> axes) {
  Box part = box(axes);
  bool drops = part.keptShape.size() < axes.size();
  if (drops && llvm::is_contained(part.keptShape, 1) &&
      llvm::any_of(axes, [](const Axis &axis) { return axis.stride != 1; }))
    return collapsedSlice(source, axes);
  auto type = RankedTensorType::get(part.keptShape, elementOf(source));
  return tensor::ExtractSliceOp::create(*this, type, source, part.offsets,
                                        part.sizes, part.strides);
}

Value BlockBuilder::insert(Value tile, Value into, ArrayRef<Axis> axes) {
  Box part = box(axes);
  return tensor::InsertSliceOp::create(*this, tile, into, part.offsets,
                                       part.sizes, part.strides);
}

void BlockBuilder::parallelInsert(Value tile, Value into, ArrayRef<Axis> axes) {
  // Sizes that are no constants yet belong before the terminator.
  Box part = box(axes);
  tensor::ParallelInsertSliceOp::create(*this, tile, into, part.offsets,
                                        part.sizes, part.strides);
}

Value BlockBuilder::copy(Value source, ArrayRef<Axis> axes) {
  Value part = slice(source, axes);
  // Not tensor.empty: see copyRows.
  Value tile = bufferization::AllocTensorOp::create(
      *this, cast<RankedTensorType>(part.getType()), ValueRange{});
  return bufferization::MaterializeInDestinationOp::create(*this, part, tile)
      .getResult();
}

Value BlockBuilder::copyRows(Value source, ArrayRef<Axis> axes, int64_t rows) {
  const Axis *first = llvm::find_if(axes, [](const Axis &a) { return a.kept; });
  SmallVector<Axis> whole(axes);
  whole[first - axes.begin()].size = rows;
  auto type = RankedTensorType::get(box(whole).keptShape, elementOf(source));
  // Not tensor.empty, of which CSE would make one for several tiles: what is
  // materialized in a tile must stay in it.
  Value tile = bufferization::AllocTensorOp::create(*this, type, ValueRange{});
  Value count = first->size.value ? first->size.value : index(first->size.number);
  Value full = createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, count,
                                           index(rows));
  SmallVector<Axis> inTile{range(0, count)};
  for (int64_t size : type.getShape().drop_front())
    inTile.push_back(all(size));
  auto copy = [&]() -> Values {
    return {bufferization::MaterializeInDestinationOp::create(
                *this, slice(source, whole), tile)
                .getResult()};
  };
  auto pad = [&]() -> Values {
    return {insert(slice(source, axes), fill(tile, 0.0), inTile)};
  };
  return ifElse(full, copy, pad).front();
}

//===----------------------------------------------------------------------===//
// Linalg on tiles
//===----------------------------------------------------------------------===//

static bool isTensor(const Term &term) {
  return term && isa<RankedTensorType>(term.value.getType());
}

static AffineMap mapOf(MLIRContext *context, StringRef loops, StringRef map) {
  std::string names = loops.str();
  llvm::erase(names, '/');
  SmallVector<AffineExpr> results;
  for (char name : map)
    results.push_back(getAffineDimExpr(names.find(name), context));
  return AffineMap::get(names.size(), 0, results, context);
}

static SmallVector<AffineMap> mapsOf(MLIRContext *context, StringRef loops,
                                     ArrayRef<StringRef> maps) {
  return llvm::map_to_vector(
      maps, [&](StringRef map) { return mapOf(context, loops, map); });
}

Values BlockBuilder::generic(StringRef loops, ArrayRef<StringRef> maps,
                             ValueRange ins, ValueRange outs,
                             function_ref<Values(ValueRange)> body) {
  auto [parallel, reduced] = loops.split('/');
  SmallVector<utils::IteratorType> iterators(parallel.size(),
                                             utils::IteratorType::parallel);
  iterators.append(reduced.size(), utils::IteratorType::reduction);
  auto op = linalg::GenericOp::create(
      *this, TypeRange(outs), ins, outs, mapsOf(getContext(), loops, maps),
      iterators, [&](OpBuilder &, Location, ValueRange arguments) {
        linalg::YieldOp::create(*this, body(arguments));
      });
  return Values(op.getResults());
}

Values BlockBuilder::generic(StringRef loops, ArrayRef<Term> ins,
                             ArrayRef<Term> outs,
                             function_ref<Values(ValueRange)> body) {
  SmallVector<StringRef> maps;
  Values tensors, results;
  for (const Term &term : ins)
    if (isTensor(term)) {
      tensors.push_back(term.value);
      maps.push_back(term.map);
    }
  for (const Term &term : outs) {
    results.push_back(term.value);
    maps.push_back(term.map);
  }
  return generic(loops, maps, tensors, results, [&](ValueRange arguments) {
    Values elements;
    size_t next = 0;
    for (const Term &term : ins)
      elements.push_back(isTensor(term) ? arguments[next++] : term.value);
    llvm::append_range(elements, arguments.drop_front(next));
    return body(elements);
  });
}

Term BlockBuilder::map(ArrayRef<Term> ins, Type element,
                       function_ref<Value(ValueRange)> body) {
  std::string loops;
  SmallVector<Extent> sizes;
  for (char letter : StringRef("hijcnp"))
    for (const Term &term : ins) {
      size_t axis = term.map.find(letter);
      if (axis == std::string::npos)
        continue;
      loops += letter;
      sizes.push_back(dim(term.value, axis));
      break;
    }
  auto one = [&](ValueRange x) -> Values { return {body(x.take_front(ins.size()))}; };
  if (loops.empty() && llvm::none_of(ins, isTensor))
    return one(llvm::map_to_vector(ins, [](const Term &t) { return t.value; }))
        .front();
  Term tile(empty(sizes, element), loops);
  return {generic(loops, ins, tile, one).front(), loops};
}

Value BlockBuilder::contract(StringRef loops, ArrayRef<StringRef> maps, Value a,
                             Value b, Value c) {
  return linalg::ContractOp::create(
             *this, TypeRange(c.getType()), ValueRange{a, b}, ValueRange{c},
             getAffineMapArrayAttr(mapsOf(getContext(), loops, maps)))
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

Values BlockBuilder::forLoop(Value lower, Value upper, int64_t step,
                             ValueRange carried,
                             function_ref<Values(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(
      *this, lower, upper, index(step), carried,
      [&](OpBuilder &, Location, Value iv, ValueRange arguments) {
        scf::YieldOp::create(*this, body(iv, arguments));
      });
  return Values(loop.getResults());
}

void BlockBuilder::forLoop(Value lower, Value upper, int64_t step,
                           ArrayRef<Value *> carried,
                           function_ref<void(Value)> body) {
  SmallVector<Value *> present;
  llvm::copy_if(carried, std::back_inserter(present),
                [](Value *value) { return bool(*value); });
  auto take = [&](ValueRange values) {
    for (auto [variable, value] : llvm::zip_equal(present, values))
      *variable = value;
  };
  auto current = [&] {
    return llvm::map_to_vector(present, [](Value *value) { return *value; });
  };
  take(forLoop(lower, upper, step, Values(current()),
               [&](Value iv, ValueRange values) -> Values {
                 take(values);
                 body(iv);
                 return Values(current());
               }));
}

Values BlockBuilder::ifElse(Value condition, function_ref<Values()> then,
                            function_ref<Values()> otherwise) {
  if (std::optional<int64_t> known = constantOf(condition))
    return *known ? then() : otherwise();
  auto branch = scf::IfOp::create(
      *this, condition,
      [&](OpBuilder &, Location) { scf::YieldOp::create(*this, then()); },
      [&](OpBuilder &, Location) { scf::YieldOp::create(*this, otherwise()); });
  return Values(branch.getResults());
}

Values BlockBuilder::forall(
    ArrayRef<Extent> sizes, ValueRange shared,
    function_ref<std::function<void()>(ValueRange, ValueRange)> body) {
  SmallVector<OpFoldResult> bounds;
  for (const Extent &size : sizes)
    bounds.push_back(fold(size));
  auto loop = scf::ForallOp::create(*this, bounds, shared, std::nullopt);
  InsertionGuard guard(*this);
  setInsertionPoint(loop.getTerminator());
  std::function<void()> insertResults =
      body(loop.getInductionVars(), loop.getRegionOutArgs());
  setInsertionPointToStart(loop.getTerminator().getBody());
  insertResults();
  return Values(loop.getResults());
}
