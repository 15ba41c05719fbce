// What the processor under us can do.
#ifndef WEFT_RUNTIME_PROCESSOR_H
#define WEFT_RUNTIME_PROCESSOR_H

#include <cstdint>

namespace weft::runtime {

/// True for level 0 (any) and for x86-64-vLEVEL where it is met.
bool processorHasLevel(uint32_t level);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_PROCESSOR_H
