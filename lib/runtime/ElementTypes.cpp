#include "lib/runtime/ElementTypes.h"

#include "lib/runtime/Dequantize.h"
#include "lib/runtime/Elements.h"

using namespace weft::runtime;

/// In the order of weft_dtype.
static constexpr DataType types[] = {DataType::F32,  DataType::F64,
                                     DataType::F16,  DataType::BF16,
                                     DataType::I64,  DataType::I32,
                                     DataType::I8,   DataType::Bool};

std::optional<weft_dtype> weft::runtime::elementTypeOf(DataType type) {
  for (size_t i = 0; i < std::size(types); ++i)
    if (types[i] == type)
      return static_cast<weft_dtype>(i);
  return std::nullopt;
}

DataType weft::runtime::dataTypeOf(weft_dtype type) { return types[type]; }

bool weft::runtime::canLoadWeight(DataType stored, weft_dtype wanted) {
  // What has no element type of its own is a block of quantised numbers.
  std::optional<weft_dtype> plain = elementTypeOf(stored);
  return plain ? canConvert(*plain, wanted)
               : isExpandable(stored) && isFloat(wanted);
}
