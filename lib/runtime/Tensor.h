// Element types and tensors as files store them, one description for GGUF,
// safetensors and .npy.
#ifndef WEFT_RUNTIME_TENSOR_H
#define WEFT_RUNTIME_TENSOR_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::runtime {

/// Plain element types, then GGUF's quantised blocks.
enum class DataType : uint8_t {
  F64,
  F32,
  F16,
  BF16,
  I64,
  I32,
  I16,
  I8,
  U64,
  U32,
  U16,
  U8,
  Bool,
  Q4_0,
  Q4_1,
  Q5_0,
  Q5_1,
  Q8_0,
  Q4_K,
  Q5_K,
  Q6_K,
};

/// The name as files write it: "F32", "BOOL", "Q4_1".
const char *nameOf(DataType type);
/// Elements that share one block: 1 for plain types, 32 or 256 for quantised.
uint32_t blockElementsOf(DataType type);
uint32_t blockBytesOf(DataType type);
/// The type that `name` names, as nameOf writes it.
std::optional<DataType> dataTypeNamed(std::string_view name);

/// The number of elements; nothing if it exceeds int64, also where a zero
/// elsewhere in the shape would hide that.
std::optional<int64_t> elementCount(const std::vector<int64_t> &shape);
/// Bytes of a tensor; nothing if they exceed int64 or if the innermost
/// dimension does not consist of whole blocks.
std::optional<int64_t> byteCount(DataType type,
                                 const std::vector<int64_t> &shape);
/// "[2, 3]".
std::string shapeText(const std::vector<int64_t> &shape);

/// A tensor in somebody else's bytes: contiguous, outermost dimension first
/// (GGUF lists them the other way round), little endian. `data` need not be
/// aligned.
struct TensorView {
  std::string_view name;
  DataType type = DataType::F32;
  std::vector<int64_t> shape;
  const uint8_t *data = nullptr;
  uint64_t bytes = 0;
};

/// False for a boolean tensor with bytes other than 0 and 1, which compiled
/// code could not tell apart from true.
bool holdsBooleans(const TensorView &tensor);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_TENSOR_H
