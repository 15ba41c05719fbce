#include "lib/runtime/NpyFile.h"

#include "lib/runtime/ByteCursor.h"
#include "lib/runtime/OutputFile.h"

#include <algorithm>

namespace weft::runtime {

namespace {
struct TypeCode {
  const char *code;
  DataType type;
};

/// What the header's Python dictionary says.
struct Header {
  std::string code;
  bool fortranOrder = false;
  std::vector<int64_t> shape;
};
} // namespace

static constexpr TypeCode codes[] = {
    {"<f8", DataType::F64}, {"<f4", DataType::F32}, {"<f2", DataType::F16},
    {"<i8", DataType::I64}, {"<i4", DataType::I32}, {"<i2", DataType::I16},
    {"|i1", DataType::I8},  {"<u8", DataType::U64}, {"<u4", DataType::U32},
    {"<u2", DataType::U16}, {"|u1", DataType::U8},  {"|b1", DataType::Bool},
};

/// Reads the dictionary literal that numpy writes, keys in any order.
class NpyHeaderParser {
public:
  NpyHeaderParser(const std::string &path, std::string_view text, uint64_t base)
      : path(path), text(text), base(base) {}

  Result<Header> parse();

private:
  bool accept(char character);
  std::optional<std::string> readString();
  std::optional<int64_t> readNumber();
  bool readShape();
  Error expects(const char *what) const;

