// The constant tables of lib/runtime/Descriptor.h in LLVM IR.
#ifndef WEFT_LIB_TARGET_DESCRIPTOR_H
#define WEFT_LIB_TARGET_DESCRIPTOR_H

#include "weft/Target.h"

namespace llvm {
class Module;
} // namespace llvm

namespace weft {

/// The letters, digits and underscores of a name, for symbols in C.
std::string identifierOf(llvm::StringRef name);

/// NAME_weft, the one function that a compiled model exports.
std::string exportedName(const ModelInterface &interface);

/// Adds the descriptor, the table of functions and NAME_weft to a module that
/// has the functions weft_entry_E; all else in it becomes internal.
/// `embeddedFile` is the path of a weights file to carry along, or empty.
llvm::Error addDescriptor(llvm::Module &module, const ModelInterface &interface,
                          const TargetDescription &target,
                          llvm::StringRef embeddedFile);

} // namespace weft

#endif // WEFT_LIB_TARGET_DESCRIPTOR_H
