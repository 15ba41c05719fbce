#include "lib/frontend/GgufModel.h"

#include "dialects/mixer/Mixer.h"
#include "lib/frontend/Llama.h"
#include "lib/runtime/GgufFile.h"
#include "weft/Frontend.h"
#include "weft/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace weft;
using namespace weft::frontend;
using runtime::GgufFile;
using runtime::inputError;
using runtime::Result;
using runtime::Status;
using runtime::TensorView;

namespace {

/// Sizes beyond this are damage, and their products would overflow.
constexpr uint64_t kLargestSize = 1 << 24;

/// Reads `llama.KEY` values and remembers the first that is wrong.
class Metadata {
public:
  explicit Metadata(const GgufFile &file) : file(file) {}

  int64_t size(const std::string &key) {
    Result<uint64_t> value = file.getUnsigned("llama." + key);
    if (!value)
      return note(value.takeError());
    if (*value == 0 || *value > kLargestSize)
      return note(inputError(file.path() + ": key 'llama." + key + "'",
                             "expects a size from 1 to %llu, got %llu",
                             (unsigned long long)kLargestSize,
                             (unsigned long long)*value));
    return *value;
  }

  int64_t sizeOr(const std::string &key, int64_t absent) {
    return file.find("llama." + key) ? size(key) : absent;
  }

  double numberOr(const std::string &key, double absent) {
    if (!file.find("llama." + key))
      return absent;
    Result<double> value = file.getNumber("llama." + key);
    if (!value)
      return note(value.takeError());
    if (!(*value > 0 && *value < 1e30))
      return note(inputError(file.path() + ": key 'llama." + key + "'",
                             "expects a positive number, got %g", *value));
    return *value;
  }

  /// Refuses a variant of the architecture that is not built.
  void refuse(const std::string &key, const char *what) {
    if (file.find("llama." + key))
      note(inputError(file.path() + ": key 'llama." + key + "'",
                      "%s is not supported", what));
  }

  int64_t note(runtime::Error error) {
    if (!first)
      first = std::move(error);
    return 1;
  }

