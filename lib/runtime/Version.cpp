#include "weft/weft.h"

extern "C" uint32_t weft_abi_version(void) { return WEFT_ABI_VERSION; }
