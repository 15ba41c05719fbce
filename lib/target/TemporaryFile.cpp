#include "lib/target/TemporaryFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace weft;

llvm::Error weft::fileError(llvm::StringRef path, std::error_code code) {
  return llvm::make_error<TargetError>(
      TargetError::File,
      path.str() + ": cannot be written: " + code.message());
}

TemporaryFile::TemporaryFile(llvm::StringRef base, llvm::StringRef suffix)
    : name(base.str() + "." + std::to_string(llvm::sys::Process::getProcessId()) +
           suffix.str()) {}

TemporaryFile::~TemporaryFile() {
  if (!name.empty())
    llvm::sys::fs::remove(name);
}

llvm::Error TemporaryFile::create() {
  std::error_code code;
  llvm::raw_fd_ostream os(name, code);
  return code ? fileError(name, code) : closeFile(os, name);
}

llvm::Error TemporaryFile::renameTo(llvm::StringRef target) {
  if (std::error_code code = llvm::sys::fs::rename(name, target))
    return fileError(target, code);
  name.clear();
  return llvm::Error::success();
}

llvm::Error weft::closeFile(llvm::raw_fd_ostream &os, llvm::StringRef path) {
  os.close();
  std::error_code code = os.error();
  // The destructor of a stream with an error that nobody looked at aborts.
  os.clear_error();
  return code ? fileError(path, code) : llvm::Error::success();
}

llvm::Error weft::writeFile(llvm::StringRef path, llvm::StringRef bytes) {
  TemporaryFile temporary(path, ".partial");
  std::error_code code;
  llvm::raw_fd_ostream os(temporary.path(), code);
  if (code)
    return fileError(path, code);
  os << bytes;
  if (llvm::Error error = closeFile(os, path))
    return error;
  return temporary.renameTo(path);
}
