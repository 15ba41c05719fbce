#include "lib/driver/plot/Picture.h"

#include <algorithm>
#include <cmath>

using namespace weft::driver;

int64_t Picture::count(BlockClass kind) const {
  return std::count(blocks.begin(), blocks.end(), kind);
}

Scale::Scale(const Picture &picture) {
  for (size_t i = 0; i < picture.entries.size(); ++i) {
    double entry = picture.entries[i];
    if (!picture.present[i] || !std::isfinite(entry))
      continue;
    largest = std::max(largest, std::abs(entry));
    negative |= entry < 0;
  }
}

int Scale::level(double value) const {
  if (largest == 0 || std::isnan(value))
    return 0;
  double share = std::min(std::abs(value) / largest, 1.0);
  int level = int(std::lround(std::sqrt(share) * kLevels));
  return value < 0 ? -level : level;
}

double Scale::value(double level) const {
  double share = level / kLevels;
  return share * std::abs(share) * largest;
}

/// A colour between two others.
static Colour mix(Colour a, Colour b, double share) {
  auto channel = [&](uint8_t x, uint8_t y) {
    return uint8_t(std::lround(x + (y - x) * share));
  };
  return {channel(a.red, b.red), channel(a.green, b.green),
          channel(a.blue, b.blue)};
}

Colour weft::driver::colourOf(int level) {
  static constexpr Colour blues[] = {
      {255, 255, 255}, {198, 219, 239}, {66, 146, 198}, {8, 48, 107}};
  static constexpr Colour reds[] = {
      {255, 255, 255}, {253, 208, 180}, {226, 93, 62}, {110, 12, 24}};
  const Colour *stops = level < 0 ? reds : blues;
  double place = 3.0 * std::abs(level) / kLevels;
  int stop = std::min(int(place), 2);
  return mix(stops[stop], stops[stop + 1], place - stop);
}
