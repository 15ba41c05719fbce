#include "lib/target/Header.h"

#include "lib/target/Descriptor.h"
#include "lib/target/ElementType.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace weft;

static std::string shapeOf(const TensorInterface &tensor) {
  std::string shape = "[";
  for (auto [i, dim] : llvm::enumerate(tensor.dims))
    shape += (i ? ", " : "") + (dim == WEFT_DIM_TIME    ? "T"
                                : dim == WEFT_DIM_BATCH ? "B"
                                                        : std::to_string(dim));
  return shape + "]";
}

static void printTensors(llvm::raw_ostream &os, llvm::StringRef what,
                         llvm::ArrayRef<TensorInterface> tensors) {
  for (const TensorInterface &tensor : tensors) {
    std::optional<ElementType> type = elementTypeOf(tensor.element);
    os << " *   " << what << " \"" << tensor.name << "\" " << shapeOf(tensor)
       << " " << (type ? type->word : "") << "\n";
  }
}

static void printEntry(llvm::raw_ostream &os, const EntryInterface &entry) {
  os << " * entry \"" << entry.name << "\""
     << (entry.states.empty() ? "" : ", needs a state") << "\n";
  printTensors(os, "input ", entry.inputs);
  printTensors(os, "output", entry.outputs);
}

static void printMacro(llvm::raw_ostream &os, const std::string &prefix,
                       llvm::StringRef name, const llvm::Twine &value) {
  os << "#define " << prefix << "_" << name << " " << value << "\n";
}

/// Sizes that do not depend on T or B, for arrays of the caller.
static void printSizes(llvm::raw_ostream &os, const std::string &prefix,
                       const ModelInterface &interface) {
  printMacro(os, prefix, "CONTEXT_LENGTH",
             llvm::Twine(interface.contextLength));
  printMacro(os, prefix, "VOCABULARY", llvm::Twine(interface.vocabulary));
  for (const EntryInterface &entry : interface.entries)
    for (const auto *list : {&entry.inputs, &entry.outputs})
      for (const TensorInterface &tensor : *list) {
        int64_t count = 1;
        for (int64_t dim : tensor.dims)
          count = dim < 0 || count < 0 ? -1 : count * dim;
        if (count >= 0)
          printMacro(os, prefix,
                     llvm::StringRef(identifierOf(entry.name) + "_" +
                                     identifierOf(tensor.name) + "_elements")
                         .upper(),
                     llvm::Twine(count));
      }
}

std::string weft::cHeader(const ModelInterface &interface) {
  std::string prefix = llvm::StringRef(identifierOf(interface.name)).upper();
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "/* Model '" << interface.name << "', compiled by weft.\n *\n";
  for (const EntryInterface &entry : interface.entries)
    printEntry(os, entry);
  os << " *\n * T is the number of tokens of a call, B the batch. weft/weft.h "
        "says how to\n * open a model, run its entries and keep its state. */\n"
     << "#ifndef " << prefix << "_WEFT_H\n#define " << prefix
     << "_WEFT_H\n\n#include <weft/weft.h>\n\n";
  printSizes(os, prefix, interface);
  os << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
     << "/* The model's functions; valid as long as the library is loaded. */\n"
     << "const weft_api *" << exportedName(interface) << "(void);\n\n"
     << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return text;
}
