// --help: what the model takes, gives and needs.
#include "lib/runtime/MainRun.h"

#include "lib/runtime/Elements.h"

using namespace weft::runtime;

static std::string megabytes(int64_t bytes) {
  char text[32];
  snprintf(text, sizeof(text), "%.1f MB", bytes / 1e6);
  return text;
}

static void addTensors(std::string &text, const char *kind,
                       const weft_tensor_info *tensors, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    text += std::string("    ") + kind + " " + tensors[i].name + " " +
            shapeText(tensors[i].dims, tensors[i].rank) + " " +
            nameOf(tensors[i].dtype) + "\n";
}

static void addEntries(std::string &text, const weft_model_info &info) {
  for (uint32_t i = 0; i < info.num_entries; ++i) {
    const weft_entry_info &entry = info.entries[i];
    text += std::string("  ") + entry.name + "\n";
    addTensors(text, "input ", entry.inputs, entry.num_inputs);
    addTensors(text, "output", entry.outputs, entry.num_outputs);
  }
  text += "  (T: tokens, B: batch";
  text += info.vocabulary
              ? "; token ids are below " + std::to_string(info.vocabulary)
              : "";
  text += ")\n";
}

static void addMemory(std::string &text, const weft_descriptor &descriptor) {
  const weft_model_info &info = descriptor.info;
  if (info.context_length)
    text += "context: " + std::to_string(info.context_length) +
            " tokens at most\n";
  if (info.num_states)
    text += "memory of a state: " + megabytes(info.state_bytes) +
            (info.context_length ? " when the context is full\n" : "\n");
  if (!descriptor.num_weights)
    return;
  text += "weights: " + megabytes(info.weights_bytes) + " in memory, ";
  if (descriptor.embedded)
    text += "embedded\n";
  else if (descriptor.weights_path)
    text += std::string("from ") + descriptor.weights_path + "\n";
  else
    text += "from the file that --weights names\n";
}

std::string weft::runtime::helpText(const weft_descriptor &descriptor,
                                    const char *program) {
  bool talks = descriptor.flags & WEFT_LANGUAGE_MODEL;
  std::string text = std::string("model '") + descriptor.info.name + "'\n\n";
  text += std::string("usage: ") + program +
          " -i NAME=FILE ... -o NAME=FILE ... [options]\n";
  if (talks)
    text += std::string("       ") + program + " -p PROMPT [options]\n";
  text += "\nentries:\n";
  addEntries(text, descriptor.info);
  text += "\n";
  addMemory(text, descriptor);
  text += "\noptions:\n" + mainOptionsHelp(talks);
  text += "\nexit codes: 0 fine, 1 input diagnosed, 2 usage, 3 comparison "
          "failed,\n  4 target missing, 5 file I/O, 70 internal error\n";
  return text;
}
