#include "lib/runtime/Utf8.h"

using namespace weft::runtime;

/// The lead byte's length and the range its second byte must lie in, which
/// excludes overlong forms, surrogates and values beyond U+10FFFF.
struct Lead {
  uint8_t length, low, high;
};

static Lead leadOf(uint8_t byte) {
  if (byte < 0x80)
    return {1, 0, 0};
  if (byte >= 0xC2 && byte <= 0xDF)
    return {2, 0x80, 0xBF};
  if (byte >= 0xE0 && byte <= 0xEF)
    return {3, uint8_t(byte == 0xE0 ? 0xA0 : 0x80),
            uint8_t(byte == 0xED ? 0x9F : 0xBF)};
  if (byte >= 0xF0 && byte <= 0xF4)
    return {4, uint8_t(byte == 0xF0 ? 0x90 : 0x80),
            uint8_t(byte == 0xF4 ? 0x8F : 0xBF)};
  return {0, 0, 0};
}

CodePoint weft::runtime::decodeUtf8(std::string_view text) {
  uint8_t first = text[0];
  Lead lead = leadOf(first);
  if (lead.length == 0)
    return {0xFFFD, 1, CodePoint::Invalid};
  if (lead.length == 1)
    return {first, 1, CodePoint::None};
  uint32_t value = first & (0x7F >> lead.length);
  for (uint8_t at = 1; at < lead.length; ++at) {
    if (at == text.size())
      return {0xFFFD, at, CodePoint::CutShort};
    uint8_t byte = text[at];
    if (byte < lead.low || byte > lead.high)
      return {0xFFFD, at, CodePoint::Invalid};
    lead.low = 0x80, lead.high = 0xBF;
    value = value << 6 | (byte & 0x3F);
  }
  return {value, lead.length, CodePoint::None};
}

void weft::runtime::appendUtf8(uint32_t codePoint, std::string &text) {
  if (codePoint < 0x80) {
    text += static_cast<char>(codePoint);
    return;
  }
  int tail = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
  text += static_cast<char>(0xFF << (7 - tail) | codePoint >> (6 * tail));
  while (tail-- > 0)
    text += static_cast<char>(0x80 | (codePoint >> (6 * tail) & 0x3F));
}

std::optional<size_t> weft::runtime::findInvalidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    CodePoint point = decodeUtf8(text.substr(at));
    if (point.fault)
      return at;
    at += point.length;
  }
  return std::nullopt;
}

std::string Utf8Stream::push(std::string_view bytes) {
  pending += bytes;
  std::string whole;
  size_t at = 0;
  while (at < pending.size()) {
    CodePoint point = decodeUtf8(std::string_view(pending).substr(at));
    if (point.fault == CodePoint::CutShort)
      break;
    appendUtf8(point.value, whole);
    at += point.length;
  }
  pending.erase(0, at);
  return whole;
}

std::string Utf8Stream::finish() {
  // What is held back is the start of one character.
  std::string rest;
  if (!pending.empty())
    appendUtf8(0xFFFD, rest);
  pending.clear();
  return rest;
}
