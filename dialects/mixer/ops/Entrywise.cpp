#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/MaskBand.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/TokenData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace weft::mixer;

template <typename EntryOp>
static SizeSources sourcesOf(EntryOp op) {
  SizeSources sources;
  for (int64_t axis = 0; axis < 4; ++axis)
    sources[axis] = {{op.getMatrix(), axis}};
  addDataSources(sources, op.getRows(), op.getColumns());
  return sources;
}

/// Data are named r and c.
static void nameArguments(Region &region, ArrayRef<StringRef> indices,
                          size_t rows, OpAsmSetValueNameFn setName) {
  for (auto [number, argument] : llvm::enumerate(region.getArguments()))
    setName(argument, number < indices.size()          ? indices[number]
                      : number < indices.size() + rows ? "r"
                                                       : "c");
}

void MapOp::getAsmBlockArgumentNames(Region &region,
                                     OpAsmSetValueNameFn setName) {
  nameArguments(region, {"s", "b", "h", "i", "j"}, getRows().size(), setName);
}

void MaskOp::getAsmBlockArgumentNames(Region &region,
                                      OpAsmSetValueNameFn setName) {
  nameArguments(region, {"b", "h", "i", "j"}, getRows().size(), setName);
}

static LogicalResult verifyData(Operation *op, Value matrix, ValueRange rows,
                                ValueRange columns) {
  return verifyDataHeads(op, shapeOf(matrix)[1], rows, columns);
}

/// The data of two ops that become one: the inner op's before the outer's.
template <typename EntryOp> struct JoinedData {
  EntryOp inner, outer;

  SmallVector<Value> rows() {
    return llvm::to_vector(llvm::concat<Value>(
        llvm::to_vector(inner.getRows()), llvm::to_vector(outer.getRows())));
  }
  SmallVector<Value> columns() {
    return llvm::to_vector(
        llvm::concat<Value>(llvm::to_vector(inner.getColumns()),
                            llvm::to_vector(outer.getColumns())));
  }
  /// What the region of one of the two sees of the joint arguments: `entry`
  /// (with its indices) and its own data.
  SmallVector<Value> argumentsOf(EntryOp op, ValueRange entry,
                                 ValueRange data) {
    size_t innerRows = inner.getRows().size(), rows = op.getRows().size(),
           columns = op.getColumns().size();
    bool isInner = op == inner;
    size_t allRows = innerRows + outer.getRows().size();
    SmallVector<Value> result(entry);
    llvm::append_range(result, data.slice(isInner ? 0 : innerRows, rows));
    size_t from = isInner ? 0 : inner.getColumns().size();
    llvm::append_range(result, data.slice(allRows + from, columns));
    return result;
  }
};

//===-- map ----------------------------------------------------------------===//

LogicalResult MapOp::verifyRegions() {
  Block &block = getBody().front();
  // Until it is inlined, the matrix of another function has no known type.
  Type entry = elementTypeOf(getMatrix());
  if (!entry && block.getNumArguments() > 0 &&
      isa<FloatType>(block.getArgument(0).getType()))
    entry = block.getArgument(0).getType();
  if (!entry)
    entry = Float32Type::get(getContext());
  if (failed(verifyData(*this, getMatrix(), getRows(), getColumns())))
    return failure();
  return verifyEntryRegion(*this, block, entry, entry,
                           dataTypes(getRows(), getColumns()));
}

namespace {

/// f(g(A)) -> (f ∘ g)(A)
struct FuseMaps : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getMatrix().getDefiningOp<MapOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not of a map");
    JoinedData<MapOp> data{inner, op};
    auto fused = MapOp::create(rewriter, op.getLoc(), inner.getMatrix(),
                               data.rows(), data.columns());
    buildEntryRegion(
        rewriter, op.getLoc(), fused.getBody(),
        op.getBody().getArgument(0).getType(),
        dataTypes(fused.getRows(), fused.getColumns()),
        [&](ValueRange arguments) {
          SmallVector<Value> entry(arguments.take_front(5));
          ValueRange rest = arguments.drop_front(5);
          entry[0] = inlineEntry(rewriter, inner.getBody().front(),
                                 data.argumentsOf(inner, entry, rest));
          return inlineEntry(rewriter, op.getBody().front(),
                             data.argumentsOf(op, entry, rest));
        });
    rewriter.replaceOp(op, fused);
    return success();
  }
};

} // namespace

void MapOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<FuseMaps>(context);
}

DenseMatrix MapOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                               MaterializeFn operand) {
  DenseMatrix a = operand(getMatrix(), sizes);
  if (!a.entries)
    return {};
  DataOperands data =
      dataOperands(builder, getLoc(), sizes, getRows(), getColumns());
  SmallVector<Value> operands{a.entries};
  llvm::append_range(operands, data.values);
  Value entries = buildEntries(
      builder, getLoc(), "bhij" + data.spec + "->bhij", operands,
      sizes.asArray(), getElementTypeOrSelf(a.entries),
      [&](const Scalars &s, ValueRange in, Value) {
        SmallVector<Value> arguments{in[0], s.index('b'), s.index('h'),
                                     s.index('i'), s.index('j')};
        llvm::append_range(arguments, in.drop_front());
        return s.inlined(getBody().front(), arguments);
      });
  return {entries, a.present};
}

SizeSources MapOp::sizeSources() { return sourcesOf(*this); }

Structure MapOp::structure(ArrayRef<Structure> operands) {
  Structure result;
  result.restrictTo(operands[0].band());
  result.toeplitz =
      operands[0].toeplitz && dependsOnDifferenceOnly(getBody().front());
  return result;
}

