#include "lib/runtime/WeightFile.h"

#include <algorithm>
#include <cstring>

using namespace weft::runtime;

/// Mixes the size and words from all over the file: enough to tell two files
/// apart, and no page more than that is read.
static uint64_t sample(const uint8_t *data, uint64_t size) {
  constexpr uint64_t samples = 256, bytes = 64;
  uint64_t sum = size * 0x9e3779b97f4a7c15u;
  for (uint64_t i = 0; i < samples; ++i) {
    uint64_t last = size > bytes ? size - bytes : 0;
    uint64_t at = static_cast<double>(last) * i / (samples - 1);
    for (uint64_t j = 0; j < bytes; j += 8) {
      uint64_t word = 0;
      if (at + j < size)
        memcpy(&word, data + at + j, std::min<uint64_t>(8, size - at - j));
      sum = (sum ^ word) * 0xff51afd7ed558ccdu;
      sum ^= sum >> 29;
    }
  }
  return sum;
}

/// GGUF by its magic number, or by its name, so that a damaged file is not
/// taken for one of the other format.
static bool isGguf(const std::string &path, const uint8_t *data,
                   uint64_t size) {
  constexpr std::string_view suffix = ".gguf";
  return (size >= 4 && memcmp(data, "GGUF", 4) == 0) ||
         (path.size() >= suffix.size() &&
          path.compare(path.size() - suffix.size(), suffix.size(), suffix) ==
              0);
}

Result<WeightFile> WeightFile::parseMapped(const std::string &path,
                                           MappedFile mapping,
                                           const uint8_t *data,
                                           uint64_t size) {
  WeightFile result;
  result.name = path;
  result.mapping = std::move(mapping);
  result.sampled = sample(data, size);
  if (isGguf(path, data, size)) {
    Result<GgufFile> parsed = GgufFile::parse(path, data, size);
    if (!parsed)
      return parsed.takeError();
    result.file = std::move(*parsed);
    return result;
  }
  Result<SafetensorsFile> parsed = SafetensorsFile::parse(path, data, size);
  if (!parsed)
    return parsed.takeError();
  result.file = std::move(*parsed);
  return result;
}

Result<WeightFile> WeightFile::open(const std::string &path) {
  Result<MappedFile> mapping = MappedFile::open(path);
  if (!mapping)
    return mapping.takeError();
  const uint8_t *data = mapping->data();
  uint64_t size = mapping->size();
  return parseMapped(path, std::move(*mapping), data, size);
}

Result<WeightFile> WeightFile::parse(const std::string &path,
                                     const uint8_t *data, uint64_t size) {
  return parseMapped(path, MappedFile(), data, size);
}

const TensorView *WeightFile::find(std::string_view tensor) const {
  if (const GgufFile *blocks = gguf())
    return blocks->findTensor(tensor);
  if (auto *tensors = std::get_if<SafetensorsFile>(&file))
    return tensors->findTensor(tensor);
  return nullptr;
}

void WeightFile::release(const uint8_t *from, uint64_t bytes) const {
  if (mapping.data())
    mapping.release(from, bytes);
}
