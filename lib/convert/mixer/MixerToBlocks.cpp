// The pass: checks what the generators rely on, chooses the generator, and
// replaces the op.
#include "MixerToBlocks.h"

#include "weft/Convert.h"
#include "weft/Forms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

namespace weft {
#define GEN_PASS_DEF_CONVERTMIXERTOBLOCKS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

/// Narrow types are stored and converted, not computed with.
static LogicalResult checkElements(Operation *op) {
  Type element = elementOf(op->getOperand(0));
  if (element.isF32() || element.isF64())
    return success();
  return op->emitOpError("expects f32 or f64 elements to compute with, got ")
         << element << "; convert its operands";
}

/// No tokens at all: nothing is computed, and there is no row to slice.
static bool hasNoTokens(DestinationStyleOpInterface op) {
  Value added = isa<mixer::AttendOp>(op) ? op->getOperand(1) : Value();
  return staticDim(op.getDpsInits().front(), 1) == 0 &&
         (!added || staticDim(added, 1) == 0);
}

/// The max of a state that erases read before it decays may fall faster than
/// what they put back: no scale is safe.
static LogicalResult checkGauge(mixer::ScanOp op) {
  if (!op.getGain() || !op.getEraseA() ||
      op.getEraseReads() == mixer::EraseReads::Decayed)
    return success();
  return op.emitOpError(
      "expects erase_reads decayed beside a gain, got erase_reads stored");
}

static bool isOneToken(mixer::ScanOp op) {
  return op.getOut().getType().getDimSize(1) == 1;
}

namespace {

struct ConvertMixerToBlocks
    : weft::impl::ConvertMixerToBlocksBase<ConvertMixerToBlocks> {
  using Base::Base;

  void runOnOperation() override;

private:
  FailureOr<Values> lower(BlockBuilder &b, mixer::ScanOp op);
  FailureOr<Values> lower(BlockBuilder &b, mixer::AttendOp op);
  FailureOr<Values> lower(BlockBuilder &b, mixer::ConvolveOp op);
  FailureOr<Values> lower(BlockBuilder &b, mixer::FoldOp op);
  FailureOr<Values> lower(BlockBuilder &b, mixer::RecurrenceOp op);
  FailureOr<int64_t> chunkOf(Operation *op);
};

} // namespace

FailureOr<int64_t> ConvertMixerToBlocks::chunkOf(Operation *op) {
  Attribute attr = op->getAttr("weft.chunk");
  auto number = dyn_cast_or_null<IntegerAttr>(attr);
  if (attr && (!number || number.getInt() < 1))
    return op->emitOpError("expects weft.chunk to be a positive number of "
                           "tokens, got ")
           << attr;
  return number ? number.getInt() : int64_t(chunk);
}

FailureOr<Values> ConvertMixerToBlocks::lower(BlockBuilder &b,
                                              mixer::ScanOp op) {
  if (failed(checkElements(op)) || failed(checkGauge(op)))
    return failure();
  FailureOr<int64_t> tokens = chunkOf(op);
  if (failed(tokens))
    return failure();
  std::string name = form;
  if (auto attr = op->getAttrOfType<StringAttr>("weft.form"))
    name = attr.str();
  if (name.empty())
    name = isOneToken(op) ? "recurrent" : "chunked";
  // One token has no chunks, whatever is asked.
  if (isOneToken(op))
    name = "recurrent";
  if (!isScanForm(name) || !llvm::is_contained(formsOf(op), name))
    return op.emitOpError("expects form ")
           << llvm::join(formsOf(op), " or ") << ", got " << name;
  if (name == "recurrent")
    return recurrentScan(b, op);
  if (name == "lanes")
    return lanesScan(b, op, headsOnLanes(op));
  if (name == "chunked" && *tokens > tokensOfChunk(op))
    return op.emitOpError("expects at most ")
           << tokensOfChunk(op) << " tokens in a chunk of a dense transition, "
           << "which has the scores of all of them, got " << *tokens;
  if (name == "chunked")
    return chunkedScan(b, op, *tokens);
  if (*tokens > tokensOfTree(op))
    return op.emitOpError("expects at most ")
           << tokensOfTree(op) << " tokens in a tree, each with a state of "
           << "its own, got " << *tokens;
  return treeScan(b, op, *tokens);
}

FailureOr<Values> ConvertMixerToBlocks::lower(BlockBuilder &b,
                                              mixer::AttendOp op) {
  if (failed(checkElements(op)))
    return failure();
  FailureOr<int64_t> tokens = chunkOf(op);
  if (failed(tokens))
    return failure();
  return blockedAttend(b, op, {*tokens, queries});
}

FailureOr<Values> ConvertMixerToBlocks::lower(BlockBuilder &b,
                                              mixer::ConvolveOp op) {
  if (failed(checkElements(op)))
    return failure();
  FailureOr<int64_t> tokens = chunkOf(op);
  if (failed(tokens))
    return failure();
  auto form = op->getAttrOfType<StringAttr>("weft.form");
  if (!form || form == "direct")
    return directConvolve(b, op);
  if (form == "blocked")
    return blockedConvolve(b, op, *tokens);
  if (form == "fft")
    return fftConvolve(b, op, *tokens);
  return op.emitOpError("expects form direct, blocked or fft, got ") << form;
}

FailureOr<Values> ConvertMixerToBlocks::lower(BlockBuilder &b,
                                              mixer::FoldOp op) {
  if (failed(checkElements(op)))
    return failure();
  FailureOr<int64_t> tokens = chunkOf(op);
  if (failed(tokens))
    return failure();
  auto chosen = op->getAttrOfType<StringAttr>("weft.form");
  StringRef name = chosen ? chosen.getValue() : StringRef(form);
  if (name.empty() || name == "recurrent" || staticDim(op.getOuts()[0], 1) == 1)
    return recurrentFold(b, op);
  if (name == "scan")
    return scanFold(b, op, *tokens);
  return op.emitOpError("expects form recurrent or scan, got ") << name;
}

FailureOr<Values> ConvertMixerToBlocks::lower(BlockBuilder &b,
                                              mixer::RecurrenceOp op) {
  if (failed(checkElements(op)))
    return failure();
  return recurrence(b, op);
}

void ConvertMixerToBlocks::runOnOperation() {
  SmallVector<Operation *> ops;
  getOperation()->walk([&](Operation *op) {
    if (isa<mixer::ScanOp, mixer::AttendOp, mixer::ConvolveOp,
            mixer::FoldOp, mixer::RecurrenceOp, mixer::PositionsOp,
            mixer::RunningSumOp>(op))
      ops.push_back(op);
  });
  bool failedOnce = false;
  for (Operation *op : ops) {
    OpBuilder at(op);
    BlockBuilder b(op->getLoc(), at);
    FailureOr<Values> results =
        llvm::TypeSwitch<Operation *, FailureOr<Values>>(op)
            .Case<mixer::ScanOp, mixer::AttendOp, mixer::ConvolveOp,
                  mixer::FoldOp, mixer::RecurrenceOp>(
                [&](auto normalForm) -> FailureOr<Values> {
                  if (hasNoTokens(normalForm))
                    return Values(normalForm.getDpsInits());
                  return lower(b, normalForm);
                })
            .Case([&](mixer::PositionsOp op) { return positions(b, op); })
            .Case([&](mixer::RunningSumOp op) { return runningSum(b, op); });
    if (failed(results)) {
      failedOnce = true;
      continue;
    }
    op->replaceAllUsesWith(*results);
    op->erase();
  }
  if (failedOnce)
    signalPassFailure();
}
