#include "lib/frontend/ModelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/MLProgram/IR/MLProgramAttributes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace weft::frontend;

static constexpr auto parallel = utils::IteratorType::parallel;
static constexpr auto reduction = utils::IteratorType::reduction;

ModelBuilder::ModelBuilder(ModuleOp module)
    : ImplicitLocOpBuilder(module.getLoc(), module.getBodyRegion()),
      module(module) {}

Value ModelBuilder::weight(StringRef name, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, getF32Type());
  if (!module.lookupSymbol(name)) {
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    auto global = ml_program::GlobalOp::create(
        builder, getLoc(), name, type, /*is_mutable=*/false,
        ml_program::ExternAttr::get(getContext(), type),
        builder.getStringAttr("private"));
    // After the globals that are there, so that they stay in order of use.
    Operation *last = nullptr;
    for (auto other : module.getOps<ml_program::GlobalOp>())
      if (other != global)
        last = other;
    if (last)
      global->moveAfter(last);
  }
  return ml_program::GlobalLoadConstOp::create(
      *this, type, FlatSymbolRefAttr::get(getContext(), name));
}

RankedTensorType ModelBuilder::sequenceType(ArrayRef<int64_t> dims) {
  SmallVector<int64_t> shape = {1, ShapedType::kDynamic};
  llvm::append_range(shape, dims);
  return RankedTensorType::get(shape, getF32Type());
}

Value ModelBuilder::tokens(Value sequence) {
  return createOrFold<tensor::DimOp>(sequence, 1);
}

Value ModelBuilder::emptyLike(Value x, ArrayRef<int64_t> innerDims) {
  return tensor::EmptyOp::create(*this, sequenceType(innerDims),
                                 ValueRange{tokens(x)});
}

Value ModelBuilder::embed(Value ids, Value table) {
  int64_t width = cast<RankedTensorType>(table.getType()).getDimSize(1);
  Value init = emptyLike(ids, {width});
  AffineExpr b, t, d;
  bindDims(getContext(), b, t, d);
  AffineMap maps[] = {AffineMap::get(3, 0, {b, t}, getContext()),
                      AffineMap::get(3, 0, {b, t, d}, getContext())};
  return linalg::GenericOp::create(
             *this, init.getType(), ids, init, maps,
             ArrayRef{parallel, parallel, parallel},
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               Value row = arith::IndexCastOp::create(
                   builder, loc, builder.getIndexType(), args[0]);
               Value channel = linalg::IndexOp::create(builder, loc, 2);
               Value entry = tensor::ExtractOp::create(
                   builder, loc, table, ValueRange{row, channel});
               linalg::YieldOp::create(builder, loc, entry);
             })
      .getResult(0);
}

Value ModelBuilder::project(Value x, Value weight) {
  int64_t width = cast<RankedTensorType>(weight.getType()).getDimSize(0);
  Value zero = arith::ConstantOp::create(*this, getF32FloatAttr(0));
  Value init =
      linalg::FillOp::create(*this, zero, emptyLike(x, {width})).getResult(0);
  AffineExpr b, t, n, k;
  bindDims(getContext(), b, t, n, k);
  AffineMap maps[] = {AffineMap::get(4, 0, {b, t, k}, getContext()),
                      AffineMap::get(4, 0, {n, k}, getContext()),
                      AffineMap::get(4, 0, {b, t, n}, getContext())};
  return linalg::GenericOp::create(
             *this, init.getType(), ValueRange{x, weight}, init, maps,
             ArrayRef{parallel, parallel, parallel, reduction},
             [](OpBuilder &builder, Location loc, ValueRange args) {
               Value product =
                   arith::MulFOp::create(builder, loc, args[0], args[1]);
               Value sum =
                   arith::AddFOp::create(builder, loc, args[2], product);
               linalg::YieldOp::create(builder, loc, sum);
             })
      .getResult(0);
}

