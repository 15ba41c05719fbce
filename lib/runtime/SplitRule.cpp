#include "lib/runtime/SplitRule.h"
#include "lib/runtime/CharacterClass.h"
#include "lib/runtime/Utf8.h"

using namespace weft::runtime;

using PieceFunction = std::function<void(std::string_view)>;

namespace {
/// A character at some place in a text; of length 0 at its end.
struct Character {
  CharacterClass kind = CharacterClass::Other;
  size_t length = 0;
};
} // namespace

static Character characterAt(std::string_view text, size_t at) {
  if (at >= text.size())
    return {};
  CodePoint point = decodeUtf8(text.substr(at));
  return {classOf(point.value), point.length};
}

static bool isDigit(CharacterClass kind) {
  return kind == CharacterClass::Number || kind == CharacterClass::LateDigit;
}

/// The patterns' view of a class.
static CharacterClass patternClass(CharacterClass kind) {
  return kind == CharacterClass::LateDigit ? CharacterClass::Other : kind;
}

/// The end of the run of characters of one class that starts at `at`, and the
/// start of its last character.
static size_t runEnd(std::string_view text, size_t at, CharacterClass kind,
                     size_t &last) {
  while (true) {
    Character next = characterAt(text, at);
    if (next.length == 0 || patternClass(next.kind) != kind)
      return at;
    last = at;
    at += next.length;
  }
}

/// The length of 's, 't, 're, 've, 'm, 'll or 'd, else 0.
static size_t contraction(std::string_view text) {
  for (std::string_view word : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
    if (text.substr(0, word.size()) == word)
      return word.size();
  return 0;
}

/// The end of the piece that starts at `at`, by SplitRule::Words.
static size_t wordEnd(std::string_view text, size_t at) {
  if (size_t length = contraction(text.substr(at)))
    return at + length;
  Character first = characterAt(text, at);
  size_t last = at;
  // One space before letters, numbers or other signs belongs to them.
  Character second = characterAt(text, at + 1);
  if (text[at] == ' ' && second.length && second.kind != CharacterClass::Space)
    return runEnd(text, at + 1, patternClass(second.kind), last);
  size_t end = runEnd(text, at, patternClass(first.kind), last);
  // \s+(?!\S): of several spaces before something else the last stays behind.
  if (first.kind == CharacterClass::Space && end < text.size() && last > at)
    return last;
  return end;
}

static void splitWords(std::string_view text, const PieceFunction &piece) {
  for (size_t at = 0; at < text.size();) {
    size_t end = wordEnd(text, at);
    piece(text.substr(at, end - at));
    at = end;
  }
}

static void splitDigits(std::string_view text, const PieceFunction &piece) {
  size_t start = 0;
  for (size_t at = 0; at < text.size();) {
    Character character = characterAt(text, at);
    if (isDigit(character.kind)) {
      splitWords(text.substr(start, at - start), piece);
      piece(text.substr(at, character.length));
      start = at + character.length;
    }
    at += character.length;
  }
  splitWords(text.substr(start), piece);
}

void weft::runtime::splitText(SplitRule rule, std::string_view text,
                              const PieceFunction &piece) {
  if (rule == SplitRule::DigitsThenWords)
    return splitDigits(text, piece);
  splitWords(text, piece);
}
