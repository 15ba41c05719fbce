// Element types of the C interface: sizes, names and conversions.
#ifndef WEFT_RUNTIME_ELEMENTS_H
#define WEFT_RUNTIME_ELEMENTS_H

#include "weft/weft.h"

#include <string>

namespace weft::runtime {

/// 0 for a number that is no type.
int64_t bytesOf(weft_dtype type);
const char *nameOf(weft_dtype type);
bool isFloat(weft_dtype type);
bool isInteger(weft_dtype type);

/// Floats convert among each other, i32 and i64 do, and every type to itself.
bool canConvert(weft_dtype from, weft_dtype to);
/// The data need not be aligned. i64 to i32 saturates: range checks come after.
void convertElements(weft_dtype from, const void *source, weft_dtype to,
                     void *target, int64_t count);

/// Values as double, for comparisons.
double elementAt(weft_dtype type, const void *data, int64_t index);

/// "[1, T, 64]"
std::string shapeText(const int64_t *dims, uint32_t rank);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_ELEMENTS_H
