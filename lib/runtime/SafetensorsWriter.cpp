#include "lib/runtime/OutputFile.h"
#include "lib/runtime/SafetensorsFile.h"

#include <cassert>
#include <cstring>
#include <nlohmann/json.hpp>

namespace weft::runtime {

/// A JSON string; bytes that are not UTF-8 become U+FFFD.
static std::string inJson(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false,
                                   nlohmann::json::error_handler_t::replace);
}

static std::string entryOf(const TensorView &tensor, uint64_t offset) {
  std::string entry = inJson(tensor.name) + ":{\"dtype\":\"" +
                      nameOf(tensor.type) + "\",\"shape\":[";
  for (size_t i = 0; i < tensor.shape.size(); ++i)
    entry += (i ? "," : "") + std::to_string(tensor.shape[i]);
  return entry + "],\"data_offsets\":[" + std::to_string(offset) + "," +
         std::to_string(offset + tensor.bytes) + "]}";
}

Status writeSafetensors(
    const std::string &path, const std::vector<TensorView> &tensors,
    const std::vector<std::pair<std::string, std::string>> &metadata) {
  // Wide elements first: all tensors are aligned without gaps.
  std::vector<const TensorView *> order;
  for (uint32_t width : {8u, 4u, 2u, 1u})
    for (const TensorView &tensor : tensors)
      if (blockBytesOf(tensor.type) == width)
        order.push_back(&tensor);
  assert(order.size() == tensors.size() && "expects plain element types");
  std::string header, separator;
  for (const auto &[key, value] : metadata) {
    header += separator + inJson(key) + ":" + inJson(value);
    separator = ",";
  }
  if (!metadata.empty())
    header = "\"__metadata__\":{" + header + "}";
  uint64_t offset = 0;
  for (const TensorView *tensor : order) {
    header += separator + entryOf(*tensor, offset);
    separator = ",";
    offset += tensor->bytes;
  }
  header = "{" + header + "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');

  uint64_t length = header.size();
  std::string start(sizeof(length), '\0');
  memcpy(start.data(), &length, sizeof(length));
  Result<OutputFile> file = OutputFile::create(path);
  if (!file)
    return file.takeError();
  if (Status status = file->write(start + header); !status)
    return status;
  for (const TensorView *tensor : order)
    if (Status status = file->write(tensor->data, tensor->bytes); !status)
      return status;
  return file->commit();
}

} // namespace weft::runtime
