#include "EmitBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace weft;

namespace {
struct BodyEmitter {
  ImplicitLocOpBuilder &b;
  int64_t lanes;
  IRMapping mapping = {};

  VectorType vectorOf(Type element) { return VectorType::get({lanes}, element); }
  Value broadcast(Value value);
  void emitElementwise(Operation &op);
  void emitPerLane(Operation &op, const llvm::SetVector<Value> &varying);
  void emit(Operation &op);
};
} // namespace

Value BodyEmitter::broadcast(Value value) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(b, vectorOf(value.getType()), value);
}

void BodyEmitter::emitElementwise(Operation &op) {
  OperationState state(op.getLoc(), op.getName());
  for (Value operand : op.getOperands())
    state.addOperands(broadcast(mapping.lookupOrDefault(operand)));
  for (Type type : op.getResultTypes())
    state.addTypes(vectorOf(type));
  state.attributes = op.getDiscardableAttrDictionary();
  state.propertiesAttr = op.getPropertiesAsAttribute();
  Operation *created = b.create(state);
  mapping.map(op.getResults(), created->getResults());
}

/// What has no vector form (a read of a table, a branch) is done lane by lane.
void BodyEmitter::emitPerLane(Operation &op,
                              const llvm::SetVector<Value> &varying) {
  SmallVector<Values> results(op.getNumResults());
  for (int64_t lane = 0; lane < lanes; ++lane) {
    IRMapping scalars = mapping;
    for (Value value : varying)
      scalars.map(value, vector::ExtractOp::create(
                             b, mapping.lookup(value), lane));
    Operation *clone = b.clone(op, scalars);
    for (auto [i, result] : llvm::enumerate(clone->getResults()))
      results[i].push_back(result);
  }
  for (auto [result, elements] : llvm::zip(op.getResults(), results))
    mapping.map(result,
                vector::FromElementsOp::create(b, vectorOf(result.getType()),
                                               elements));
}

void BodyEmitter::emit(Operation &op) {
  llvm::SetVector<Value> used(op.operand_begin(), op.operand_end()), varying;
  for (Region &region : op.getRegions())
    getUsedValuesDefinedAbove(region, used);
  for (Value value : used)
    if (isa<VectorType>(mapping.lookupOrDefault(value).getType()))
      varying.insert(value);
  if (varying.empty())
    b.clone(op, mapping);
  else if (OpTrait::hasElementwiseMappableTraits(&op))
    emitElementwise(op);
  else
    emitPerLane(op, varying);
}

Values weft::emitBody(ImplicitLocOpBuilder &b, linalg::LinalgOp op,
                      int64_t lanes, ArrayRef<Value> args,
                      ArrayRef<Value> indices, int lane) {
  Block *block = op.getBlock();
  BodyEmitter emitter{b, lanes};
  emitter.mapping.map(block->getArguments(), args);
  for (Operation &inner : block->without_terminator()) {
    auto position = dyn_cast<linalg::IndexOp>(inner);
    if (!position) {
      emitter.emit(inner);
      continue;
    }
    int loop = position.getDim();
    Value value = indices[loop];
    if (loop == lane) {
      Value steps = vector::StepOp::create(b, emitter.vectorOf(b.getIndexType()));
      value = arith::AddIOp::create(b, emitter.broadcast(value), steps);
    }
    emitter.mapping.map(position.getResult(), value);
  }
  Values yielded;
  for (Value value : block->getTerminator()->getOperands())
    yielded.push_back(emitter.mapping.lookupOrDefault(value));
  return yielded;
}
