#include "lib/runtime/Elements.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace weft::runtime;

int64_t weft::runtime::bytesOf(weft_dtype type) {
  switch (type) {
  case WEFT_F64:
  case WEFT_I64:
    return 8;
  case WEFT_F32:
  case WEFT_I32:
    return 4;
  case WEFT_F16:
  case WEFT_BF16:
    return 2;
  case WEFT_I8:
  case WEFT_BOOL:
    return 1;
  }
  return 0;
}

const char *weft::runtime::nameOf(weft_dtype type) {
  static const char *const names[] = {"f32", "f64", "f16", "bf16",
                                      "i64", "i32", "i8",  "bool"};
  return bytesOf(type) ? names[type] : "no type";
}

bool weft::runtime::isFloat(weft_dtype type) { return type <= WEFT_BF16; }

bool weft::runtime::isInteger(weft_dtype type) {
  return type >= WEFT_I64 && type <= WEFT_I8;
}

bool weft::runtime::canConvert(weft_dtype from, weft_dtype to) {
  auto isIndex = [](weft_dtype type) {
    return type == WEFT_I32 || type == WEFT_I64;
  };
  return from == to || (isFloat(from) && isFloat(to)) ||
         (isIndex(from) && isIndex(to));
}

static float bitsToFloat(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

static uint32_t floatToBits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

static float halfToFloat(uint16_t half) {
  float sign = half & 0x8000 ? -1.0f : 1.0f;
  int exponent = half >> 10 & 0x1f;
  int mantissa = half & 0x3ff;
  if (exponent == 31)
    return mantissa ? NAN : sign * INFINITY;
  return exponent ? sign * std::ldexp(mantissa + 1024.0f, exponent - 25)
                  : sign * std::ldexp(static_cast<float>(mantissa), -24);
}

/// Rounds to nearest, ties to even.
static uint16_t floatToHalf(float value) {
  uint32_t bits = floatToBits(value);
  uint16_t sign = bits >> 16 & 0x8000;
  float magnitude = std::fabs(value);
  if (std::isnan(value))
    return sign | 0x7e00;
  if (magnitude >= 65520.0f)
    return sign | 0x7c00;
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  // One unit of the last place, the smallest one for subnormal values.
  int unit = std::max(exponent - 11, -24);
  int steps = static_cast<int>(std::nearbyint(std::ldexp(magnitude, -unit)));
  return sign | (unit == -24 ? steps : ((unit + 24) << 10) + steps);
}

static uint16_t floatToBrain(float value) {
  uint32_t bits = floatToBits(value);
  if (std::isnan(value))
    return bits >> 16 | 0x40;
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

template <typename T> static T read(const void *data, int64_t index) {
  T value;
  memcpy(&value, static_cast<const char *>(data) + index * sizeof(T),
         sizeof(T));
  return value;
}

template <typename T> static void write(void *data, int64_t index, T value) {
  memcpy(static_cast<char *>(data) + index * sizeof(T), &value, sizeof(T));
}

double weft::runtime::elementAt(weft_dtype type, const void *data,
                                int64_t index) {
  switch (type) {
  case WEFT_F32:
    return read<float>(data, index);
  case WEFT_F64:
    return read<double>(data, index);
  case WEFT_F16:
    return halfToFloat(read<uint16_t>(data, index));
  case WEFT_BF16:
    return bitsToFloat(uint32_t(read<uint16_t>(data, index)) << 16);
  case WEFT_I64:
    return read<int64_t>(data, index);
  case WEFT_I32:
    return read<int32_t>(data, index);
  case WEFT_I8:
  case WEFT_BOOL:
    return read<int8_t>(data, index);
  }
  return 0;
}

static void writeFloat(weft_dtype type, void *data, int64_t index,
                       double value) {
  if (type == WEFT_F32)
    write<float>(data, index, value);
  else if (type == WEFT_F64)
    write<double>(data, index, value);
  else if (type == WEFT_F16)
    write<uint16_t>(data, index, floatToHalf(value));
  else
    write<uint16_t>(data, index, floatToBrain(value));
}

void weft::runtime::convertElements(weft_dtype from, const void *source,
                                    weft_dtype to, void *target,
                                    int64_t count) {
  if (from == to) {
    if (count > 0)
      memcpy(target, source, count * bytesOf(to));
    return;
  }
  for (int64_t i = 0; i < count; ++i)
    if (to == WEFT_I64)
      write<int64_t>(target, i, read<int32_t>(source, i));
    else if (to == WEFT_I32)
      write<int32_t>(target, i,
                     std::clamp<int64_t>(read<int64_t>(source, i), INT32_MIN,
                                         INT32_MAX));
    else
      writeFloat(to, target, i, elementAt(from, source, i));
}

std::string weft::runtime::shapeText(const int64_t *dims, uint32_t rank) {
  std::string text = "[";
  for (uint32_t i = 0; i < rank; ++i) {
    text += i ? ", " : "";
    if (dims[i] == WEFT_DIM_TIME)
      text += "T";
    else if (dims[i] == WEFT_DIM_BATCH)
      text += "B";
    else
      text += std::to_string(dims[i]);
  }
  return text + "]";
}
