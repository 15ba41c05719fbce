#include "lib/frontend/Llama.h"

#include "dialects/mixer/Mixer.h"
#include "lib/frontend/ModelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/Twine.h"

#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::frontend;

namespace {

/// The weights of a layer in the order of the layer function's arguments.
struct LayerWeight {
  StringRef name;
  SmallVector<int64_t> shape;
};

SmallVector<LayerWeight> layerWeights(const LlamaConfig &config) {
  int64_t queries = config.heads * config.headDim;
  int64_t keys = config.keyHeads * config.headDim;
  return {{"attn_norm", {config.width}},
          {"attn_q", {queries, config.width}},
          {"attn_k", {keys, config.width}},
          {"attn_v", {keys, config.width}},
          {"attn_output", {config.width, queries}},
          {"ffn_norm", {config.width}},
          {"ffn_gate", {config.feedForward, config.width}},
          {"ffn_up", {config.feedForward, config.width}},
          {"ffn_down", {config.width, config.feedForward}}};
}

/// softmax(causal(q kᵀ / sqrt(D))) v
Value causalAttention(ModelBuilder &builder, Value q, Value k, Value v,
                      int64_t headDim) {
  Value scores = mixer::GramOp::create(
      builder, q, k, builder.getF32FloatAttr(1.0 / std::sqrt(double(headDim))));
  auto mask = mixer::MaskOp::create(builder, scores, ValueRange(), ValueRange());
  {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Type> types(4, builder.getIndexType());
    SmallVector<Location> locs(4, builder.getLoc());
    Block *block = builder.createBlock(&mask.getBody(), {}, types, locs);
    Value keep =
        arith::CmpIOp::create(builder, arith::CmpIPredicate::sle,
                              block->getArgument(3), block->getArgument(2));
    mixer::YieldOp::create(builder, keep);
  }
  Value weights = mixer::SoftmaxOp::create(builder, mask);
  return mixer::ApplyOp::create(builder, TypeRange{q.getType()}, weights, v,
                                ValueRange{}, /*position=*/Value(),
                                /*segments=*/Value())
      .getY();
}

Value attentionBlock(ModelBuilder &builder, const LlamaConfig &config, Value x,
                     Value cosine, Value sine, ValueRange weights) {
  Value normed = builder.rmsNorm(x, weights[0], config.epsilon);
  auto heads = [&](Value weight, int64_t count) {
    return builder.splitHeads(builder.project(normed, weight), count);
  };
  Value q = builder.rotate(heads(weights[1], config.heads), cosine, sine);
  Value k = builder.rotate(heads(weights[2], config.keyHeads), cosine, sine);
  Value v = heads(weights[3], config.keyHeads);
  Value mixed = causalAttention(builder, q, k, v, config.headDim);
  return builder.add(x, builder.project(builder.mergeHeads(mixed), weights[4]));
}

Value feedForwardBlock(ModelBuilder &builder, const LlamaConfig &config,
                       Value x, ValueRange weights) {
  Value normed = builder.rmsNorm(x, weights[5], config.epsilon);
  Value hidden = builder.gatedSilu(builder.project(normed, weights[6]),
                                   builder.project(normed, weights[7]));
  return builder.add(x, builder.project(hidden, weights[8]));
}

func::FuncOp buildLayer(ModelBuilder &builder, const LlamaConfig &config) {
  Type hidden = builder.sequenceType({config.width});
  Type table = RankedTensorType::get({ShapedType::kDynamic, config.headDim},
                                     builder.getF32Type());
  SmallVector<Type> inputs = {hidden, table, table};
  for (const LayerWeight &weight : layerWeights(config))
    inputs.push_back(RankedTensorType::get(weight.shape, builder.getF32Type()));
  auto layer = func::FuncOp::create(builder, "layer",
                                    builder.getFunctionType(inputs, hidden));
  layer.setPrivate();
  OpBuilder::InsertionGuard guard(builder);
  Block *entry = layer.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  auto args = entry->getArguments();
  ValueRange weights = ValueRange(args).drop_front(3);
  Value x = attentionBlock(builder, config, args[0], args[1], args[2], weights);
  func::ReturnOp::create(builder,
                         feedForwardBlock(builder, config, x, weights));
  return layer;
}

func::FuncOp declareForward(ModelBuilder &builder, const LlamaConfig &config) {
  auto ids =
      RankedTensorType::get({1, ShapedType::kDynamic}, builder.getI64Type());
  Type logits = builder.sequenceType({config.vocabulary});
  auto forward = func::FuncOp::create(builder, "forward",
                                      builder.getFunctionType(ids, logits));
  forward.setArgAttr(0, "mixer.name", builder.getStringAttr("input_ids"));
  forward.setArgAttr(0, "mixer.time", builder.getI64IntegerAttr(1));
  forward.setResultAttr(0, "mixer.name", builder.getStringAttr("logits"));
  return forward;
}

} // namespace

void frontend::buildLlama(ModuleOp module, const LlamaConfig &config) {
  ModelBuilder builder(module);
  func::FuncOp layer = buildLayer(builder, config);
  func::FuncOp forward = declareForward(builder, config);
  builder.setInsertionPointToStart(forward.addEntryBlock());

  Value ids = forward.getArgument(0);
  Value embedding =
      builder.weight("token_embd.weight", {config.vocabulary, config.width});
  Value x = builder.embed(ids, embedding);
  auto positionType =
      RankedTensorType::get({ShapedType::kDynamic}, builder.getIndexType());
  Value positions = mixer::PositionsOp::create(builder, positionType,
                                               builder.tokens(ids), Value());
  auto [cosine, sine] =
      builder.rotaryTables(positions, config.headDim, config.ropeTheta);
  for (int64_t index = 0; index < config.layers; ++index) {
    SmallVector<Value> operands = {x, cosine, sine};
    for (const LayerWeight &weight : layerWeights(config))
      operands.push_back(builder.weight(
          ("blk." + Twine(index) + "." + weight.name + ".weight").str(),
          weight.shape));
    x = func::CallOp::create(builder, layer, operands).getResult(0);
  }
  Value normed = builder.rmsNorm(
      x, builder.weight("output_norm.weight", {config.width}), config.epsilon);
  Value output =
      config.tiedEmbedding
          ? embedding
          : builder.weight("output.weight", {config.vocabulary, config.width});
  func::ReturnOp::create(builder, builder.project(normed, output));
}
