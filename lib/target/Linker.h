// The system linker, without the system: lld in this process.
#ifndef WEFT_LIB_TARGET_LINKER_H
#define WEFT_LIB_TARGET_LINKER_H

#include "weft/Target.h"

namespace weft {

/// Links objects and the runtime to `output`, an executable.
llvm::Error linkExecutable(llvm::ArrayRef<std::string> objects,
                           const EmitOptions &options,
                           llvm::StringRef output);

/// Links to a shared library named `soname` that exports nothing but `symbol`.
llvm::Error linkSharedLibrary(llvm::ArrayRef<std::string> objects,
                              const EmitOptions &options,
                              llvm::StringRef symbol, llvm::StringRef soname,
                              llvm::StringRef output);

/// Links to one relocatable object in which all but `symbol` is local, so that
/// any number of them fit into one program.
llvm::Error linkRelocatable(llvm::ArrayRef<std::string> objects,
                            llvm::StringRef symbol, llvm::StringRef output);

} // namespace weft

#endif // WEFT_LIB_TARGET_LINKER_H
