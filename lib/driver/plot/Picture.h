// A matrix to look at: its entries, which of them there are, and its blocks.
#ifndef WEFT_DRIVER_PLOT_PICTURE_H
#define WEFT_DRIVER_PLOT_PICTURE_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::driver {

/// What is known of a block before its entries are computed.
enum class BlockClass : uint8_t { Empty, Partial, Full };

struct Picture {
  std::string title, subtitle;
  int64_t rows = 0, columns = 0;
  /// Row by row; what an absent entry holds means nothing.
  std::vector<double> entries;
  std::vector<bool> present;
  /// Rows and columns of a block; the last ones may be shorter.
  int64_t block = 0;
  std::vector<BlockClass> blocks;
  /// How the blocks were told apart, for the legend.
  std::string blockSource;

  int64_t blockRows() const { return (rows + block - 1) / block; }
  int64_t blockColumns() const { return (columns + block - 1) / block; }
  bool isPresent(int64_t row, int64_t column) const {
    return present[row * columns + column];
  }
  double entry(int64_t row, int64_t column) const {
    return entries[row * columns + column];
  }
  BlockClass blockAt(int64_t row, int64_t column) const {
    return blocks[row * blockColumns() + column];
  }
  int64_t count(BlockClass kind) const;
};

/// Levels on which entries are drawn: 0 for zero, ± kLevels for the largest
/// absolute value, in between by the square root, so that small entries show.
inline constexpr int kLevels = 16;
class Scale {
public:
  explicit Scale(const Picture &picture);
  int level(double value) const;
  /// The value in the middle of a level.
  double value(double level) const;
  bool hasNegative() const { return negative; }

private:
  double largest = 0;
  bool negative = false;
};

struct Colour {
  uint8_t red, green, blue;
};
/// White to dark blue for what is not negative, red for what is.
Colour colourOf(int level);

/// The picture as an SVG file, the same bytes for the same picture.
std::string toSvg(const Picture &picture);

/// The picture as text: half blocks in colour, or characters.
std::string toText(const Picture &picture, bool colours);

} // namespace weft::driver

#endif // WEFT_DRIVER_PLOT_PICTURE_H
