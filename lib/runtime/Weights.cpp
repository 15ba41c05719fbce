#include "lib/runtime/Weights.h"

#include "lib/runtime/Dequantize.h"
#include "lib/runtime/ElementTypes.h"
#include "lib/runtime/Elements.h"
#include "lib/runtime/LoadWeight.h"
#include "lib/runtime/ThreadTeam.h"
#include "lib/runtime/WeightFile.h"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

using namespace weft::runtime;

namespace {

/// One weight on its way from the file to the arena.
struct Source {
  const weft_weight *weight;
  TensorView view;
  WeightLayout layout;
  bool direct; // f32 rows can be expanded in place, in pieces
  void *target;
};

/// Rows [first, last) of a weight: what one thread does at a time.
struct Piece {
  const Source *source;
  int64_t first, last;
};

struct Job {
  const WeightFile *file;
  std::vector<Source> sources;
  std::vector<Piece> pieces;
};

} // namespace

/// Elements that one piece expands: small against the whole, so that threads
/// finish together.
static constexpr int64_t pieceElements = 1 << 18;

static int64_t elementsOf(const weft_weight &weight) {
  int64_t count = 1;
  for (uint32_t i = 0; i < weight.tensor.rank; ++i)
    count *= weight.tensor.dims[i];
  return count;
}

/// A constant that compiled code reads where it is.
static bool staysInPlace(const weft_weight &weight) {
  return weight.constant && weight.panel == 0;
}

Weights::~Weights() {
  if (arena)
    munmap(arena, arenaBytes);
}

