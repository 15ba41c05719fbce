// The block formats of GGUF. Products and sums are rounded one by one, in the
// order of the formulas (the build forbids contraction to fused multiply-add),
// so that the values are those of other readers bit for bit.
#include "lib/runtime/Dequantize.h"

#include <cassert>
#include <cstring>

namespace weft::runtime {

static float asFloat(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

static uint32_t asBits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

float halfToFloat(uint16_t half) {
  // Without branches, so that a loop of these is vectorised.
  uint32_t doubled = static_cast<uint32_t>(half) << 17;
  // Normal numbers: shift the exponent, then correct its bias by 2^-112.
  float normal = asFloat((doubled >> 4) + (0xe0u << 23)) * 0x1p-112f;
  // Subnormal numbers: put the mantissa behind 0.5 and take 0.5 away.
  float subnormal = asFloat((doubled >> 17) | (126u << 23)) - 0.5f;
  uint32_t magnitude =
      doubled < (1u << 27) ? asBits(subnormal) : asBits(normal);
  return asFloat((static_cast<uint32_t>(half & 0x8000) << 16) | magnitude);
}

static float halfAt(const uint8_t *data) {
  uint16_t half;
  memcpy(&half, data, sizeof(half));
  return halfToFloat(half);
}

// d: half scale, m: half offset. The low halves of the bytes come first, then
// the high halves.

/// x = d * (q - 8). Block: d, 16 bytes of q.
static void expandQ4_0(const uint8_t *block, float *out) {
  float d = halfAt(block);
  for (int i = 0; i < 16; ++i) {
    int q = block[2 + i];
    out[i] = d * static_cast<float>((q & 15) - 8);
    out[i + 16] = d * static_cast<float>((q >> 4) - 8);
  }
}

/// x = d * q + m. Block: d, m, 16 bytes of q.
static void expandQ4_1(const uint8_t *block, float *out) {
  float d = halfAt(block), m = halfAt(block + 2);
  for (int i = 0; i < 16; ++i) {
    int q = block[4 + i];
    out[i] = d * static_cast<float>(q & 15) + m;
    out[i + 16] = d * static_cast<float>(q >> 4) + m;
  }
}

/// x = d * (q - 16). Block: d, 4 bytes with the fifth bit of each q, 16 bytes.
static void expandQ5_0(const uint8_t *block, float *out) {
  float d = halfAt(block);
  uint32_t high;
  memcpy(&high, block + 2, sizeof(high));
  for (int i = 0; i < 16; ++i) {
    int q = block[6 + i];
    int first = (q & 15) | ((high >> i & 1) << 4);
    int second = (q >> 4) | ((high >> (i + 16) & 1) << 4);
    out[i] = d * static_cast<float>(first - 16);
    out[i + 16] = d * static_cast<float>(second - 16);
  }
}

/// x = d * q + m. Block: d, m, 4 bytes of fifth bits, 16 bytes.
static void expandQ5_1(const uint8_t *block, float *out) {
  float d = halfAt(block), m = halfAt(block + 2);
  uint32_t high;
  memcpy(&high, block + 4, sizeof(high));
  for (int i = 0; i < 16; ++i) {
    int q = block[8 + i];
    int first = (q & 15) | ((high >> i & 1) << 4);
    int second = (q >> 4) | ((high >> (i + 16) & 1) << 4);
    out[i] = d * static_cast<float>(first) + m;
    out[i + 16] = d * static_cast<float>(second) + m;
  }
}

/// x = q * d. Block: d, 32 signed bytes.
static void expandQ8_0(const uint8_t *block, float *out) {
  float d = halfAt(block);
  for (int i = 0; i < 32; ++i)
    out[i] = static_cast<float>(static_cast<int8_t>(block[2 + i])) * d;
}

namespace {
/// The scales of eight groups of 32 in a block of 256.
struct GroupScales {
  float d[8];
  float m[8];
};
} // namespace

/// Six bits each: those of groups 0-3 in bytes 0-3 (scale) and 4-7 (offset);
/// groups 4-7 have four bits in bytes 8-11 and two on top of the others.
static GroupScales groupScales(const uint8_t *block) {
  float d = halfAt(block), m = halfAt(block + 2);
  const uint8_t *packed = block + 4;
  GroupScales scales;
  for (int g = 0; g < 4; ++g) {
    int low = packed[g], offset = packed[4 + g], both = packed[8 + g];
    scales.d[g] = d * static_cast<float>(low & 63);
    scales.m[g] = m * static_cast<float>(offset & 63);
    scales.d[g + 4] = d * static_cast<float>((both & 15) | (low >> 2 & 48));
    scales.m[g + 4] = m * static_cast<float>(both >> 4 | (offset >> 2 & 48));
  }
  return scales;
}

/// x = (d * scale) * q - (m * offset). Block: d, m, 12 bytes of scales, 128 of
/// q: a group of 32 in the low halves, the next one in the high halves.
static void expandQ4_K(const uint8_t *block, float *out) {
  GroupScales scales = groupScales(block);
  for (int g = 0; g < 8; g += 2) {
    const uint8_t *packed = block + 16 + g * 16;
    float *low = out + g * 32, *high = low + 32;
    for (int i = 0; i < 32; ++i) {
      int q = packed[i];
      low[i] = scales.d[g] * static_cast<float>(q & 15) - scales.m[g];
      high[i] = scales.d[g + 1] * static_cast<float>(q >> 4) - scales.m[g + 1];
    }
  }
}

/// As Q4_K; 32 bytes before q hold in bit g the fifth bit of group g.
static void expandQ5_K(const uint8_t *block, float *out) {
  GroupScales scales = groupScales(block);
  const uint8_t *fifth = block + 16;
  for (int g = 0; g < 8; g += 2) {
    const uint8_t *packed = block + 48 + g * 16;
    float *low = out + g * 32, *high = low + 32;
    for (int i = 0; i < 32; ++i) {
      int first = (packed[i] & 15) | ((fifth[i] >> g & 1) << 4);
      int second = (packed[i] >> 4) | ((fifth[i] >> (g + 1) & 1) << 4);
      low[i] = scales.d[g] * static_cast<float>(first) - scales.m[g];
      high[i] = scales.d[g + 1] * static_cast<float>(second) - scales.m[g + 1];
    }
  }
}

/// x = (d * scale) * (q - 32). Block: 128 bytes with the low halves of q, 64
/// with the two high bits, 16 signed scales of groups of 16, d.
static void expandQ6_K(const uint8_t *block, float *out) {
  const auto *groups = reinterpret_cast<const int8_t *>(block + 192);
  float d = halfAt(block + 208);
  float scale[16];
  for (int g = 0; g < 16; ++g)
    scale[g] = d * static_cast<float>(groups[g]);
  // Each half of the block is four rows of 32.
  for (int row = 0; row < 8; ++row) {
    int half = row / 4, lane = row % 4;
    const uint8_t *low = block + half * 64 + lane % 2 * 32;
    const uint8_t *high = block + 128 + half * 32;
    for (int i = 0; i < 32; ++i) {
      int q =
          (low[i] >> (lane / 2 * 4) & 15) | ((high[i] >> lane * 2 & 3) << 4);
      out[row * 32 + i] = scale[row * 2 + i / 16] * static_cast<float>(q - 32);
    }
  }
}

static void expandF16(const uint8_t *data, int64_t elements, float *out) {
  for (int64_t i = 0; i < elements; ++i)
    out[i] = halfAt(data + i * 2);
}

static void expandBF16(const uint8_t *data, int64_t elements, float *out) {
  for (int64_t i = 0; i < elements; ++i) {
    uint16_t bits;
    memcpy(&bits, data + i * 2, sizeof(bits));
    out[i] = asFloat(static_cast<uint32_t>(bits) << 16);
  }
}

using ExpandBlock = void (*)(const uint8_t *block, float *out);

static ExpandBlock blockExpander(DataType type) {
  switch (type) {
  case DataType::Q4_0:
    return expandQ4_0;
  case DataType::Q4_1:
    return expandQ4_1;
  case DataType::Q5_0:
    return expandQ5_0;
  case DataType::Q5_1:
    return expandQ5_1;
  case DataType::Q8_0:
    return expandQ8_0;
  case DataType::Q4_K:
    return expandQ4_K;
  case DataType::Q5_K:
    return expandQ5_K;
  case DataType::Q6_K:
    return expandQ6_K;
  default:
    return nullptr;
  }
}

bool isExpandable(DataType type) {
  return type == DataType::F32 || type == DataType::F16 ||
         type == DataType::BF16 || blockExpander(type);
}

void dequantize(DataType type, const uint8_t *data, int64_t elements,
                float *out) {
  assert(isExpandable(type) && elements % blockElementsOf(type) == 0);
  if (type == DataType::F16)
    return expandF16(data, elements, out);
  if (type == DataType::BF16)
    return expandBF16(data, elements, out);
  ExpandBlock expand = blockExpander(type);
  if (!expand) {
    if (elements > 0)
      memcpy(out, data, static_cast<size_t>(elements) * sizeof(float));
    return;
  }
  for (int64_t i = 0; i < elements; i += blockElementsOf(type)) {
    expand(data, out + i);
    data += blockBytesOf(type);
  }
}

} // namespace weft::runtime
