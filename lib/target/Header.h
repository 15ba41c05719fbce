// The C header that comes with a compiled library.
#ifndef WEFT_LIB_TARGET_HEADER_H
#define WEFT_LIB_TARGET_HEADER_H

#include "weft/Target.h"

namespace weft {

/// Names, types and sizes of the model, and the function that returns it.
std::string cHeader(const ModelInterface &interface);

} // namespace weft

#endif // WEFT_LIB_TARGET_HEADER_H