  std::optional<runtime::Error> first;

private:
  const GgufFile &file;
};

Result<LlamaConfig> readConfig(const GgufFile &file) {
  Metadata metadata(file);
  LlamaConfig config;
  config.layers = metadata.size("block_count");
  config.width = metadata.size("embedding_length");
  config.feedForward = metadata.size("feed_forward_length");
  config.heads = metadata.size("attention.head_count");
  config.keyHeads = metadata.sizeOr("attention.head_count_kv", config.heads);
  config.headDim =
      metadata.sizeOr("attention.key_length", config.width / config.heads);
  config.epsilon = metadata.numberOr("attention.layer_norm_rms_epsilon", 1e-5);
  config.ropeTheta = metadata.numberOr("rope.freq_base", 10000.0);
  config.tiedEmbedding = !file.findTensor("output.weight");
  int64_t rotated = metadata.sizeOr("rope.dimension_count", config.headDim);
  metadata.refuse("expert_count", "a mixture of experts");
  metadata.refuse("rope.scaling.type", "scaling of rotary positions");
  metadata.refuse("attention.sliding_window", "a sliding window");
  if (metadata.first)
    return std::move(*metadata.first);
  if (uint64_t(config.layers) > file.tensors().size())
    return inputError(file.path() + ": key 'llama.block_count'",
                      "is %lld, but the file has only %zu tensors",
                      (long long)config.layers, file.tensors().size());
  if (config.heads % config.keyHeads != 0)
    return inputError(file.path() + ": key 'llama.attention.head_count_kv'",
                      "expects a divisor of the %lld query heads, got %lld",
                      (long long)config.heads, (long long)config.keyHeads);
  if (rotated != config.headDim || config.headDim % 2 != 0)
    return inputError(file.path() + ": key 'llama.rope.dimension_count'",
                      "expects the head size %lld, and that it is even, "
                      "got %lld",
                      (long long)config.headDim, (long long)rotated);
  Result<const TensorView *> embedding = file.getTensor("token_embd.weight");
  if (!embedding)
    return embedding.takeError();
  if ((*embedding)->shape.size() != 2)
    return inputError(file.path() + ": tensor 'token_embd.weight'",
                      "expects 2 dimensions, got shape %s",
                      runtime::shapeText((*embedding)->shape).c_str());
  config.vocabulary = (*embedding)->shape[0];
  return config;
}

bool isIntegerType(runtime::DataType type) {
  using runtime::DataType;
  return type >= DataType::I64 && type <= DataType::Bool;
}

/// Every weight of the module is in the file with its shape, and every tensor
/// of the file is a weight: an ignored tensor would be a silently wrong model.
Status checkTensors(const GgufFile &file, ModuleOp module) {
  llvm::StringSet<> used;
  for (auto global : module.getOps<ml_program::GlobalOp>()) {
    used.insert(global.getSymName());
    Result<const TensorView *> tensor =
        file.getTensor(std::string_view(global.getSymName()));
    if (!tensor)
      return tensor.takeError();
    ArrayRef<int64_t> expected =
        cast<RankedTensorType>(global.getType()).getShape();
    if (isIntegerType((*tensor)->type))
      return inputError(
          file.path() + ": tensor '" + global.getSymName().str() + "'",
          "expects a weight of a floating point or quantised type, got %s",
          runtime::nameOf((*tensor)->type));
    std::vector<int64_t> shape = (*tensor)->shape;
    if (ArrayRef<int64_t>(shape) != expected)
      return inputError(
          file.path() + ": tensor '" + global.getSymName().str() + "'",
          "expects shape %s from the metadata, got %s",
          runtime::shapeText({expected.begin(), expected.end()}).c_str(),
          runtime::shapeText(shape).c_str());
  }
  for (const TensorView &tensor : file.tensors())
    if (!used.contains(StringRef(tensor.name)))
      return inputError(file.path() + ": tensor " +
                            runtime::quoted(tensor.name),
                        "is not used by the architecture 'llama' as it is "
                        "supported");
  return {};
}

void describe(ModuleOp module, const GgufFile &file, const LlamaConfig &config,
              int64_t contextLength) {
  OpBuilder builder(module.getContext());
  StringRef stem = llvm::sys::path::stem(file.path());
  SmallString<128> absolute(file.path());
  llvm::sys::fs::make_absolute(absolute);
  module->setAttr(kModelNameAttr, builder.getStringAttr(stem));
  module->setAttr(kWeightsFileAttr, builder.getStringAttr(absolute));
  module->setAttr(kContextLengthAttr, builder.getI64IntegerAttr(contextLength));
  module->setAttr(kVocabularyAttr,
                  builder.getI64IntegerAttr(config.vocabulary));
  if (file.find("tokenizer.ggml.model"))
    module->setAttr(kLanguageModelAttr, builder.getUnitAttr());
}

void loadDialects(MLIRContext &context) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect,
                      linalg::LinalgDialect, math::MathDialect,
                      ml_program::MLProgramDialect, tensor::TensorDialect,
                      mixer::MixerDialect>();
}

} // namespace

Result<OwningOpRef<ModuleOp>> frontend::readGguf(const std::string &path,
                                                 MLIRContext &context) {
  Result<GgufFile> file = GgufFile::open(path);
  if (!file)
    return file.takeError();
  Result<std::string_view> architecture =
      file->getString("general.architecture");
  if (!architecture)
    return architecture.takeError();
  if (*architecture != "llama")
    return inputError(path + ": key 'general.architecture'",
                      "expects llama, got %s",
                      runtime::quoted(*architecture).c_str());
  Result<LlamaConfig> config = readConfig(*file);
  if (!config)
    return config.takeError();
  Metadata metadata(*file);
  int64_t contextLength = metadata.size("context_length");
  if (metadata.first)
    return std::move(*metadata.first);

  loadDialects(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  buildLlama(*module, *config);
  if (Status status = checkTensors(*file, *module); !status)
    return status.takeError();
  describe(*module, *file, *config, contextLength);
  return module;
}
