#include "lib/runtime/SafetensorsFile.h"

#include "lib/runtime/ByteCursor.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace weft::runtime {

using json = nlohmann::json;

/// Takes the header's JSON event by event: the shape of the document is fixed
/// and two members of one name are an error, which a parsed tree would hide.
class SafetensorsHeader {
public:
  SafetensorsHeader(SafetensorsFile &file, const uint8_t *data, uint64_t size)
      : file(file), data(data), size(size) {}

  bool parse(std::string_view text);
  Error takeError() { return std::move(*failure); }

  // The interface of nlohmann's event parser; false stops it.
  bool null() { return unexpected("null"); }
  bool boolean(bool) { return unexpected("a boolean"); }
  bool number_integer(json::number_integer_t) {
    return unexpected("a negative number");
  }
  bool number_unsigned(json::number_unsigned_t number);
  bool number_float(json::number_float_t, const std::string &) {
    return unexpected("a fraction");
  }
  bool string(std::string &text);
  bool binary(json::binary_t &) { return unexpected("binary data"); }
  bool start_object(size_t);
  bool key(std::string &text);
  bool end_object();
  bool start_array(size_t);
  bool end_array();
  bool parse_error(size_t position, const std::string &token,
                   const json::exception &);

private:
  enum class Level { Start, File, Tensor, Metadata, Shape, Offsets };

  bool fail(Error error) {
    failure = std::move(error);
    return false;
  }
  bool unexpected(const char *what);
  bool finishTensor();
  bool checkLayout();
  std::string at(std::string_view tensor) const {
    return file.name + ": tensor " + runtime::quoted(tensor);
  }

  SafetensorsFile &file;
  const uint8_t *data; // behind the header
  uint64_t size;
  std::optional<Error> failure;
  Level level = Level::Start;
  std::string member; // of the object at the current level
  bool hasType = false, hasShape = false, hasOffsets = false;
  bool hasMetadata = false;
  std::vector<uint64_t> offsets;
};

bool SafetensorsHeader::parse(std::string_view text) {
  return json::sax_parse(text.begin(), text.end(), this) && checkLayout();
}

bool SafetensorsHeader::parse_error(size_t position, const std::string &token,
                                    const json::exception &) {
  return fail(inputError(file.name + ": byte " + std::to_string(position + 7),
                         "expects JSON in the header, got %s",
                         runtime::quoted(token).c_str()));
}

/// A value of the wrong kind at the current place.
bool SafetensorsHeader::unexpected(const char *what) {
  std::string quotedMember = runtime::quoted(member);
  std::string place = level == Level::Start  ? file.name + ": byte 8"
                      : level == Level::File ? at(member)
                      : level == Level::Metadata
                          ? file.name + ": metadata " + quotedMember
                          : at(file.names.back()) + ": " + quotedMember;
  const char *expected = level == Level::Start || level == Level::File
                             ? "an object"
                         : level == Level::Metadata ? "a string"
                         : level != Level::Tensor   ? "a number below 2^63"
                         : member == "dtype"        ? "a string"
                                                    : "an array";
  return fail(inputError(place, "expects %s, got %s", expected, what));
}

bool SafetensorsHeader::start_object(size_t) {
  if (level == Level::Start) {
    level = Level::File;
    return true;
  }
  if (level != Level::File)
    return unexpected("an object");
  if (member == "__metadata__") {
    level = Level::Metadata;
    return std::exchange(hasMetadata, true)
               ? fail(inputError(at(member), "expects unique names, got two"))
               : true;
  }
  level = Level::Tensor;
  hasType = hasShape = hasOffsets = false;
  offsets.clear();
  file.names.push_back(member);
  TensorView tensor;
  tensor.name = file.names.back();
  if (!file.index.emplace(tensor.name, file.contents.size()).second)
    return fail(inputError(at(member), "expects unique names, got two"));
  file.contents.push_back(std::move(tensor));
  return true;
}

bool SafetensorsHeader::key(std::string &text) {
  member = std::move(text);
  if (level != Level::Tensor)
    return true;
  bool *seen = member == "dtype"          ? &hasType
               : member == "shape"        ? &hasShape
               : member == "data_offsets" ? &hasOffsets
                                          : nullptr;
  if (!seen || std::exchange(*seen, true))
    return fail(inputError(at(file.names.back()),
                           "expects dtype, shape and data_offsets once each, "
                           "got %s",
                           runtime::quoted(member).c_str()));
  return true;
}

bool SafetensorsHeader::string(std::string &text) {
  if (level == Level::Metadata) {
    file.strings.emplace_back(member, std::move(text));
    return true;
  }
  if (level != Level::Tensor || member != "dtype")
    return unexpected("a string");
  std::optional<DataType> type = dataTypeNamed(text);
  if (!type || blockElementsOf(*type) > 1)
    return fail(inputError(at(file.names.back()),
                           "expects dtype F64, F32, F16, BF16, I64, I32, I16, "
                           "I8, U64, U32, U16, U8 or BOOL, got %s",
                           runtime::quoted(text).c_str()));
  file.contents.back().type = *type;
  return true;
}

