// The picture as SVG: the matrix with its chunk grid, a map of its blocks, and
// a legend for both.
#include "lib/driver/plot/Picture.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <map>

using namespace llvm;
using namespace weft::driver;

namespace {

/// A rectangle of the page that shows rows and columns.
struct Panel {
  double left, top, size;
  int64_t rows, columns;

  double cell() const { return size / std::max(rows, columns); }
  double width() const { return cell() * columns; }
  double height() const { return cell() * rows; }
};

class SvgWriter {
public:
  explicit SvgWriter(const Picture &picture)
      : picture(picture), scale(picture), os(text) {}
  std::string write();

private:
  void heading();
  void matrix();
  void cells();
  void grid(const Panel &panel, int64_t step);
  void ticks();
  void blocks();
  void blockLegend(double top);
  void colourBar(double top);
  void label(double x, double y, const Twine &words, StringRef style = "");

  const Picture &picture;
  Scale scale;
  std::string text;
  raw_string_ostream os;
  Panel main{64, 96, 420, picture.rows, picture.columns};
  Panel map{548, 96, 150, picture.blockRows(), picture.blockColumns()};
};

} // namespace

/// Two digits are enough for a place on the page.
static std::string number(double value) {
  std::string text;
  raw_string_ostream(text) << format("%.2f", value);
  StringRef shorter = StringRef(text).rtrim('0');
  shorter.consume_back(".");
  return shorter == "-0" ? "0" : shorter.str();
}

static std::string hex(Colour colour) {
  std::string text;
  raw_string_ostream(text) << format("#%02x%02x%02x", colour.red, colour.green,
                                     colour.blue);
  return text;
}

/// The three classes of blocks, in the order of BlockClass.
static constexpr StringLiteral kBlockFill[] = {"url(#absent)", "#a6cbb9",
                                               "#2f6f57"};
static constexpr StringLiteral kBlockName[] = {"empty", "partial", "full"};

void SvgWriter::label(double x, double y, const Twine &words, StringRef style) {
  os << "<text x=\"" << number(x) << "\" y=\"" << number(y) << "\"" << style
     << ">";
  printHTMLEscaped(words.str(), os);
  os << "</text>\n";
}

void SvgWriter::heading() {
  os << R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 764 556" width="764" height="556" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<defs><pattern id="absent" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#f3f1ec"/><path d="M0 0v6" stroke="#d9d4c7" stroke-width="1.5"/></pattern></defs>
<rect width="764" height="556" fill="#fff"/>
)svg";
  label(64, 34, picture.title, " font-size=\"18\" font-weight=\"600\"");
  label(64, 54, picture.subtitle, " fill=\"#777\"");
}

/// Cells of one colour are one path: runs of a row, a unit high.
void SvgWriter::cells() {
  std::map<int, std::string> paths;
  for (int64_t row = 0; row < picture.rows; ++row)
    for (int64_t column = 0; column < picture.columns;) {
      if (!picture.isPresent(row, column)) {
        ++column;
        continue;
      }
      int level = scale.level(picture.entry(row, column));
      int64_t end = column + 1;
      while (end < picture.columns && picture.isPresent(row, end) &&
             scale.level(picture.entry(row, end)) == level)
        ++end;
      raw_string_ostream(paths[level])
          << "M" << column << " " << row << "h" << end - column << "v1h-"
          << end - column << "z";
      column = end;
    }
  os << "<g transform=\"translate(" << number(main.left) << " "
     << number(main.top) << ") scale(" << format("%.5f", main.cell())
     << ")\" shape-rendering=\"crispEdges\">\n";
  for (const auto &[level, path] : paths)
    os << "<path fill=\"" << hex(colourOf(level)) << "\" d=\"" << path
       << "\"/>\n";
  os << "</g>\n";
}

/// Lines between blocks of `step` rows and columns, and a frame.
void SvgWriter::grid(const Panel &panel, int64_t step) {
  os << "<path fill=\"none\" stroke=\"#555\" stroke-opacity=\"0.45\" "
        "stroke-width=\"0.75\" d=\"";
  for (int64_t row = step; row < panel.rows; row += step)
    os << "M" << number(panel.left) << " "
       << number(panel.top + row * panel.cell()) << "h"
       << number(panel.width());
  for (int64_t column = step; column < panel.columns; column += step)
    os << "M" << number(panel.left + column * panel.cell()) << " "
       << number(panel.top) << "v" << number(panel.height());
  os << "\"/>\n<rect x=\"" << number(panel.left) << "\" y=\""
     << number(panel.top) << "\" width=\"" << number(panel.width())
     << "\" height=\"" << number(panel.height())
     << "\" fill=\"none\" stroke=\"#555\"/>\n";
}

