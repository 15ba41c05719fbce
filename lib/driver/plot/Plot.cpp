#include "lib/driver/plot/Plot.h"

#include "lib/driver/Diagnostics.h"
#include "lib/driver/check/Samples.h"
#include "lib/driver/plot/MatrixModel.h"
#include "lib/driver/plot/Picture.h"
#include "lib/runtime/NamedTensors.h"
#include "lib/runtime/OutputFile.h"
#include "weft/Frontend.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"

using namespace llvm;
using namespace weft;
using namespace weft::driver;

/// Tokens of a block where the user does not say: four blocks in 64 tokens.
static constexpr int64_t kBlock = 16;

namespace {

/// Computes what a picture of a model's matrix shows.
class Plotter {
public:
  Plotter(const Invocation &invocation, mlir::ModuleOp module)
      : invocation(invocation), module(module) {}
  Expected<Picture> draw(MatrixModel &model);

private:
  Expected<std::vector<Array>> inputs(const weft_entry_info &entry);
  Error readGiven();
  Expected<std::vector<Array>> run(mlir::ModuleOp program, StringRef function,
                                   bool isOracle);
  Error readEntries(Picture &picture, const std::vector<Array> &results);
  void classifyByBand(Picture &picture, const MatrixModel &model);
  void classifyByMask(Picture &picture, const Array &classes);

  const Invocation &invocation;
  mlir::ModuleOp module;
  std::map<std::string, Array> given;
};

} // namespace

/// The files of -i NAME=FILE.
Error Plotter::readGiven() {
  std::vector<runtime::TensorArgument> arguments;
  std::vector<std::string> wanted;
  for (const auto &[name, path] : invocation.inputs) {
    arguments.push_back({name, path});
    wanted.push_back(name);
  }
  auto files = runtime::InputTensors::read(arguments, wanted);
  if (!files)
    return createStringError(inconvertibleErrorCode(), "%s",
                             files.takeError().message.c_str());
  for (const weft_tensor &tensor : files->tensors()) {
    Array array;
    array.dtype = tensor.dtype;
    array.dims.assign(tensor.dims, tensor.dims + tensor.rank);
    auto *bytes = static_cast<const char *>(tensor.data);
    array.data.assign(bytes, bytes + tensor.bytes);
    given[tensor.name] = std::move(array);
  }
  return Error::success();
}

/// The inputs that are given, and random ones of as many tokens.
Expected<std::vector<Array>> Plotter::inputs(const weft_entry_info &entry) {
  int64_t tokens = invocation.tokens;
  std::map<std::string, size_t> places;
  for (uint32_t i = 0; i < entry.num_inputs; ++i) {
    const weft_tensor_info &info = entry.inputs[i];
    places[info.name] = i;
    auto found = given.find(info.name);
    if (found == given.end() || found->second.dims.size() != info.rank)
      continue;
    for (uint32_t axis = 0; axis < info.rank; ++axis)
      if (info.dims[axis] == WEFT_DIM_TIME)
        tokens = found->second.dims[axis];
  }
  std::mt19937_64 random(invocation.seed);
  std::vector<Array> arrays =
      drawInputs(entry, tokens, /*vocabulary=*/0, readRanges(module),
                 {"random", std::nullopt}, random);
  for (const auto &[name, array] : given) {
    auto place = places.find(name);
    if (place == places.end()) {
      std::string known;
      for (const auto &[other, index] : places)
        known += (known.empty() ? "" : ", ") + other;
      return createStringError(inconvertibleErrorCode(),
                               "-i %s: expects one of the inputs %s",
                               name.c_str(), known.c_str());
    }
    arrays[place->second] = array;
  }
  return arrays;
}

Expected<std::vector<Array>> Plotter::run(mlir::ModuleOp program,
                                          StringRef function, bool isOracle) {
  Invocation copy = invocation;
  copy.pipeline.stateless = true;
  copy.pipeline.widen = isOracle;
  copy.pipeline.form = isOracle ? "dense" : "";
  auto library = ModelLibrary::build(program, copy);
  if (!library)
    return library.takeError();
  Expected<std::vector<Array>> arrays = inputs(*(*library)->entry(function));
  if (!arrays)
    return arrays.takeError();
  return (*library)->run(function, *arrays, /*state=*/nullptr);
}

