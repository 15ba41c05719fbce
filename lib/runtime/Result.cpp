#include "lib/runtime/Result.h"

#include <cstdarg>
#include <cstdio>
#include <string_view>

namespace weft::runtime {

static std::string formatted(const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int size = vsnprintf(nullptr, 0, format, again);
  va_end(again);
  std::string text(size < 0 ? 0 : size, '\0');
  if (size > 0)
    vsnprintf(text.data(), text.size() + 1, format, arguments);
  return text;
}

Error makeError(ExitCode code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Error error{code, formatted(format, arguments)};
  va_end(arguments);
  return error;
}

Error inputError(const std::string &place, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Error error{ExitCode::InputDiagnosed,
              place + ": " + formatted(format, arguments)};
  va_end(arguments);
  return error;
}

Error fileError(const std::string &path, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Error error{ExitCode::FileIO, path + ": " + formatted(format, arguments)};
  va_end(arguments);
  return error;
}

/// The length of the valid UTF-8 sequence at the start of `text`, or 0.
static size_t utf8Length(std::string_view text) {
  unsigned char lead = text[0];
  size_t length = lead < 0x80           ? 1
                  : (lead >> 5) == 0x06 ? 2
                  : (lead >> 4) == 0x0e ? 3
                  : (lead >> 3) == 0x1e ? 4
                                        : 0;
  if (length == 0 || length > text.size())
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) >> 6) != 0x02)
      return 0;
  return length;
}

std::string quoted(std::string_view text) {
  constexpr size_t longest = 80;
  std::string result = "'";
  size_t i = 0;
  while (i < text.size() && i < longest) {
    unsigned char byte = text[i];
    size_t length = utf8Length(text.substr(i));
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      char escape[8];
      snprintf(escape, sizeof(escape), "\\x%02x", byte);
      result += escape;
      ++i;
      continue;
    }
    result += text.substr(i, length);
    i += length;
  }
  return result + (i < text.size() ? "...'" : "'");
}

} // namespace weft::runtime
