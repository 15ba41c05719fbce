#include "lib/runtime/Tensor.h"

#include <algorithm>

namespace weft::runtime {

namespace {
struct TypeRow {
  const char *name;
  uint32_t blockElements;
  uint32_t blockBytes;
};
} // namespace

/// In the order of the enumeration.
static constexpr TypeRow rows[] = {
    {"F64", 1, 8},      {"F32", 1, 4},      {"F16", 1, 2},
    {"BF16", 1, 2},     {"I64", 1, 8},      {"I32", 1, 4},
    {"I16", 1, 2},      {"I8", 1, 1},       {"U64", 1, 8},
    {"U32", 1, 4},      {"U16", 1, 2},      {"U8", 1, 1},
    {"BOOL", 1, 1},     {"Q4_0", 32, 18},   {"Q4_1", 32, 20},
    {"Q5_0", 32, 22},   {"Q5_1", 32, 24},   {"Q8_0", 32, 34},
    {"Q4_K", 256, 144}, {"Q5_K", 256, 176}, {"Q6_K", 256, 210},
};

static const TypeRow &rowOf(DataType type) {
  return rows[static_cast<size_t>(type)];
}

const char *nameOf(DataType type) { return rowOf(type).name; }

uint32_t blockElementsOf(DataType type) { return rowOf(type).blockElements; }

uint32_t blockBytesOf(DataType type) { return rowOf(type).blockBytes; }

std::optional<DataType> dataTypeNamed(std::string_view name) {
  for (size_t i = 0; i < std::size(rows); ++i)
    if (name == rows[i].name)
      return static_cast<DataType>(i);
  return std::nullopt;
}

/// The number of elements if the empty dimensions were of size 1: sizes and
/// strides of every part of the shape then fit as well.
static std::optional<int64_t> extent(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (size < 0 || __builtin_mul_overflow(count, size == 0 ? 1 : size, &count))
      return std::nullopt;
  return count;
}

static bool isEmpty(const std::vector<int64_t> &shape) {
  return std::find(shape.begin(), shape.end(), 0) != shape.end();
}

std::optional<int64_t> elementCount(const std::vector<int64_t> &shape) {
  std::optional<int64_t> count = extent(shape);
  return count && isEmpty(shape) ? 0 : count;
}

std::optional<int64_t> byteCount(DataType type,
                                 const std::vector<int64_t> &shape) {
  int64_t block = blockElementsOf(type);
  std::optional<int64_t> count = extent(shape);
  if (!count || (block > 1 && (shape.empty() || shape.back() % block != 0)))
    return std::nullopt;
  int64_t bytes = 0;
  if (__builtin_mul_overflow(*count / block,
                             static_cast<int64_t>(blockBytesOf(type)), &bytes))
    return std::nullopt;
  return isEmpty(shape) ? 0 : bytes;
}

bool holdsBooleans(const TensorView &tensor) {
  return tensor.type != DataType::Bool ||
         std::all_of(tensor.data, tensor.data + tensor.bytes,
                     [](uint8_t byte) { return byte <= 1; });
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

} // namespace weft::runtime
