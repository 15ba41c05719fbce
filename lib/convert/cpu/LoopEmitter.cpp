#include "LoopEmitter.h"

#include "BufferLayout.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace weft;

bool BufferAccess::isBuffer() const { return isa<MemRefType>(buffer.getType()); }

Type BufferAccess::elementType() const {
  return getElementTypeOrSelf(buffer.getType());
}

bool BufferAccess::involves(int loop) const {
  return llvm::any_of(indices,
                      [&](AffineExpr e) { return e.isFunctionOfDim(loop); });
}

int BufferAccess::loopAt(int position) const {
  if (position < 0)
    return -1;
  auto dim = dyn_cast<AffineDimExpr>(indices[position]);
  return dim ? (int)dim.getPosition() : -1;
}

/// The last index is the loop dimension itself, or moved by something that
/// does not depend on it, and no other index depends on it.
bool BufferAccess::isContiguous(int loop) const {
  if (!unitLast || elementType().isInteger(1))
    return false;
  for (AffineExpr expr : ArrayRef(indices).drop_back())
    if (expr.isFunctionOfDim(loop))
      return false;
  AffineExpr last = indices.back();
  if (!last.isFunctionOfDim(loop))
    return false;
  AffineExpr dim = getAffineDimExpr(loop, last.getContext());
  return !(last - dim).isFunctionOfDim(loop) &&
         !simplifyAffineExpr(last - dim, loop + 1, 0).isFunctionOfDim(loop);
}

/// The operand with its unit-stride dimension last, by a transposed view.
static BufferAccess makeAccess(ImplicitLocOpBuilder &b, Value value,
                               AffineMap map) {
  BufferAccess access{value, llvm::to_vector(map.getResults())};
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type || type.getRank() == 0)
    return access;
  int unit = getUnitDimension(type), rank = type.getRank();
  access.unitLast = unit >= 0;
  if (unit < 0 || unit == rank - 1)
    return access;
  SmallVector<unsigned> order;
  for (int d = 0; d < rank; ++d)
    if (d != unit)
      order.push_back(d);
  order.push_back(unit);
  for (auto [i, d] : llvm::enumerate(order))
    access.indices[i] = map.getResult(d);
  access.buffer = memref::TransposeOp::create(
      b, value,
      AffineMapAttr::get(AffineMap::getPermutationMap(order, b.getContext())));
  return access;
}

LoopEmitter::LoopEmitter(VectorUnit unit, linalg::LinalgOp op)
    : unit(unit), b(op.getLoc(), op), op(op),
      kinds(op.getIteratorTypesArray()), point(op.getNumLoops()) {
  for (OpOperand &operand : op->getOpOperands())
    accesses.push_back(
        makeAccess(b, operand.get(), op.getMatchingIndexingMap(&operand)));
}

int64_t LoopEmitter::extent(int loop) const {
  for (const BufferAccess &access : accesses)
    for (int i = 0; i < (int)access.indices.size(); ++i)
      if (access.loopAt(i) == loop) {
        int64_t size = cast<MemRefType>(access.buffer.getType()).getDimSize(i);
        if (!ShapedType::isDynamic(size))
          return size;
      }
  return ShapedType::kDynamic;
}

Value LoopEmitter::extentValue(int loop) {
  int64_t size = extent(loop);
  if (!ShapedType::isDynamic(size))
    return index(size);
  for (const BufferAccess &access : accesses)
    for (int i = 0; i < (int)access.indices.size(); ++i)
      if (access.loopAt(i) == loop)
        return memref::DimOp::create(b, access.buffer, i);
  llvm_unreachable("linalg verifies that every loop bound is known");
}

Value LoopEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value LoopEmitter::offset(Value value, int64_t by) {
  return by ? b.createOrFold<arith::AddIOp>(value, index(by)) : value;
}

Value LoopEmitter::zero(Type type) {
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}

Value LoopEmitter::broadcast(Value value) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(b, vectorOf(value.getType()), value);
}

Values LoopEmitter::indicesOf(const BufferAccess &access, int lane,
                              int64_t by) {
  Values at = point, result;
  if (lane >= 0)
    at[lane] = offset(at[lane], by);
  for (AffineExpr expr : access.indices) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    result.push_back(dim ? at[dim.getPosition()]
                         : affine::expandAffineExpr(b, b.getLoc(), expr, at, {}));
  }
  return result;
}

Value LoopEmitter::loadScalar(const BufferAccess &access, int lane, int64_t by) {
  if (!access.isBuffer())
    return access.buffer;
  return memref::LoadOp::create(b, access.buffer, indicesOf(access, lane, by));
}

Value LoopEmitter::loadVector(const BufferAccess &access, int lane, int64_t by) {
  return vector::LoadOp::create(b, vectorOf(access.elementType()),
                                access.buffer, indicesOf(access, lane, by));
}

void LoopEmitter::storeScalar(Value value, const BufferAccess &access) {
  memref::StoreOp::create(b, value, access.buffer, indicesOf(access));
}

void LoopEmitter::storeVector(Value value, const BufferAccess &access, int lane,
                              int64_t by) {
  vector::StoreOp::create(b, value, access.buffer, indicesOf(access, lane, by));
}

Values LoopEmitter::loop(Value lower, Value upper, int64_t step, Values carry,
                         llvm::function_ref<Values(Value, Values)> body) {
  auto loop = scf::ForOp::create(b, lower, upper, index(step), carry);
  OpBuilder::InsertionGuard guard(b);
  if (carry.empty()) {
    b.setInsertionPoint(loop.getBody()->getTerminator());
    body(loop.getInductionVar(), {});
  } else {
    b.setInsertionPointToStart(loop.getBody());
    scf::YieldOp::create(
        b, body(loop.getInductionVar(), Values(loop.getRegionIterArgs())));
  }
  return Values(loop.getResults());
}

Values LoopEmitter::cover(int dim, int64_t step, Values carry,
                          llvm::function_ref<Values(int64_t, Values)> body) {
  auto piece = [&](int64_t size) {
    return [&, size](Value iv, Values values) {
      point[dim] = iv;
      return body(size, std::move(values));
    };
  };
  int64_t size = extent(dim);
  if (ShapedType::isDynamic(size)) {
    Value upper = extentValue(dim), full = upper;
    if (step > 1) {
      Value rest = arith::RemUIOp::create(b, upper, index(step));
      full = arith::SubIOp::create(b, upper, rest);
    }
    carry = loop(index(0), full, step, carry, piece(step));
    return step > 1 ? loop(full, upper, 1, carry, piece(1)) : carry;
  }
  if (size == 0)
    return carry;
  step = std::min(step, size);
  int64_t full = size / step * step;
  carry = full == step ? piece(step)(index(0), carry)
                       : loop(index(0), index(full), step, carry, piece(step));
  return full < size ? piece(size - full)(index(full), carry) : carry;
}

void LoopEmitter::nest(ArrayRef<int> loops, llvm::function_ref<void()> inner) {
  if (loops.empty())
    return inner();
  cover(loops[0], 1, {}, [&](int64_t, Values) {
    nest(loops.drop_front(), inner);
    return Values();
  });
}