Status Weights::reserve(const weft_descriptor &descriptor) {
  std::vector<int64_t> offsets;
  arenaBytes = 0;
  for (uint32_t i = 0; i < descriptor.num_weights; ++i) {
    const weft_weight &weight = descriptor.weights[i];
    offsets.push_back(arenaBytes);
    if (!staysInPlace(weight))
      arenaBytes +=
          (elementsOf(weight) * bytesOf(weight.tensor.dtype) + 63) / 64 * 64;
  }
  if (arenaBytes > 0) {
    void *memory = mmap(nullptr, arenaBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      return makeError(ExitCode::Internal,
                       "no memory for %lld bytes of weights",
                       static_cast<long long>(arenaBytes));
    // Decoding reads all weights for each token: fewer pages, fewer misses.
    madvise(memory, arenaBytes, MADV_HUGEPAGE);
    arena = static_cast<uint8_t *>(memory);
  }
  for (uint32_t i = 0; i < descriptor.num_weights; ++i) {
    const weft_weight &weight = descriptor.weights[i];
    pointers.push_back(staysInPlace(weight)
                           ? const_cast<void *>(weight.constant)
                           : arena + offsets[i]);
  }
  return {};
}

Result<WeightFile>
weft::runtime::openWeightFile(const weft_descriptor &descriptor,
                              const char *path) {
  auto *begin = static_cast<const uint8_t *>(descriptor.embedded);
  auto *end = static_cast<const uint8_t *>(descriptor.embedded_end);
  if (!path && begin)
    return WeightFile::parse("embedded weights", begin, end - begin);
  if (!path)
    path = descriptor.weights_path;
  if (!path)
    return makeError(ExitCode::InputDiagnosed,
                     "model '%s' needs a weights file, got none; give one with "
                     "--weights",
                     descriptor.info.name);
  return WeightFile::open(path);
}

static Result<TensorView> findTensor(const WeightFile &file,
                                     const weft_weight &weight) {
  const TensorView *view = file.find(weight.tensor.name);
  std::string place =
      file.path() + ": tensor " + quoted(weight.tensor.name);
  if (!view)
    return inputError(place, "the model needs it, the file has none such");
  const int64_t *dims = weight.tensor.dims;
  std::vector<int64_t> expected(dims, dims + weight.tensor.rank);
  if (view->shape != expected)
    return inputError(place, "expects shape %s, got %s",
                      shapeText(expected).c_str(),
                      shapeText(view->shape).c_str());
  return *view;
}

static TensorView constantView(const weft_weight &weight) {
  TensorView view;
  view.name = weight.tensor.name;
  view.type = dataTypeOf(weight.tensor.dtype);
  view.shape.assign(weight.tensor.dims,
                    weight.tensor.dims + weight.tensor.rank);
  view.data = static_cast<const uint8_t *>(weight.constant);
  return view;
}

static Result<Source> makeSource(const std::string &path,
                                 const weft_weight &weight, TensorView view,
                                 void *target) {
  Source source{&weight, std::move(view), {}, false, target};
  std::string place = path + ": tensor " + quoted(weight.tensor.name);
  weft_dtype wanted = weight.tensor.dtype;
  bool expandable = isExpandable(source.view.type);
  source.direct = expandable && wanted == WEFT_F32;
  if (source.direct) {
    Result<WeightLayout> layout =
        weightLayout(path, source.view, weight.panel);
    if (!layout)
      return layout.takeError();
    source.layout = *layout;
    return source;
  }
  if (!canLoadWeight(source.view.type, wanted))
    return inputError(place, "expects %s, got %s", nameOf(wanted),
                      nameOf(source.view.type));
  int64_t columns = source.view.shape.empty() ? 1 : source.view.shape.back();
  source.layout = {columns ? elementsOf(weight) / columns : 0, columns,
                   weight.panel};
  return source;
}

/// Cuts a weight into pieces of whole panels.
static void cutPieces(const Source &source, std::vector<Piece> &pieces) {
  const WeightLayout &layout = source.layout;
  int64_t step = layout.rows;
  if (source.direct && layout.columns > 0) {
    int64_t unit = layout.panel ? layout.panel : 1;
    step = std::max<int64_t>(pieceElements / layout.columns / unit, 1) * unit;
  }
  for (int64_t row = 0; row < layout.rows; row += step)
    pieces.push_back({&source, row, std::min(row + step, layout.rows)});
}

/// The whole weight, for types other than f32: converted, then packed.
static void loadConverted(const Source &source) {
  const WeightLayout &layout = source.layout;
  int64_t count = layout.rows * layout.columns;
  std::optional<weft_dtype> plain = elementTypeOf(source.view.type);
  std::vector<float> expanded;
  const void *data = source.view.data;
  if (!plain) {
    expanded.resize(count);
    dequantize(source.view.type, source.view.data, count, expanded.data());
    data = expanded.data();
    plain = WEFT_F32;
  }
  weft_dtype wanted = source.weight->tensor.dtype;
  if (layout.panel == 0)
    return convertElements(*plain, data, wanted, source.target, count);
  int64_t size = bytesOf(wanted);
  std::vector<uint8_t> rows(count * size);
  convertElements(*plain, data, wanted, rows.data(), count);
  auto *out = static_cast<uint8_t *>(source.target);
  for (int64_t n = 0; n < layout.rows; n += layout.panel)
    for (int64_t k = 0; k < layout.columns; ++k)
      for (int64_t p = 0; p < layout.panel; ++p, out += size)
        memcpy(out, &rows[((n + p) * layout.columns + k) * size], size);
}

static void loadPiece(const Job &job, const Piece &piece) {
  const Source &source = *piece.source;
  if (source.direct)
    loadWeightRows(source.view, source.layout, piece.first, piece.last,
                   static_cast<float *>(source.target));
  else
    loadConverted(source);
  if (source.weight->constant || source.layout.rows == 0)
    return;
  // The file's pages are not needed again; only the arena stays in memory.
  uint64_t rowBytes = source.view.bytes / source.layout.rows;
  job.file->release(source.view.data + piece.first * rowBytes,
                    (piece.last - piece.first) * rowBytes);
}

static void loadPieces(void *, void *args, int64_t begin, int64_t end) {
  const Job &job = *static_cast<const Job *>(args);
  for (int64_t i = begin; i < end; ++i)
    loadPiece(job, job.pieces[i]);
}

Status Weights::load(const weft_descriptor &descriptor, const char *path,
                     ThreadTeam &team) {
  if (Status reserved = reserve(descriptor); !reserved)
    return reserved;
  const weft_weight *end = descriptor.weights + descriptor.num_weights;
  WeightFile file;
  if (std::any_of(descriptor.weights, end,
                  [](const weft_weight &weight) { return !weight.constant; })) {
    Result<WeightFile> opened = openWeightFile(descriptor, path);
    if (!opened)
      return opened.takeError();
    file = std::move(*opened);
    identity = file.identity();
  }
  Job job{&file, {}, {}};
  for (uint32_t i = 0; i < descriptor.num_weights; ++i) {
    const weft_weight &weight = descriptor.weights[i];
    if (staysInPlace(weight))
      continue;
    Result<TensorView> view = weight.constant ? constantView(weight)
                                              : findTensor(file, weight);
    if (!view)
      return view.takeError();
    Result<Source> source = makeSource(file.path(), weight, std::move(*view),
                                       pointers[i]);
    if (!source)
      return source.takeError();
    job.sources.push_back(std::move(*source));
  }
  for (const Source &source : job.sources)
    cutPieces(source, job.pieces);
  team.run(loadPieces, &job, job.pieces.size());
  return {};
}
