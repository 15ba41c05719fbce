// GGUF files, versions 2 and 3, little endian: metadata and tensors. Nothing is
// copied out of the mapped file but the table of contents.
#ifndef WEFT_RUNTIME_GGUFFILE_H
#define WEFT_RUNTIME_GGUFFILE_H

#include "lib/runtime/MappedFile.h"
#include "lib/runtime/Tensor.h"

#include <unordered_map>

namespace weft::runtime {

/// Value types by their number in the file.
enum class GgufType : uint32_t {
  U8,
  I8,
  U16,
  I16,
  U32,
  I32,
  F32,
  Bool,
  String,
  Array,
  U64,
  I64,
  F64,
};

/// Bytes of a value of fixed size, 0 for strings and arrays.
uint64_t bytesOf(GgufType type);

/// One metadata entry, checked when the file was opened. `data` points at the
/// value, for a string at its characters and for an array at its first element.
struct GgufValue {
  std::string_view key;
  GgufType type = GgufType::U8;
  /// The element type of an array, else the same as `type`.
  GgufType element = GgufType::U8;
  /// Elements of an array, characters of a string, else 1.
  uint64_t count = 1;
  const uint8_t *data = nullptr;
};

class GgufFile {
public:
  static Result<GgufFile> open(const std::string &path);
  /// Reads a file that lies in memory (which must outlive the result); `path`
  /// only names it in messages.
  static Result<GgufFile> parse(const std::string &path, const uint8_t *data,
                                uint64_t size);

  const std::string &path() const { return name; }
  uint32_t version() const { return formatVersion; }
  uint64_t alignment() const { return dataAlignment; }
  const std::vector<GgufValue> &metadata() const { return values; }
  const std::vector<TensorView> &tensors() const { return contents; }
  const MappedFile &mapping() const { return file; }

  /// Null if there is none.
  const GgufValue *find(std::string_view key) const;
  const TensorView *findTensor(std::string_view tensor) const;

  /// These say in their error whether the key is missing or of another type.
  Result<std::string_view> getString(std::string_view key) const;
  /// Any integer type, if its value is not negative.
  Result<uint64_t> getUnsigned(std::string_view key) const;
  /// Any integer or float type.
  Result<double> getNumber(std::string_view key) const;
  Result<bool> getBool(std::string_view key) const;
  /// Views into the file.
  Result<std::vector<std::string_view>> getStrings(std::string_view key) const;
  /// An array of any integer type whose values fit.
  Result<std::vector<int64_t>> getIntegers(std::string_view key) const;
  /// An array of floats.
  Result<std::vector<float>> getFloats(std::string_view key) const;
  Result<const TensorView *> getTensor(std::string_view tensor) const;

  /// The byte offset in the file of something that points into it.
  uint64_t offsetOf(const void *data) const {
    return static_cast<const uint8_t *>(data) - start;
  }

private:
  friend class GgufParser;

  Result<const GgufValue *> get(std::string_view key) const;

  std::string name;
  MappedFile file;
  const uint8_t *start = nullptr;
  uint32_t formatVersion = 0;
  uint64_t dataAlignment = 32;
  std::vector<GgufValue> values;
  std::vector<TensorView> contents;
  std::unordered_map<std::string_view, size_t> valueIndex;
  std::unordered_map<std::string_view, size_t> tensorIndex;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_GGUFFILE_H
