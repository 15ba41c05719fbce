// Where this machine keeps its C library, and where weft keeps its runtime.
#ifndef WEFT_LIB_TARGET_SYSTEMLIBRARY_H
#define WEFT_LIB_TARGET_SYSTEMLIBRARY_H

#include "weft/Target.h"

namespace weft {

struct SystemLibrary {
  std::string start;    // Scrt1.o: calls main
  std::string prologue; // crti.o
  std::string epilogue; // crtn.o
  std::string loader;
  std::vector<std::string> directories;
};

/// Looks in the directories in which compilers look.
llvm::Expected<SystemLibrary> findSystemLibrary(const EmitOptions &options);

/// libweft_link.a, beside the library that this code is in.
llvm::Expected<std::string> findRuntime();

} // namespace weft

#endif // WEFT_LIB_TARGET_SYSTEMLIBRARY_H