/// Σ_d x[b, t, d]²
static Value sumOfSquares(ImplicitLocOpBuilder &builder, Value x, Value init) {
  AffineExpr b, t, d;
  bindDims(builder.getContext(), b, t, d);
  AffineMap maps[] = {AffineMap::get(3, 0, {b, t, d}, builder.getContext()),
                      AffineMap::get(3, 0, {b, t}, builder.getContext())};
  return linalg::GenericOp::create(
             builder, init.getType(), x, init, maps,
             ArrayRef{parallel, parallel, reduction},
             [](OpBuilder &nested, Location loc, ValueRange args) {
               Value square =
                   arith::MulFOp::create(nested, loc, args[0], args[0]);
               Value sum = arith::AddFOp::create(nested, loc, args[1], square);
               linalg::YieldOp::create(nested, loc, sum);
             })
      .getResult(0);
}

Value ModelBuilder::rmsNorm(Value x, Value gain, double epsilon) {
  int64_t width = cast<RankedTensorType>(x.getType()).getDimSize(2);
  Value zero = arith::ConstantOp::create(*this, getF32FloatAttr(0));
  Value sums = sumOfSquares(
      *this, x,
      linalg::FillOp::create(*this, zero, emptyLike(x, {})).getResult(0));
  Value eps = arith::ConstantOp::create(*this, getF32FloatAttr(epsilon));
  Value share = arith::ConstantOp::create(*this, getF32FloatAttr(1.0 / width));
  Value init = emptyLike(x, {width});
  AffineExpr b, t, d;
  bindDims(getContext(), b, t, d);
  AffineMap maps[] = {AffineMap::get(3, 0, {b, t, d}, getContext()),
                      AffineMap::get(3, 0, {b, t}, getContext()),
                      AffineMap::get(3, 0, {d}, getContext()),
                      AffineMap::get(3, 0, {b, t, d}, getContext())};
  return linalg::GenericOp::create(
             *this, init.getType(), ValueRange{x, sums, gain}, init, maps,
             ArrayRef{parallel, parallel, parallel},
             [&](OpBuilder &nested, Location loc, ValueRange args) {
               ImplicitLocOpBuilder in(loc, nested);
               Value mean = arith::MulFOp::create(in, args[1], share);
               Value scale = math::RsqrtOp::create(
                   in, arith::AddFOp::create(in, mean, eps));
               Value unit = arith::MulFOp::create(in, args[0], scale);
               linalg::YieldOp::create(
                   in, Value(arith::MulFOp::create(in, unit, args[2])));
             })
      .getResult(0);
}

