// Why a range is known, and where a bound is lost: in words for the user.
#include "lib/transform/FloatRanges.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace weft;

static constexpr unsigned kDepth = 24;

/// What an argument is: an operand of the op whose body it is of, or those of
/// the calls of its function.
static SmallVector<Value> sourcesOf(BlockArgument argument) {
  Operation *parent = argument.getOwner()->getParentOp();
  if (isa<linalg::LinalgOp>(parent))
    return {parent->getOperand(argument.getArgNumber())};
  SmallVector<Value> operands;
  auto func = dyn_cast<func::FuncOp>(parent);
  if (!func || !func.isPrivate())
    return operands;
  if (auto uses = SymbolTable::getSymbolUses(func, func->getParentOp()))
    for (SymbolTable::SymbolUse use : *uses)
      if (auto call = dyn_cast<func::CallOp>(use.getUser()))
        operands.push_back(call.getOperand(argument.getArgNumber()));
  return operands;
}

static SmallVector<Value> returnedBy(func::CallOp call, unsigned result) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  if (!callee || !callee.getBody().hasOneBlock())
    return {};
  return {callee.getBody().front().getTerminator()->getOperand(result)};
}

/// The values that decide about the elements of `value`; none of an op of
/// another dialect, which is the reason itself.
static SmallVector<Value> sourcesOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return sourcesOf(argument);
  auto result = cast<OpResult>(value);
  Operation *op = result.getOwner();
  if (auto call = dyn_cast<func::CallOp>(op))
    return returnedBy(call, result.getResultNumber());
  if (auto body = dyn_cast<linalg::LinalgOp>(op))
    return body.getNumReductionLoops() > 0
               ? llvm::to_vector(body.getDpsInputs())
               : SmallVector<Value>{body.getBlock()->getTerminator()->getOperand(
                     result.getResultNumber())};
  if (auto choice = dyn_cast<arith::SelectOp>(op))
    return {choice.getTrueValue(), choice.getFalseValue()};
  if (isa<tensor::ExtractOp, tensor::ExtractSliceOp>(op))
    return {op->getOperand(0)};
  if (!isa_and_nonnull<arith::ArithDialect, math::MathDialect,
                       tensor::TensorDialect>(op->getDialect()))
    return {};
  return llvm::to_vector(llvm::make_filter_range(
      op->getOperands(), [](Value operand) {
        return isa<FloatType>(getElementTypeOrSelf(operand.getType()));
      }));
}

/// "log_a", by its name in the model or its number.
static std::string nameOf(BlockArgument argument) {
  unsigned number = argument.getArgNumber();
  if (auto func = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()))
    if (auto name = func.getArgAttrOfType<StringAttr>(number, "mixer.name"))
      return name.str();
  return "argument #" + std::to_string(number);
}

static std::string rendered(FloatRanges &ranges, Value value, unsigned depth);

static std::string joined(FloatRanges &ranges, ArrayRef<Value> values,
                          StringRef between, unsigned depth) {
  std::string text;
  for (Value value : values) {
    if (!text.empty())
      text += between;
    text += rendered(ranges, value, depth);
  }
  return text;
}

static bool reduces(Operation *op) {
  auto loops = dyn_cast<linalg::LinalgOp>(op);
  return loops && loops.getNumReductionLoops() > 0;
}

static std::string written(FloatRanges &ranges, Operation *op,
                           ArrayRef<Value> sources, unsigned depth) {
  if (isa<arith::NegFOp>(op))
    return "-" + rendered(ranges, sources[0], depth);
  for (auto [name, sign] : {std::pair<StringRef, StringRef>{"arith.addf", " + "},
                            {"arith.subf", " - "},
                            {"arith.mulf", " · "},
                            {"arith.divf", " / "}})
    if (op->getName().getStringRef() == name)
      return "(" + joined(ranges, sources, sign, depth) + ")";
  StringRef word = reduces(op) ? "reduction" : op->getName().stripDialect();
  return word.str() + "(" + joined(ranges, sources, ", ", depth) + ")";
}

static std::string rendered(FloatRanges &ranges, Value value, unsigned depth) {
  FloatAttr constant;
  if (matchPattern(value, m_Constant(&constant))) {
    SmallString<16> text;
    constant.getValue().toString(text, /*FormatPrecision=*/4);
    return std::string(text);
  }
  // What has no bounds adds nothing to the argument.
  if (depth == 0 || ranges.of(value).isUnknown())
    return "x";
  SmallVector<Value> sources = sourcesOf(value);
  auto argument = dyn_cast<BlockArgument>(value);
  if (argument &&
      !isa<linalg::LinalgOp>(argument.getOwner()->getParentOp()))
    return nameOf(argument);
  bool passesOn = argument || sources.size() != 1 ||
                  (isa<linalg::LinalgOp>(value.getDefiningOp()) &&
                   !reduces(value.getDefiningOp())) ||
                  isa<tensor::TensorDialect>(
                      value.getDefiningOp()->getDialect()) ||
                  isa<arith::ExtFOp, arith::TruncFOp>(value.getDefiningOp());
  if (passesOn && sources.size() == 1)
    return rendered(ranges, sources[0], depth - 1);
  if (sources.empty())
    return value.getDefiningOp()->getName().getStringRef().str();
  return written(ranges, value.getDefiningOp(), sources, depth - 1);
}

std::string FloatRanges::argumentFor(Value value) {
  return rendered(*this, value, kDepth);
}

Value FloatRanges::lostAt(Value value) {
  // What has one bound is made that way; what has none may be no fault of its
  // own.
  // Functions may call themselves.
  for (unsigned step = 0; step < 1000 && of(value).isUnknown(); ++step) {
    SmallVector<Value> sources = sourcesOf(value);
    auto lost = llvm::find_if(sources, [&](Value source) {
      return of(source).isUnknown();
    });
    if (lost == sources.end())
      break;
    value = *lost;
  }
  return value;
}

std::string weft::describedValue(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return nameOf(argument);
  return "the result of " +
         value.getDefiningOp()->getName().getStringRef().str();
}
