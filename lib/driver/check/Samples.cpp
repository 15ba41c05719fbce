#include "lib/driver/check/Samples.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace llvm;
using namespace weft;
using namespace weft::driver;

ValueRanges driver::readRanges(mlir::ModuleOp module) {
  ValueRanges ranges;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    if (!function.isPublic())
      continue;
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      auto name = function.getArgAttrOfType<mlir::StringAttr>(i, "mixer.name");
      auto range =
          function.getArgAttrOfType<mlir::DenseF64ArrayAttr>(i, "mixer.range");
      if (name && range && range.size() == 2)
        ranges[name.str()] = {range[0], range[1]};
    }
  }
  return ranges;
}

std::vector<Sample> driver::samples(const ValueRanges &ranges) {
  std::vector<Sample> result = {{"random", std::nullopt}};
  if (any_of(ranges, [](const auto &entry) { return entry.second.hi <= 0; }))
    for (double gate : {0.0, -1e-4, -5.0, -80.0})
      result.push_back({"gate", gate});
  return result;
}

/// A standard normal from two uniform numbers, the same on every library.
static double normal(std::mt19937_64 &random) {
  double u = (random() >> 11) * 0x1p-53 + 0x1p-54;
  double v = (random() >> 11) * 0x1p-53;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * M_PI * v);
}

static double drawValue(const ValueRange *range, const Sample &sample,
                        std::mt19937_64 &random) {
  if (!range || (std::isinf(range->lo) && std::isinf(range->hi)))
    return normal(random);
  if (sample.gate && range->hi <= 0)
    return std::clamp(*sample.gate, range->lo, range->hi);
  // A range without an end: normal numbers on its side of the other end.
  if (std::isinf(range->lo) || std::isinf(range->hi)) {
    double size = std::abs(normal(random));
    return std::isinf(range->lo) ? range->hi - size : range->lo + size;
  }
  double share = (random() >> 11) * 0x1p-53;
  return range->lo + share * (range->hi - range->lo);
}

static Array draw(const weft_tensor_info &info, int64_t tokens,
                  int64_t vocabulary, const ValueRange *range,
                  const Sample &sample, std::mt19937_64 &random) {
  Array array;
  for (uint32_t i = 0; i < info.rank; ++i)
    array.dims.push_back(info.dims[i] == WEFT_DIM_TIME    ? tokens
                         : info.dims[i] == WEFT_DIM_BATCH ? 2
                                                          : info.dims[i]);
  int64_t count = array.elements();
  if (info.dtype == WEFT_I64 || info.dtype == WEFT_I32) {
    array.dtype = WEFT_I64;
    array.data.resize(count * sizeof(int64_t));
    auto *ids = reinterpret_cast<int64_t *>(array.data.data());
    for (int64_t i = 0; i < count; ++i)
      ids[i] = random() % (vocabulary ? vocabulary : 2);
    return array;
  }
  array.dtype = WEFT_F32;
  array.data.resize(count * sizeof(float));
  auto *values = reinterpret_cast<float *>(array.data.data());
  for (int64_t i = 0; i < count; ++i)
    values[i] = drawValue(range, sample, random);
  return array;
}

std::vector<Array> driver::roundedOnce(std::vector<Array> inputs,
                                       const weft_entry_info &entry,
                                       const ValueRanges &ranges,
                                       std::mt19937_64 &random) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (auto [i, input] : enumerate(inputs)) {
    if (input.dtype != WEFT_F32)
      continue;
    auto range = ranges.find(entry.inputs[i].name);
    auto *values = reinterpret_cast<float *>(input.data.data());
    for (float &value : MutableArrayRef(values, input.elements())) {
      float next = std::nextafter(value, random() & 1 ? infinity : -infinity);
      if (range == ranges.end() ||
          (range->second.lo <= next && next <= range->second.hi))
        value = next;
    }
  }
  return inputs;
}

std::vector<Array> driver::drawInputs(const weft_entry_info &entry,
                                      int64_t tokens, int64_t vocabulary,
                                      const ValueRanges &ranges,
                                      const Sample &sample,
                                      std::mt19937_64 &random) {
  std::vector<Array> inputs;
  for (uint32_t i = 0; i < entry.num_inputs; ++i) {
    auto range = ranges.find(entry.inputs[i].name);
    inputs.push_back(draw(entry.inputs[i], tokens, vocabulary,
                          range == ranges.end() ? nullptr : &range->second,
                          sample, random));
  }
  return inputs;
}
