#include "lib/target/ElementType.h"

std::optional<weft::ElementType> weft::elementTypeOf(mlir::Type type) {
  if (type.isF32())
    return ElementType{WEFT_F32, "WEFT_F32"};
  if (type.isF64())
    return ElementType{WEFT_F64, "WEFT_F64"};
  if (type.isF16())
    return ElementType{WEFT_F16, "WEFT_F16"};
  if (type.isBF16())
    return ElementType{WEFT_BF16, "WEFT_BF16"};
  if (type.isInteger(64))
    return ElementType{WEFT_I64, "WEFT_I64"};
  if (type.isInteger(32))
    return ElementType{WEFT_I32, "WEFT_I32"};
  if (type.isInteger(8))
    return ElementType{WEFT_I8, "WEFT_I8"};
  if (type.isInteger(1))
    return ElementType{WEFT_BOOL, "WEFT_BOOL"};
  return std::nullopt;
}
