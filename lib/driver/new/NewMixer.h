// weftc new mixer: the files that a mixer begins with.
#ifndef WEFT_DRIVER_NEW_NEWMIXER_H
#define WEFT_DRIVER_NEW_NEWMIXER_H

#include "llvm/ADT/StringRef.h"

namespace weft::driver {

/// Writes NAME.mlir, NAME_test.py and NAME.md into the current directory, or
/// nothing if one of them exists.
int newMixer(llvm::StringRef name);

} // namespace weft::driver

#endif // WEFT_DRIVER_NEW_NEWMIXER_H