Value ModelBuilder::entrywise(ValueRange inputs, Entrywise body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  Value init = emptyLike(inputs[0], type.getShape().drop_front(2));
  SmallVector<AffineMap> maps(inputs.size() + 1,
                              getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> kinds(type.getRank(), parallel);
  return linalg::GenericOp::create(
             *this, init.getType(), inputs, init, maps, kinds,
             [&](OpBuilder &nested, Location loc, ValueRange args) {
               ImplicitLocOpBuilder in(loc, nested);
               linalg::YieldOp::create(in, body(in, args.drop_back()));
             })
      .getResult(0);
}

Value ModelBuilder::add(Value a, Value b) {
  return entrywise({a, b}, [](ImplicitLocOpBuilder &in, ValueRange args) {
    return Value(arith::AddFOp::create(in, args[0], args[1]));
  });
}

Value ModelBuilder::gatedSilu(Value gate, Value up) {
  Value one = arith::ConstantOp::create(*this, getF32FloatAttr(1));
  return entrywise({gate, up}, [&](ImplicitLocOpBuilder &in, ValueRange args) {
    Value exp = math::ExpOp::create(in, arith::NegFOp::create(in, args[0]));
    Value silu =
        arith::DivFOp::create(in, args[0], arith::AddFOp::create(in, one, exp));
    return Value(arith::MulFOp::create(in, silu, args[1]));
  });
}

Value ModelBuilder::splitHeads(Value x, int64_t heads) {
  int64_t width = cast<RankedTensorType>(x.getType()).getDimSize(2);
  SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
  SmallVector<OpFoldResult> sizes = {getIndexAttr(1), tokens(x),
                                     getIndexAttr(heads),
                                     getIndexAttr(width / heads)};
  return tensor::ExpandShapeOp::create(
      *this, sequenceType({heads, width / heads}), x, groups, sizes);
}

Value ModelBuilder::mergeHeads(Value x) {
  SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
  return tensor::CollapseShapeOp::create(*this, x, groups);
}

std::pair<Value, Value>
ModelBuilder::rotaryTables(Value positions, int64_t headDim, double theta) {
  SmallVector<float> frequencies, signs;
  for (int64_t d = 0; d < headDim; ++d) {
    double pair = d / 2;
    frequencies.push_back(std::pow(theta, -2.0 * pair / headDim));
    signs.push_back(d % 2 ? 1.0f : -1.0f);
  }
  auto rowType = RankedTensorType::get({headDim}, getF32Type());
  auto constant = [&](ArrayRef<float> values) -> Value {
    return arith::ConstantOp::create(*this,
                                     DenseElementsAttr::get(rowType, values));
  };
  Value count = createOrFold<tensor::DimOp>(positions, 0);
  Value init = tensor::EmptyOp::create(
      *this,
      RankedTensorType::get({ShapedType::kDynamic, headDim}, getF32Type()),
      ValueRange{count});
  AffineExpr t, d;
  bindDims(getContext(), t, d);
  AffineMap full = AffineMap::get(2, 0, {t, d}, getContext());
  AffineMap row = AffineMap::get(2, 0, {d}, getContext());
  AffineMap maps[] = {AffineMap::get(2, 0, {t}, getContext()), row, row, full,
                      full};
  auto tables = linalg::GenericOp::create(
      *this, TypeRange{init.getType(), init.getType()},
      ValueRange{positions, constant(frequencies), constant(signs)},
      ValueRange{init, init}, maps, ArrayRef{parallel, parallel},
      [](OpBuilder &nested, Location loc, ValueRange args) {
        ImplicitLocOpBuilder in(loc, nested);
        Value whole = arith::IndexCastOp::create(in, in.getI64Type(), args[0]);
        Value position = arith::SIToFPOp::create(in, in.getF32Type(), whole);
        Value angle = arith::MulFOp::create(in, position, args[1]);
        Value sine =
            arith::MulFOp::create(in, math::SinOp::create(in, angle), args[2]);
        linalg::YieldOp::create(
            in, ValueRange{math::CosOp::create(in, angle), sine});
      });
  return {tables.getResult(0), tables.getResult(1)};
}

Value ModelBuilder::rotate(Value x, Value cosine, Value sine) {
  auto type = cast<RankedTensorType>(x.getType());
  Value init = emptyLike(x, type.getShape().drop_front(2));
  Value one = arith::ConstantIndexOp::create(*this, 1);
  AffineExpr b, t, h, d;
  bindDims(getContext(), b, t, h, d);
  AffineMap full = AffineMap::get(4, 0, {b, t, h, d}, getContext());
  AffineMap table = AffineMap::get(4, 0, {t, d}, getContext());
  return linalg::GenericOp::create(
             *this, init.getType(), ValueRange{x, cosine, sine}, init,
             ArrayRef{full, table, table, full},
             ArrayRef{parallel, parallel, parallel, parallel},
             [&](OpBuilder &nested, Location loc, ValueRange args) {
               ImplicitLocOpBuilder in(loc, nested);
               SmallVector<Value> index;
               for (int64_t dim = 0; dim < 4; ++dim)
                 index.push_back(linalg::IndexOp::create(in, dim));
               index[3] = arith::XOrIOp::create(in, index[3], one);
               Value partner = tensor::ExtractOp::create(in, x, index);
               Value own = arith::MulFOp::create(in, args[0], args[1]);
               Value other = arith::MulFOp::create(in, partner, args[2]);
               linalg::YieldOp::create(
                   in, Value(arith::AddFOp::create(in, own, other)));
             })
      .getResult(0);
}