/// Numbers at the borders of blocks, no closer than the words need.
void SvgWriter::ticks() {
  int64_t step = picture.block;
  while (step * main.cell() < 30)
    step *= 2;
  os << "<g font-size=\"10\" fill=\"#777\">\n";
  for (int64_t column = 0; column < picture.columns; column += step)
    label(main.left + column * main.cell(), main.top - 5, Twine(column),
          column ? " text-anchor=\"middle\"" : "");
  for (int64_t row = 0; row < picture.rows; row += step)
    label(main.left - 6, main.top + row * main.cell() + (row ? 3.5 : 9),
          Twine(row), " text-anchor=\"end\"");
  os << "</g>\n";
}

void SvgWriter::matrix() {
  os << "<rect x=\"" << number(main.left) << "\" y=\"" << number(main.top)
     << "\" width=\"" << number(main.width()) << "\" height=\""
     << number(main.height()) << "\" fill=\"url(#absent)\"/>\n";
  cells();
  grid(main, picture.block);
  ticks();
  label(main.left + main.width() / 2, main.top - 20, "column j: token read",
        " text-anchor=\"middle\"");
  double middle = main.top + main.height() / 2;
  label(24, middle, "row i: token written",
        " text-anchor=\"middle\" transform=\"rotate(-90 24 " + number(middle) +
            ")\"");
}

void SvgWriter::blocks() {
  label(map.left, map.top - 20,
        "blocks of " + Twine(picture.block) + " × " + Twine(picture.block));
  for (int64_t row = 0; row < map.rows; ++row)
    for (int64_t column = 0; column < map.columns; ++column)
      os << "<rect x=\"" << number(map.left + column * map.cell()) << "\" y=\""
         << number(map.top + row * map.cell()) << "\" width=\""
         << number(map.cell()) << "\" height=\"" << number(map.cell())
         << "\" fill=\"" << kBlockFill[int(picture.blockAt(row, column))]
         << "\"/>\n";
  grid(map, 1);
  blockLegend(map.top + map.height() + 22);
}

void SvgWriter::blockLegend(double top) {
  static constexpr StringLiteral meaning[] = {"skipped", "mask for each entry",
                                              "no mask"};
  for (int kind = 2; kind >= 0; --kind) {
    os << "<rect x=\"" << number(map.left) << "\" y=\"" << number(top - 10)
       << "\" width=\"12\" height=\"12\" stroke=\"#999\" stroke-width=\"0.5\" "
          "fill=\""
       << kBlockFill[kind] << "\"/>\n";
    label(map.left + 20, top,
          Twine(picture.count(BlockClass(kind))) + " " + kBlockName[kind] +
              ": " + meaning[kind]);
    top += 20;
  }
  label(map.left, top + 2, picture.blockSource,
        " font-size=\"10\" fill=\"#777\"");
}

void SvgWriter::colourBar(double top) {
  int lowest = scale.hasNegative() ? -kLevels : 0;
  double width = map.size / (kLevels - lowest + 1);
  label(map.left, top - 10, "entries (by square root)");
  for (int level = lowest; level <= kLevels; ++level)
    os << "<rect x=\"" << number(map.left + (level - lowest) * width)
       << "\" y=\"" << number(top) << "\" width=\"" << number(width + 0.3)
       << "\" height=\"14\" fill=\"" << hex(colourOf(level)) << "\"/>\n";
  os << "<rect x=\"" << number(map.left) << "\" y=\"" << number(top)
     << "\" width=\"" << number(map.size)
     << "\" height=\"14\" fill=\"none\" stroke=\"#999\" "
        "stroke-width=\"0.5\"/>\n<g font-size=\"10\" fill=\"#777\" "
        "text-anchor=\"middle\">\n";
  for (int level = lowest; level <= kLevels; level += kLevels / 2) {
    std::string value;
    raw_string_ostream(value) << format("%.2g", scale.value(level));
    label(map.left + (level - lowest + 0.5) * width, top + 26, value);
  }
  os << "</g>\n<rect x=\"" << number(map.left) << "\" y=\"" << number(top + 40)
     << "\" width=\"12\" height=\"12\" stroke=\"#999\" stroke-width=\"0.5\" "
        "fill=\"url(#absent)\"/>\n";
  label(map.left + 20, top + 50, "absent");
}

std::string SvgWriter::write() {
  heading();
  matrix();
  blocks();
  colourBar(main.top + 330);
  os << "</svg>\n";
  return os.str();
}

std::string weft::driver::toSvg(const Picture &picture) {
  return SvgWriter(picture).write();
}