//===-- mask ---------------------------------------------------------------===//

LogicalResult MaskOp::verifyRegions() {
  if (failed(verifyData(*this, getMatrix(), getRows(), getColumns())))
    return failure();
  return verifyEntryRegion(*this, getBody().front(), /*entry=*/{},
                           IntegerType::get(getContext(), 1),
                           dataTypes(getRows(), getColumns()));
}

/// An argument of a function whose axis 1 is declared to be its time.
static bool isTimeArgument(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || !argument.getOwner()->isEntryBlock())
    return false;
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  if (!function)
    return false;
  auto time = function.getArgAttrOfType<IntegerAttr>(argument.getArgNumber(),
                                                     "mixer.time");
  return time && time.getInt() == 1;
}

/// Whether q and k are known to have as many rows: all time arguments of a
/// function run over the same tokens.
static bool haveOneLength(Value q, Value k) {
  int64_t rows = cast<RankedTensorType>(q.getType()).getDimSize(1);
  int64_t columns = cast<RankedTensorType>(k.getType()).getDimSize(1);
  if (!ShapedType::isDynamic(rows) && !ShapedType::isDynamic(columns))
    return rows == columns;
  if (isTimeArgument(q) && isTimeArgument(k))
    return true;
  FailureOr<bool> equal =
      ValueBoundsConstraintSet::areEqual({q, 1}, {k, 1});
  return succeeded(equal) && *equal;
}

/// A mask that keeps everything is no mask.
OpFoldResult MaskOp::fold(FoldAdaptor) {
  if (keepsAllOf(bandOfCondition(getBody().front()), structureOf(getMatrix())))
    return getMatrix();
  return {};
}

namespace {

/// mask(mask(A, p), q) -> mask(A, p and q)
struct MergeMasks : OpRewritePattern<MaskOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaskOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getMatrix().getDefiningOp<MaskOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not of a mask");
    JoinedData<MaskOp> data{inner, op};
    auto merged = MaskOp::create(rewriter, op.getLoc(), inner.getMatrix(),
                                 data.rows(), data.columns());
    buildEntryRegion(
        rewriter, op.getLoc(), merged.getBody(), /*entry=*/{},
        dataTypes(merged.getRows(), merged.getColumns()),
        [&](ValueRange arguments) -> Value {
          auto condition = [&](MaskOp mask) {
            return inlineEntry(
                rewriter, mask.getBody().front(),
                data.argumentsOf(mask, arguments.take_front(4),
                                 arguments.drop_front(4)));
          };
          Value a = condition(inner), b = condition(op);
          return arith::AndIOp::create(rewriter, op.getLoc(), a, b);
        });
    rewriter.replaceOp(op, merged);
    return success();
  }
};

/// The causal mask of a gram as long as its entries are only summed up:
/// mask(gram(q, k), j <= i) -> semiseparable(q, k)
struct CausalGram : OpRewritePattern<MaskOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaskOp op,
                                PatternRewriter &rewriter) const override {
    auto gram = op.getMatrix().getDefiningOp<GramOp>();
    if (!gram)
      return rewriter.notifyMatchFailure(op, "not of a gram");
    ConditionBand kept = bandOfCondition(op.getBody().front());
    if (!kept.exact || kept.band.low != 0 || kept.band.high)
      return rewriter.notifyMatchFailure(op, "not causal");
    if (!llvm::all_of(op->getUsers(), [](Operation *user) {
          return isa<ApplyOp, MaterializeOp, AddOp, HadamardOp>(user);
        }))
      return rewriter.notifyMatchFailure(op, "entries are not only summed up");
    if (!haveOneLength(gram.getQ(), gram.getK()))
      return rewriter.notifyMatchFailure(op, "may not be square");
    rewriter.replaceOpWithNewOp<SemiseparableOp>(
        op, gram.getQ(), gram.getK(), /*decay=*/Value(), gram.getScaleAttr());
    return success();
  }
};

} // namespace

void MaskOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<MergeMasks, CausalGram>(context);
}

DenseMatrix MaskOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                MaterializeFn operand) {
  DenseMatrix a = operand(getMatrix(), sizes);
  if (!a.entries)
    return {};
  DataOperands data =
      dataOperands(builder, getLoc(), sizes, getRows(), getColumns());
  return restrictPresent(
      builder, getLoc(), a, sizes,
      [&](const Scalars &s, ValueRange in) {
        SmallVector<Value> arguments{s.index('b'), s.index('h'), s.index('i'),
                                     s.index('j')};
        llvm::append_range(arguments, in);
        return s.inlined(getBody().front(), arguments);
      },
      data.spec, data.values);
}

SizeSources MaskOp::sizeSources() { return sourcesOf(*this); }

/// Whether the mask leaves the submatrices of one triangle whole: exactly
/// i - j >= 0 or 1, or <= 0 or -1.
static bool keepsTriangle(const ConditionBand &condition) {
  const Band &band = condition.band;
  if (!condition.exact || condition.empty)
    return false;
  if (!band.high)
    return band.low == 0 || band.low == 1;
  return !band.low && (band.high == 0 || band.high == -1);
}

Structure MaskOp::structure(ArrayRef<Structure> operands) {
  ConditionBand condition = bandOfCondition(getBody().front());
  Structure result = operands[0];
  result.restrictTo(condition.band);
  if (!keepsTriangle(condition))
    result.order = 0;
  result.toeplitz &= dependsOnDifferenceOnly(getBody().front());
  return result;
}
