// Safetensors files: any number of named tensors behind a JSON header, read
// and written.
#ifndef WEFT_RUNTIME_SAFETENSORSFILE_H
#define WEFT_RUNTIME_SAFETENSORSFILE_H

#include "lib/runtime/MappedFile.h"
#include "lib/runtime/Tensor.h"

#include <deque>
#include <unordered_map>

namespace weft::runtime {

class SafetensorsFile {
public:
  static Result<SafetensorsFile> open(const std::string &path);
  /// Reads a file that lies in memory, which must outlive the result.
  static Result<SafetensorsFile> parse(const std::string &path,
                                       const uint8_t *data, uint64_t size);

  const std::string &path() const { return name; }
  /// In the order of the header.
  const std::vector<TensorView> &tensors() const { return contents; }
  const MappedFile &mapping() const { return file; }
  /// Null if there is none.
  const TensorView *findTensor(std::string_view tensor) const;
  Result<const TensorView *> getTensor(std::string_view tensor) const;
  /// The header's free-form strings.
  const std::vector<std::pair<std::string, std::string>> &metadata() const {
    return strings;
  }

private:
  friend class SafetensorsHeader;

  std::string name;
  MappedFile file;
  std::deque<std::string> names; // what the views' names point to
  std::vector<TensorView> contents;
  std::unordered_map<std::string_view, size_t> index;
  std::vector<std::pair<std::string, std::string>> strings;
};

/// Names must be unique.
Status writeSafetensors(
    const std::string &path, const std::vector<TensorView> &tensors,
    const std::vector<std::pair<std::string, std::string>> &metadata = {});

} // namespace weft::runtime

#endif // WEFT_RUNTIME_SAFETENSORSFILE_H
