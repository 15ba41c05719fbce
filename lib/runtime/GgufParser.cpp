// Parses the table of contents of a GGUF file. Every size is checked against
// what the file can hold before anything is allocated for it.
#include "lib/runtime/ByteCursor.h"
#include "lib/runtime/GgufFile.h"

#include <algorithm>
#include <numeric>

namespace weft::runtime {

/// The element type with this number in a tensor's entry.
static std::optional<DataType> tensorType(uint32_t number) {
  switch (number) {
  case 0:
    return DataType::F32;
  case 1:
    return DataType::F16;
  case 2:
    return DataType::Q4_0;
  case 3:
    return DataType::Q4_1;
  case 6:
    return DataType::Q5_0;
  case 7:
    return DataType::Q5_1;
  case 8:
    return DataType::Q8_0;
  case 12:
    return DataType::Q4_K;
  case 13:
    return DataType::Q5_K;
  case 14:
    return DataType::Q6_K;
  case 24:
    return DataType::I8;
  case 25:
    return DataType::I16;
  case 26:
    return DataType::I32;
  case 27:
    return DataType::I64;
  case 28:
    return DataType::F64;
  case 30:
    return DataType::BF16;
  default:
    return std::nullopt;
  }
}

static bool allBits(const uint8_t *bytes, uint64_t count) {
  return std::all_of(bytes, bytes + count, [](uint8_t b) { return b <= 1; });
}

class GgufParser {
public:
  GgufParser(const std::string &path, const uint8_t *data, uint64_t size)
      : cursor(path, data, size), size(size) {
    gguf.name = path;
    gguf.start = data;
  }

  Result<GgufFile> parse() {
    readHeader();
    for (uint64_t i = 0; i < valueCount && !cursor.failed(); ++i)
      readValue();
    readAlignment();
    for (uint64_t i = 0; i < tensorCount && !cursor.failed(); ++i)
      readTensor();
    placeTensors();
    if (!cursor.failed())
      checkOverlap();
    if (cursor.failed())
      return cursor.takeError();
    return std::move(gguf);
  }

private:
  void readHeader();
  void readValue();
  void readArray(GgufValue &value);
  void readAlignment();
  void readTensor();
  void placeTensors();
  void checkOverlap();
  std::string_view readString(const char *what);
  void checkCount(uint64_t count, uint64_t leastBytes, const char *what);

  /// The place of a tensor or a metadata key in messages.
  std::string at(const char *kind, std::string_view name) const {
    return gguf.name + ": " + kind + " " + quoted(name);
  }

