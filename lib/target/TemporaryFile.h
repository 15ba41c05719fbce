// Files that are written beside their final place.
#ifndef WEFT_LIB_TARGET_TEMPORARYFILE_H
#define WEFT_LIB_TARGET_TEMPORARYFILE_H

#include "weft/Target.h"

namespace llvm {
class raw_fd_ostream;
} // namespace llvm

namespace weft {

/// A file that is gone with this object, unless it was renamed.
class TemporaryFile {
public:
  /// The path of `base` with the process's number and a suffix; one run never
  /// meets the files of another.
  TemporaryFile(llvm::StringRef base, llvm::StringRef suffix);
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;
  ~TemporaryFile();

  const std::string &path() const { return name; }
  /// An error now is one before all the work.
  llvm::Error create();
  llvm::Error renameTo(llvm::StringRef target);

private:
  std::string name;
};

/// "PATH: cannot be written: REASON", exit code 5.
llvm::Error fileError(llvm::StringRef path, std::error_code code);

/// Closes a stream; a full disk shows here.
llvm::Error closeFile(llvm::raw_fd_ostream &os, llvm::StringRef path);

/// Writes a whole file through a temporary one.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes);

} // namespace weft

#endif // WEFT_LIB_TARGET_TEMPORARYFILE_H