bool SafetensorsHeader::start_array(size_t) {
  if (level != Level::Tensor || member == "dtype")
    return unexpected("an array");
  level = member == "shape" ? Level::Shape : Level::Offsets;
  return true;
}

bool SafetensorsHeader::number_unsigned(json::number_unsigned_t number) {
  if (level != Level::Shape && level != Level::Offsets)
    return unexpected("a number");
  if (number > INT64_MAX)
    return unexpected("a larger one");
  std::vector<int64_t> &shape = file.contents.back().shape;
  if (level == Level::Offsets)
    offsets.push_back(number);
  else
    shape.push_back(static_cast<int64_t>(number));
  if (shape.size() > 8)
    return fail(inputError(at(file.names.back()),
                           "expects a rank of at most 8, got more"));
  if (offsets.size() > 2)
    return fail(inputError(at(file.names.back()),
                           "expects two data_offsets, got more"));
  return true;
}

bool SafetensorsHeader::end_array() {
  level = Level::Tensor;
  return true;
}

bool SafetensorsHeader::end_object() {
  bool tensor = level == Level::Tensor;
  level = Level::File;
  return tensor ? finishTensor() : true;
}

bool SafetensorsHeader::finishTensor() {
  TensorView &tensor = file.contents.back();
  std::string place = at(tensor.name);
  if (!hasType || !hasShape || offsets.size() != 2)
    return fail(inputError(place,
                           "expects dtype, shape and two data_offsets, got %s",
                           !hasType    ? "no dtype"
                           : !hasShape ? "no shape"
                                       : "fewer data_offsets"));
  if (offsets[0] > offsets[1] || offsets[1] > size)
    return fail(inputError(place,
                           "expects data_offsets inside the %lu bytes of data, "
                           "got [%lu, %lu]; the file is truncated or damaged",
                           size, offsets[0], offsets[1]));
  std::optional<int64_t> bytes = byteCount(tensor.type, tensor.shape);
  tensor.bytes = offsets[1] - offsets[0];
  if (!bytes || static_cast<uint64_t>(*bytes) != tensor.bytes)
    return fail(inputError(place,
                           "expects data_offsets that fit %s of shape %s, got "
                           "%lu bytes",
                           nameOf(tensor.type), shapeText(tensor.shape).c_str(),
                           tensor.bytes));
  tensor.data = data + offsets[0];
  if (!holdsBooleans(tensor))
    return fail(inputError(place, "expects booleans of 0 or 1, got others"));
  return true;
}

/// The format wants the tensors to cover the data without gaps or overlaps.
bool SafetensorsHeader::checkLayout() {
  std::vector<const TensorView *> order;
  for (const TensorView &tensor : file.contents)
    order.push_back(&tensor);
  std::sort(order.begin(), order.end(),
            [](const TensorView *a, const TensorView *b) {
              return std::make_pair(a->data, a->bytes) <
                     std::make_pair(b->data, b->bytes);
            });
  const uint8_t *end = data;
  for (const TensorView *tensor : order) {
    if (tensor->data != end)
      return fail(inputError(
          at(tensor->name),
          "expects to start at offset %ld of the data, where the tensor before "
          "it ends, got %ld",
          end - data, tensor->data - data));
    end += tensor->bytes;
  }
  if (end != data + size)
    return fail(inputError(file.name,
                           "expects %ld bytes of data, as the header says, got "
                           "%lu",
                           end - data, size));
  return true;
}

Result<SafetensorsFile> SafetensorsFile::parse(const std::string &path,
                                               const uint8_t *data,
                                               uint64_t size) {
  constexpr uint64_t longest = 100'000'000;
  ByteCursor cursor(path, data, size);
  uint64_t length = cursor.read<uint64_t>("the length of the header");
  if (!cursor.failed() && length > longest)
    return inputError(path + ": byte 0",
                      "expects a safetensors file (a header of at most %lu "
                      "bytes), got %lu",
                      longest, length);
  const uint8_t *text = cursor.take(length, "the header");
  if (cursor.failed())
    return cursor.takeError();
  SafetensorsFile file;
  file.name = path;
  SafetensorsHeader header(file, cursor.here(), cursor.remaining());
  if (!header.parse({reinterpret_cast<const char *>(text), length}))
    return header.takeError();
  return file;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::string &path) {
  Result<MappedFile> mapped = MappedFile::open(path);
  if (!mapped)
    return mapped.takeError();
  Result<SafetensorsFile> result = parse(path, mapped->data(), mapped->size());
  if (result)
    result->file = std::move(*mapped);
  return result;
}

const TensorView *SafetensorsFile::findTensor(std::string_view tensor) const {
  auto found = index.find(tensor);
  return found == index.end() ? nullptr : &contents[found->second];
}

Result<const TensorView *>
SafetensorsFile::getTensor(std::string_view tensor) const {
  if (const TensorView *view = findTensor(tensor))
    return view;
  return inputError(path(), "expects tensor %s, got none",
                    runtime::quoted(tensor).c_str());
}

} // namespace weft::runtime
