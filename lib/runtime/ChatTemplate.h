// Chat templates: Jinja programs in model files, of which the known ones are
// recognised by their exact text.
#ifndef WEFT_RUNTIME_CHATTEMPLATE_H
#define WEFT_RUNTIME_CHATTEMPLATE_H

#include "lib/runtime/Result.h"

namespace weft::runtime {

/// ChatML: every message is `<|im_start|>ROLE\nTEXT<|im_end|>\n`.
class ChatTemplate {
public:
  /// Recognises the text of a template; `place` names the file and key. An
  /// unknown one is an error: a wrong prompt would only make a model look bad.
  static Result<ChatTemplate> recognise(std::string_view text,
                                        const std::string &place);

  /// The text that asks the model to answer `message`.
  std::string render(std::string_view message) const;

  /// What the template says first if the user gives no system message; empty
  /// if it says nothing.
  const std::string &systemMessage() const { return system; }

private:
  std::string system;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_CHATTEMPLATE_H