/// The entries of one head of the first batch entry.
Error Plotter::readEntries(Picture &picture,
                           const std::vector<Array> &results) {
  const std::vector<int64_t> &dims = results[0].dims;
  if (invocation.head >= dims[1])
    return createStringError(inconvertibleErrorCode(),
                             "--head=%lld: expects a head below %lld",
                             (long long)invocation.head, (long long)dims[1]);
  picture.rows = dims[2];
  picture.columns = dims[3];
  if (picture.rows == 0 || picture.columns == 0)
    return createStringError(inconvertibleErrorCode(),
                             "expects tokens to plot, got none");
  int64_t first = invocation.head * picture.rows * picture.columns;
  for (int64_t i = 0; i < picture.rows * picture.columns; ++i) {
    picture.entries.push_back(results[0].at(first + i));
    picture.present.push_back(results[1].at(first + i) != 0);
  }
  picture.subtitle =
      formatv("head {0} of {1}, {2} tokens, {3}", invocation.head, dims[1],
              picture.rows, given.empty() ? "random inputs" : "given inputs");
  return Error::success();
}

/// What the structure of the matrix says: low ≤ i - j ≤ high.
void Plotter::classifyByBand(Picture &picture, const MatrixModel &model) {
  auto outside = [&](int64_t age) {
    return (model.low && age < *model.low) || (model.high && age > *model.high);
  };
  for (int64_t i = 0; i < picture.rows; ++i)
    for (int64_t j = 0; j < picture.columns; ++j)
      if (outside(i - j))
        picture.present[i * picture.columns + j] = false;
  for (int64_t i = 0; i < picture.rows; i += picture.block)
    for (int64_t j = 0; j < picture.columns; j += picture.block) {
      // i - j is least at the block's upper right, most at its lower left.
      int64_t least = i - std::min(j + picture.block, picture.columns) + 1;
      int64_t most = std::min(i + picture.block, picture.rows) - 1 - j;
      bool empty = (model.low && most < *model.low) ||
                   (model.high && least > *model.high);
      bool full = model.fillsBand && !outside(least) && !outside(most);
      picture.blocks.push_back(empty  ? BlockClass::Empty
                               : full ? BlockClass::Full
                                      : BlockClass::Partial);
    }
  picture.blockSource = "from the structure";
}

void Plotter::classifyByMask(Picture &picture, const Array &classes) {
  int64_t first = invocation.head * picture.rows * picture.columns;
  for (int64_t i = 0; i < picture.blockRows(); ++i)
    for (int64_t j = 0; j < picture.blockColumns(); ++j)
      picture.blocks.push_back(
          BlockClass(int(classes.at(first + i * picture.columns + j))));
  picture.blockSource = "from the mask's intervals";
}

Expected<Picture> Plotter::draw(MatrixModel &model) {
  if (Error error = readGiven())
    return std::move(error);
  Picture picture;
  picture.title = model.function;
  picture.block =
      invocation.pipeline.chunk ? invocation.pipeline.chunk : kBlock;
  auto results = run(*model.entries, model.function, /*isOracle=*/true);
  if (!results)
    return results.takeError();
  if (Error error = readEntries(picture, *results))
    return std::move(error);
  if (!model.blocks) {
    classifyByBand(picture, model);
    return picture;
  }
  auto classes = run(*model.blocks, model.function, /*isOracle=*/false);
  if (!classes)
    return classes.takeError();
  classifyByMask(picture, classes->front());
  return picture;
}

static int write(const Picture &picture, const Invocation &invocation) {
  if (invocation.output.empty()) {
    outs() << toText(picture, sys::Process::StandardOutHasColors());
    return kSuccess;
  }
  auto file = runtime::OutputFile::create(invocation.output);
  runtime::Status status =
      file ? file->write(toSvg(picture)) : runtime::Status(file.takeError());
  if (status)
    status = file->commit();
  return status ? kSuccess : fail(kFileError, status.error().message);
}

int driver::plot(const Invocation &invocation, mlir::MLIRContext &context) {
  DiagnosticPrinter printer(context, invocation.explain);
  int code = kInputError;
  ReadOptions options;
  options.weightsFile = invocation.weightsFile;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      readModel(invocation.input, options, context, code);
  if (!module)
    return code;
  module.get()->setAttr(kModelNameAttr,
                        mlir::StringAttr::get(&context, "model"));
  PipelineOptions pipeline = invocation.pipeline;
  pipeline.stateless = true;
  std::optional<MatrixModel> model = makeMatrixModel(
      *module, pipeline, pipeline.chunk ? pipeline.chunk : kBlock);
  if (!model)
    return kInputError;
  Expected<Picture> picture = Plotter(invocation, *module).draw(*model);
  if (!picture)
    return fail(kInputError,
                invocation.input + ": " + toString(picture.takeError()));
  return write(*picture, invocation);
}
