// The same element types in files and in the C interface.
#ifndef WEFT_RUNTIME_ELEMENTTYPES_H
#define WEFT_RUNTIME_ELEMENTTYPES_H

#include "lib/runtime/Tensor.h"
#include "weft/weft.h"

namespace weft::runtime {

/// Nothing for quantised blocks and for integers that models do not use.
std::optional<weft_dtype> elementTypeOf(DataType type);
DataType dataTypeOf(weft_dtype type);

/// True if a tensor of a file can become a weight of this type.
bool canLoadWeight(DataType stored, weft_dtype wanted);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_ELEMENTTYPES_H