  GgufFile gguf;
  ByteCursor cursor;
  uint64_t size;
  uint64_t valueCount = 0;
  uint64_t tensorCount = 0;
  /// Relative to the start of the data, in the order of gguf.contents.
  std::vector<uint64_t> offsets;
};

void GgufParser::readHeader() {
  uint32_t magic = cursor.read<uint32_t>("the magic number");
  if (!cursor.failed() && magic != 0x46554747)
    return cursor.fail(inputError(
        gguf.name + ": byte 0", "expects a GGUF file (magic 'GGUF'), got %s",
        quoted({reinterpret_cast<const char *>(&magic), sizeof(magic)})
            .c_str()));
  uint32_t version = cursor.read<uint32_t>("the version");
  if (!cursor.failed() && version != 2 && version != 3)
    return cursor.fail(inputError(
        gguf.name + ": byte 4", "expects GGUF version 2 or 3, got %u%s",
        version,
        (version & 0xffff) == 0 && version != 0
            ? "; the file is big-endian, convert it with gguf-convert-endian"
            : "; convert the model again"));
  gguf.formatVersion = version;
  tensorCount = cursor.read<uint64_t>("the number of tensors");
  valueCount = cursor.read<uint64_t>("the number of metadata entries");
  // The least entry: a key's length, a type, a value of one byte; a name's
  // length, the rank, the type, the offset.
  checkCount(valueCount, 8 + 4 + 1, "metadata entries");
  checkCount(tensorCount, 8 + 4 + 4 + 8, "tensors");
}

/// Fails if `count` things of at least `leastBytes` cannot follow.
void GgufParser::checkCount(uint64_t count, uint64_t leastBytes,
                            const char *what) {
  uint64_t most = cursor.remaining() / leastBytes;
  if (!cursor.failed() && count > most)
    cursor.fail(inputError(cursor.place(),
                           "expects at most %lu %s in the rest of the file, "
                           "got %lu; the file is truncated or damaged",
                           most, what, count));
}

std::string_view GgufParser::readString(const char *what) {
  uint64_t length = cursor.read<uint64_t>(what);
  const uint8_t *bytes = cursor.take(length, what);
  return bytes ? std::string_view(reinterpret_cast<const char *>(bytes), length)
               : std::string_view();
}

void GgufParser::readValue() {
  GgufValue value;
  value.key = readString("a metadata key");
  uint32_t number = cursor.read<uint32_t>("the type of a metadata entry");
  if (cursor.failed())
    return;
  if (number > static_cast<uint32_t>(GgufType::F64))
    return cursor.fail(inputError(at("key", value.key),
                                  "expects a value type of at most 12, got %u",
                                  number));
  value.type = value.element = static_cast<GgufType>(number);
  if (value.type == GgufType::Array) {
    readArray(value);
  } else if (value.type == GgufType::String) {
    std::string_view text = readString("a metadata string");
    value.count = text.size();
    value.data = reinterpret_cast<const uint8_t *>(text.data());
  } else {
    value.data = cursor.take(bytesOf(value.type), "a metadata value");
  }
  if (cursor.failed())
    return;
  if (value.element == GgufType::Bool && !allBits(value.data, value.count))
    return cursor.fail(inputError(at("key", value.key),
                                  "expects booleans of 0 or 1, got others"));
  if (!gguf.valueIndex.emplace(value.key, gguf.values.size()).second)
    return cursor.fail(
        inputError(at("key", value.key), "expects unique keys, got two"));
  gguf.values.push_back(value);
}

void GgufParser::readArray(GgufValue &value) {
  uint32_t number = cursor.read<uint32_t>("the element type of an array");
  value.count = cursor.read<uint64_t>("the length of an array");
  if (cursor.failed())
    return;
  if (number > static_cast<uint32_t>(GgufType::F64) ||
      number == static_cast<uint32_t>(GgufType::Array))
    return cursor.fail(
        inputError(at("key", value.key),
                   number == static_cast<uint32_t>(GgufType::Array)
                       ? "expects an array of plain values, got a nested "
                         "array (type %u)"
                       : "expects an element type of at most 12, got %u",
                   number));
  value.element = static_cast<GgufType>(number);
  bool strings = value.element == GgufType::String;
  uint64_t each = strings ? sizeof(uint64_t) : bytesOf(value.element);
  checkCount(value.count, each, "array elements");
  value.data = cursor.here();
  if (!strings)
    cursor.take(value.count * each, "an array");
  for (uint64_t i = 0; strings && i < value.count && !cursor.failed(); ++i)
    readString("a string of an array");
}

void GgufParser::readAlignment() {
  if (cursor.failed())
    return;
  const GgufValue *value = gguf.find("general.alignment");
  if (!value)
    return;
  Result<uint64_t> alignment = gguf.getUnsigned("general.alignment");
  if (!alignment)
    return cursor.fail(alignment.takeError());
  if (*alignment == 0 || (*alignment & (*alignment - 1)) != 0)
    return cursor.fail(inputError(
        at("key", value->key), "expects a power of two, got %lu", *alignment));
  gguf.dataAlignment = *alignment;
}

void GgufParser::readTensor() {
  TensorView tensor;
  tensor.name = readString("a tensor name");
  uint32_t rank = cursor.read<uint32_t>("the rank of a tensor");
  if (cursor.failed())
    return;
  std::string place = at("tensor", tensor.name);
  if (rank > 4)
    return cursor.fail(
        inputError(place, "expects a rank of at most 4, got %u", rank));
  for (uint32_t i = 0; i < rank; ++i)
    tensor.shape.push_back(
        static_cast<int64_t>(cursor.read<uint64_t>("a dimension of a tensor")));
  // The file has the innermost dimension first.
  std::reverse(tensor.shape.begin(), tensor.shape.end());
  uint32_t number = cursor.read<uint32_t>("the type of a tensor");
  uint64_t offset = cursor.read<uint64_t>("the offset of a tensor");
  if (cursor.failed())
    return;
  std::optional<DataType> type = tensorType(number);
  if (!type)
    return cursor.fail(inputError(
        place,
        "expects type F64, F32, F16, BF16, I64, I32, I16, I8, Q4_0, Q4_1, "
        "Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K, got type number %u; quantise "
        "the model to one of these",
        number));
  tensor.type = *type;
  std::optional<int64_t> bytes = byteCount(*type, tensor.shape);
  int64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
  if (row % blockElementsOf(*type) != 0)
    return cursor.fail(inputError(
        place, "expects rows of whole %s blocks of %u, got rows of %ld",
        nameOf(*type), blockElementsOf(*type), row));
  if (!bytes)
    return cursor.fail(inputError(place,
                                  "expects a size below 2^63, got shape %s",
                                  shapeText(tensor.shape).c_str()));
  tensor.bytes = static_cast<uint64_t>(*bytes);
  if (!gguf.tensorIndex.emplace(tensor.name, gguf.contents.size()).second)
    return cursor.fail(inputError(place, "expects unique names, got two"));
  offsets.push_back(offset);
  gguf.contents.push_back(std::move(tensor));
}

/// The data starts at the first aligned byte after the table of contents.
void GgufParser::placeTensors() {
  if (cursor.failed())
    return;
  // No alignment reaches 2^63, so this cannot wrap.
  uint64_t base =
      (cursor.offset() + gguf.dataAlignment - 1) & ~(gguf.dataAlignment - 1);
  for (size_t i = 0; i < offsets.size(); ++i) {
    TensorView &tensor = gguf.contents[i];
    if (offsets[i] % gguf.dataAlignment != 0)
      return cursor.fail(inputError(at("tensor", tensor.name),
                                    "expects an offset that is a multiple of "
                                    "the alignment %lu, got %lu",
                                    gguf.dataAlignment, offsets[i]));
    uint64_t available = base < size ? size - base : 0;
    if (offsets[i] > available || tensor.bytes > available - offsets[i])
      return cursor.fail(
          inputError(at("tensor", tensor.name),
                     "expects %lu bytes at offset %lu of the data, got data of "
                     "%lu bytes; the file is truncated or damaged",
                     tensor.bytes, offsets[i], available));
    tensor.data = gguf.start + std::min(base, size) + offsets[i];
  }
}

void GgufParser::checkOverlap() {
  std::vector<size_t> order(offsets.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::make_pair(offsets[a], gguf.contents[a].bytes) <
           std::make_pair(offsets[b], gguf.contents[b].bytes);
  });
  for (size_t i = 1; i < order.size(); ++i) {
    const TensorView &before = gguf.contents[order[i - 1]];
    if (offsets[order[i - 1]] + before.bytes <= offsets[order[i]])
      continue;
    return cursor.fail(
        inputError(at("tensor", gguf.contents[order[i]].name),
                   "expects bytes of its own, got bytes shared with tensor %s",
                   quoted(before.name).c_str()));
  }
}

Result<GgufFile> GgufFile::parse(const std::string &path, const uint8_t *data,
                                 uint64_t size) {
  return GgufParser(path, data, size).parse();
}

} // namespace weft::runtime
