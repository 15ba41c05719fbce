#include "lib/runtime/ChatTemplate.h"

using namespace weft::runtime;

/// The default system message stands between these two.
static constexpr std::string_view defaultStart =
    "{% for message in messages %}"
    "{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\n";
static constexpr std::string_view defaultEnd = "<|im_end|>\n' }}{% endif %}";
static constexpr std::string_view plainStart = "{% for message in messages %}";
static constexpr std::string_view messages =
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

static bool takePrefix(std::string_view &text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix)
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

static std::string message(std::string_view role, std::string_view text) {
  std::string result = "<|im_start|>";
  return result.append(role).append("\n").append(text).append("<|im_end|>\n");
}

Result<ChatTemplate> ChatTemplate::recognise(std::string_view text,
                                             const std::string &place) {
  ChatTemplate chat;
  std::string_view rest = text;
  if (takePrefix(rest, defaultStart)) {
    size_t end = rest.find(defaultEnd);
    chat.system = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? 0 : end + defaultEnd.size());
  } else {
    takePrefix(rest, plainStart);
  }
  // A quote or backslash would mean that the message is more than plain text.
  bool plain = chat.system.find_first_of("'\\") == std::string::npos;
  if (rest != messages || !plain)
    return inputError(place,
                      "the chat template %s is not known; give the prompt as "
                      "token ids with --tokens",
                      quoted(text).c_str());
  return chat;
}

std::string ChatTemplate::render(std::string_view text) const {
  std::string start = system.empty() ? "" : message("system", system);
  return start + message("user", text) + "<|im_start|>assistant\n";
}