  const std::string &path;
  std::string_view text;
  uint64_t base;
  size_t position = 0;
  Header header;
};

Error NpyHeaderParser::expects(const char *what) const {
  return inputError(path + ": byte " + std::to_string(base + position),
                    "expects %s in the header, got %s", what,
                    position < text.size()
                        ? quoted(text.substr(position, 12)).c_str()
                        : "its end");
}

/// Skips blanks, then `character` if it comes next.
bool NpyHeaderParser::accept(char character) {
  while (position < text.size() &&
         (text[position] == ' ' || text[position] == '\n'))
    ++position;
  if (position >= text.size() || text[position] != character)
    return false;
  ++position;
  return true;
}

std::optional<std::string> NpyHeaderParser::readString() {
  char quote = accept('\'') ? '\'' : '"';
  if (quote == '"' && !accept('"'))
    return std::nullopt;
  size_t end = text.find(quote, position);
  if (end == std::string_view::npos)
    return std::nullopt;
  std::string result(text.substr(position, end - position));
  position = end + 1;
  return result;
}

std::optional<int64_t> NpyHeaderParser::readNumber() {
  accept(' ');
  size_t start = position;
  int64_t number = 0;
  for (; position < text.size(); ++position) {
    int digit = text[position] - '0';
    if (digit < 0 || digit > 9)
      break;
    if (__builtin_mul_overflow(number, 10, &number) ||
        __builtin_add_overflow(number, digit, &number))
      return std::nullopt;
  }
  if (position == start)
    return std::nullopt;
  return number;
}

bool NpyHeaderParser::readShape() {
  if (!accept('('))
    return false;
  while (!accept(')')) {
    std::optional<int64_t> size = readNumber();
    if (!size)
      return false;
    header.shape.push_back(*size);
    // A comma may only be missing before the closing parenthesis.
    if (accept(','))
      continue;
    return accept(')');
  }
  return true;
}

Result<Header> NpyHeaderParser::parse() {
  bool seen[3] = {};
  auto first = [&](int key) { return !std::exchange(seen[key], true); };
  if (!accept('{'))
    return expects("a dictionary");
  while (!accept('}')) {
    std::optional<std::string> key = readString();
    if (!key || !accept(':'))
      return expects("a key and a colon");
    if (*key == "descr" && first(0)) {
      std::optional<std::string> code = readString();
      if (!code)
        return expects("a plain dtype");
      header.code = std::move(*code);
    } else if (*key == "fortran_order" && first(1)) {
      accept(' ');
      header.fortranOrder = text.substr(position, 4) == "True";
      if (!header.fortranOrder && text.substr(position, 5) != "False")
        return expects("True or False");
      position += header.fortranOrder ? 4 : 5;
    } else if (*key == "shape" && first(2)) {
      if (!readShape())
        return expects("a shape");
    } else {
      return expects("descr, fortran_order and shape once each");
    }
    if (!accept(',') && text.substr(position, 1) != "}")
      return expects("a comma");
  }
  if (!seen[0] || !seen[1] || !seen[2])
    return expects("descr, fortran_order and shape");
  return std::move(header);
}

static Result<TensorView> describe(const std::string &path,
                                   const Header &header) {
  if (header.fortranOrder)
    return inputError(path, "expects C order, got Fortran order; save "
                            "numpy.ascontiguousarray(x)");
  TensorView tensor;
  const TypeCode *row =
      std::find_if(std::begin(codes), std::end(codes),
                   [&](const TypeCode &c) { return header.code == c.code; });
  if (row == std::end(codes))
    return inputError(path,
                      "expects dtype f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, "
                      "u8 or b1, little-endian, got %s",
                      quoted(header.code).c_str());
  if (header.shape.size() > 8)
    return inputError(path, "expects a rank of at most 8, got %zu",
                      header.shape.size());
  tensor.type = row->type;
  tensor.shape = header.shape;
  std::optional<int64_t> bytes = byteCount(row->type, header.shape);
  if (!bytes)
    return inputError(path, "expects a size below 2^63, got shape %s",
                      shapeText(header.shape).c_str());
  tensor.bytes = static_cast<uint64_t>(*bytes);
  return tensor;
}

Result<NpyFile> NpyFile::parse(const std::string &path, const uint8_t *data,
                               uint64_t size) {
  ByteCursor cursor(path, data, size);
  const uint8_t *magic = cursor.take(6, "the magic string");
  uint8_t version = cursor.read<uint8_t>("the version");
  cursor.read<uint8_t>("the minor version");
  if (magic && memcmp(magic, "\x93NUMPY", 6) != 0)
    return inputError(
        path + ": byte 0", "expects a .npy file (magic '\\x93NUMPY'), got %s",
        quoted({reinterpret_cast<const char *>(magic), 6}).c_str());
  if (!cursor.failed() && (version < 1 || version > 3))
    return inputError(path + ": byte 6",
                      "expects .npy version 1, 2 or 3, got %u", version);
  const char *what = "the length of the header";
  uint32_t length =
      version == 1 ? cursor.read<uint16_t>(what) : cursor.read<uint32_t>(what);
  uint64_t base = cursor.offset();
  const uint8_t *text = cursor.take(length, "the header");
  if (cursor.failed())
    return cursor.takeError();
  Result<Header> header =
      NpyHeaderParser(path, {reinterpret_cast<const char *>(text), length},
                      base)
          .parse();
  if (!header)
    return header.takeError();
  Result<TensorView> tensor = describe(path, *header);
  if (!tensor)
    return tensor.takeError();
  if (tensor->bytes != cursor.remaining())
    return inputError(cursor.place(),
                      "expects %lu bytes of data for %s of shape %s, got %lu",
                      tensor->bytes, nameOf(tensor->type),
                      shapeText(tensor->shape).c_str(), cursor.remaining());
  tensor->data = cursor.here();
  if (!holdsBooleans(*tensor))
    return inputError(path, "expects booleans of 0 or 1, got others");
  NpyFile npy;
  npy.contents = std::move(*tensor);
  return npy;
}

Result<NpyFile> NpyFile::open(const std::string &path) {
  Result<MappedFile> mapped = MappedFile::open(path);
  if (!mapped)
    return mapped.takeError();
  Result<NpyFile> npy = parse(path, mapped->data(), mapped->size());
  if (npy)
    npy->file = std::move(*mapped);
  return npy;
}

Status writeNpy(const std::string &path, const TensorView &tensor) {
  const TypeCode *row =
      std::find_if(std::begin(codes), std::end(codes),
                   [&](const TypeCode &c) { return tensor.type == c.type; });
  if (row == std::end(codes))
    return inputError(path,
                      "expects a type that .npy can store, got %s; write a "
                      ".safetensors file",
                      nameOf(tensor.type));
  std::string shape;
  for (int64_t size : tensor.shape)
    shape += std::to_string(size) + ", ";
  // numpy writes (3, 4) but (3,).
  if (tensor.shape.size() > 1)
    shape.resize(shape.size() - 2);
  else if (tensor.shape.size() == 1)
    shape.pop_back();
  std::string header = std::string("{'descr': '") + row->code +
                       "', 'fortran_order': False, 'shape': (" + shape + "), }";
  // The data starts at a multiple of 64, after a line break.
  constexpr size_t prefix = 10;
  header.resize((prefix + header.size() + 1 + 63) / 64 * 64 - prefix - 1, ' ');
  header += '\n';
  std::string start("\x93NUMPY\x01\x00", 8);
  start += static_cast<char>(header.size() & 0xff);
  start += static_cast<char>(header.size() >> 8);

  Result<OutputFile> file = OutputFile::create(path);
  if (!file)
    return file.takeError();
  if (Status status = file->write(start + header); !status)
    return status;
  if (Status status = file->write(tensor.data, tensor.bytes); !status)
    return status;
  return file->commit();
}

} // namespace weft::runtime
