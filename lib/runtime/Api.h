// The functions behind weft_api, each named weft_api_NAME.
#ifndef WEFT_RUNTIME_API_H
#define WEFT_RUNTIME_API_H

#include "lib/runtime/Descriptor.h"

#include <type_traits>

#define WEFT_DECLARE(NAME)                                                     \
  extern "C" std::remove_pointer_t<decltype(weft_api::NAME)> weft_api_##NAME;
WEFT_API_FUNCTIONS(WEFT_DECLARE)
#undef WEFT_DECLARE

#endif // WEFT_RUNTIME_API_H
