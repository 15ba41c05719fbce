// The picture in a terminal: two rows to a line in half blocks, or characters
// where there are no colours.
#include "lib/driver/plot/Picture.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace llvm;
using namespace weft::driver;

static constexpr Colour kAbsent = {222, 216, 202};

static Colour cellColour(const Picture &picture, const Scale &scale,
                         int64_t row, int64_t column) {
  return picture.isPresent(row, column)
             ? colourOf(scale.level(picture.entry(row, column)))
             : kAbsent;
}

/// The upper half of a character in one colour, the lower in another.
static void halfBlocks(const Picture &picture, const Scale &scale,
                       raw_ostream &os) {
  auto paint = [&](int layer, Colour colour) {
    os << "\033[" << layer << ";2;" << unsigned(colour.red) << ";"
       << unsigned(colour.green) << ";" << unsigned(colour.blue) << "m";
  };
  for (int64_t row = 0; row < picture.rows; row += 2) {
    for (int64_t column = 0; column < picture.columns; ++column) {
      paint(38, cellColour(picture, scale, row, column));
      if (row + 1 < picture.rows)
        paint(48, cellColour(picture, scale, row + 1, column));
      os << "▀";
    }
    os << "\033[0m\n";
  }
}

/// A character an entry, darker for larger ones; a dot for an absent one.
static void characters(const Picture &picture, const Scale &scale,
                       raw_ostream &os) {
  static const char *const shades[] = {" ", "░", "▒", "▓", "█"};
  for (int64_t row = 0; row < picture.rows; ++row) {
    for (int64_t column = 0; column < picture.columns; ++column)
      os << (picture.isPresent(row, column)
                 ? shades[(std::abs(scale.level(picture.entry(row, column))) *
                               4 +
                           kLevels - 1) /
                          kLevels]
                 : "·");
    os << "\n";
  }
}

static void blockMap(const Picture &picture, raw_ostream &os) {
  static const char *const marks[] = {"·", "▒", "█"};
  os << "\nblocks of " << picture.block << " x " << picture.block << ": "
     << picture.count(BlockClass::Full) << " full █, "
     << picture.count(BlockClass::Partial) << " partial ▒, "
     << picture.count(BlockClass::Empty) << " empty ·\n";
  for (int64_t row = 0; row < picture.blockRows(); ++row) {
    for (int64_t column = 0; column < picture.blockColumns(); ++column)
      os << marks[int(picture.blockAt(row, column))];
    os << "\n";
  }
  os << picture.blockSource << "\n";
}

std::string weft::driver::toText(const Picture &picture, bool colours) {
  std::string text;
  raw_string_ostream os(text);
  Scale scale(picture);
  os << picture.title << ": " << picture.subtitle << "\n\n";
  if (colours)
    halfBlocks(picture, scale, os);
  else
    characters(picture, scale, os);
  double least = scale.hasNegative() ? scale.value(-kLevels) : 0.0;
  os << "entries " << format("%.3g", least) << " to "
     << format("%.3g", scale.value(kLevels)) << ", by square root\n";
  blockMap(picture, os);
  return os.str();
}
