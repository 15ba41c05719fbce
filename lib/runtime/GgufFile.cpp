#include "lib/runtime/GgufFile.h"

#include <cstring>

namespace weft::runtime {

Result<GgufFile> GgufFile::open(const std::string &path) {
  Result<MappedFile> mapped = MappedFile::open(path);
  if (!mapped)
    return mapped.takeError();
  Result<GgufFile> gguf = parse(path, mapped->data(), mapped->size());
  if (gguf)
    gguf->file = std::move(*mapped);
  return gguf;
}

const GgufValue *GgufFile::find(std::string_view key) const {
  auto found = valueIndex.find(key);
  return found == valueIndex.end() ? nullptr : &values[found->second];
}

const TensorView *GgufFile::findTensor(std::string_view tensor) const {
  auto found = tensorIndex.find(tensor);
  return found == tensorIndex.end() ? nullptr : &contents[found->second];
}

uint64_t bytesOf(GgufType type) {
  switch (type) {
  case GgufType::U8:
  case GgufType::I8:
  case GgufType::Bool:
    return 1;
  case GgufType::U16:
  case GgufType::I16:
    return 2;
  case GgufType::U32:
  case GgufType::I32:
  case GgufType::F32:
    return 4;
  case GgufType::U64:
  case GgufType::I64:
  case GgufType::F64:
    return 8;
  case GgufType::String:
  case GgufType::Array:
    return 0;
  }
  return 0;
}

static const char *nameOf(GgufType type) {
  static constexpr const char *names[] = {
      "u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
      "bool", "string", "array", "u64", "i64", "f64"};
  return names[static_cast<uint32_t>(type)];
}

static Error wrongType(const GgufFile &file, const GgufValue &value,
                       const char *expected) {
  bool array = value.type == GgufType::Array;
  return inputError(file.path() + ": key " + quoted(value.key),
                    "expects %s, got %s%s", expected,
                    array ? "an array of " : "", nameOf(value.element));
}

template <typename T> static T load(const uint8_t *data) {
  T value;
  memcpy(&value, data, sizeof(T));
  return value;
}

/// The integer at `data`; nothing if it is not one or exceeds int64.
static std::optional<int64_t> integerAt(GgufType type, const uint8_t *data) {
  switch (type) {
  case GgufType::U8:
    return load<uint8_t>(data);
  case GgufType::I8:
    return load<int8_t>(data);
  case GgufType::U16:
    return load<uint16_t>(data);
  case GgufType::I16:
    return load<int16_t>(data);
  case GgufType::U32:
    return load<uint32_t>(data);
  case GgufType::I32:
    return load<int32_t>(data);
  case GgufType::I64:
    return load<int64_t>(data);
  case GgufType::U64: {
    uint64_t value = load<uint64_t>(data);
    if (value > INT64_MAX)
      return std::nullopt;
    return static_cast<int64_t>(value);
  }
  default:
    return std::nullopt;
  }
}

Result<const GgufValue *> GgufFile::get(std::string_view key) const {
  if (const GgufValue *value = find(key))
    return value;
  return inputError(path(), "expects metadata key %s, got none",
                    quoted(key).c_str());
}

Result<const TensorView *> GgufFile::getTensor(std::string_view tensor) const {
  if (const TensorView *view = findTensor(tensor))
    return view;
  return inputError(path(), "expects tensor %s, got none",
                    quoted(tensor).c_str());
}

Result<std::string_view> GgufFile::getString(std::string_view key) const {
  Result<const GgufValue *> value = get(key);
  if (!value)
    return value.takeError();
  if ((*value)->type != GgufType::String)
    return wrongType(*this, **value, "a string");
  return std::string_view(reinterpret_cast<const char *>((*value)->data),
                          (*value)->count);
}

Result<uint64_t> GgufFile::getUnsigned(std::string_view key) const {
  Result<const GgufValue *> value = get(key);
  if (!value)
    return value.takeError();
  if (std::optional<int64_t> number =
          integerAt((*value)->type, (*value)->data)) {
    if (*number >= 0)
      return static_cast<uint64_t>(*number);
    return inputError(path() + ": key " + quoted(key),
                      "expects a number of at least 0, got %ld", *number);
  }
  return wrongType(*this, **value, "an integer below 2^63");
}

Result<double> GgufFile::getNumber(std::string_view key) const {
  Result<const GgufValue *> value = get(key);
  if (!value)
    return value.takeError();
  const uint8_t *data = (*value)->data;
  if ((*value)->type == GgufType::F32)
    return static_cast<double>(load<float>(data));
  if ((*value)->type == GgufType::F64)
    return load<double>(data);
  if (std::optional<int64_t> number = integerAt((*value)->type, data))
    return static_cast<double>(*number);
  return wrongType(*this, **value, "a number");
}

Result<bool> GgufFile::getBool(std::string_view key) const {
  Result<const GgufValue *> value = get(key);
  if (!value)
    return value.takeError();
  if ((*value)->type != GgufType::Bool)
    return wrongType(*this, **value, "a bool");
  return *(*value)->data != 0;
}

Result<std::vector<std::string_view>>
GgufFile::getStrings(std::string_view key) const {
  Result<const GgufValue *> value = get(key);
  if (!value)
    return value.takeError();
  if ((*value)->type != GgufType::Array ||
      (*value)->element != GgufType::String)
    return wrongType(*this, **value, "an array of strings");
  std::vector<std::string_view> strings;
  strings.reserve((*value)->count);
  const uint8_t *next = (*value)->data;
  for (uint64_t i = 0; i < (*value)->count; ++i) {
    uint64_t length = load<uint64_t>(next);
    next += sizeof(uint64_t);
    strings.emplace_back(reinterpret_cast<const char *>(next), length);
    next += length;
  }
  return strings;
}

Result<std::vector<int64_t>> GgufFile::getIntegers(std::string_view key) const {
  Result<const GgufValue *> value = get(key);
  if (!value)
    return value.takeError();
  if ((*value)->type != GgufType::Array)
    return wrongType(*this, **value, "an array of integers");
  std::vector<int64_t> numbers;
  numbers.reserve((*value)->count);
  for (uint64_t i = 0; i < (*value)->count; ++i) {
    GgufType element = (*value)->element;
    std::optional<int64_t> number =
        integerAt(element, (*value)->data + i * bytesOf(element));
    if (!number)
      return wrongType(*this, **value, "an array of integers below 2^63");
    numbers.push_back(*number);
  }
  return numbers;
}

Result<std::vector<float>> GgufFile::getFloats(std::string_view key) const {
  Result<const GgufValue *> value = get(key);
  if (!value)
    return value.takeError();
  if ((*value)->type != GgufType::Array || (*value)->element != GgufType::F32)
    return wrongType(*this, **value, "an array of f32");
  std::vector<float> numbers((*value)->count);
  if (!numbers.empty())
    memcpy(numbers.data(), (*value)->data, numbers.size() * sizeof(float));
  return numbers;
}

} // namespace weft::runtime
