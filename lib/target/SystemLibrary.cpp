#include "lib/target/SystemLibrary.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"

#include <dlfcn.h>

using namespace weft;

/// Debian's multiarch directories come first, then those of other systems.
static std::vector<std::string> searchPath(const llvm::Triple &triple) {
  std::string multiarch = triple.getArchName().str() + "-linux-gnu";
  return {"/usr/lib/" + multiarch, "/lib/" + multiarch,
          "/usr/lib64",            "/lib64",
          "/usr/lib",              "/lib"};
}

/// The name of the dynamic loader is part of the platform's ABI.
static std::string loaderOf(const llvm::Triple &triple) {
  return triple.isAArch64() ? "/lib/ld-linux-aarch64.so.1"
                            : "/lib64/ld-linux-x86-64.so.2";
}

static std::string findFile(llvm::ArrayRef<std::string> directories,
                            llvm::StringRef name) {
  for (const std::string &directory : directories) {
    std::string path = directory + "/" + name.str();
    if (llvm::sys::fs::exists(path))
      return path;
  }
  return "";
}

llvm::Expected<SystemLibrary>
weft::findSystemLibrary(const EmitOptions &options) {
  llvm::Triple triple(options.target.triple);
  SystemLibrary system;
  for (const std::string &directory : searchPath(triple))
    system.directories.push_back(options.systemRoot + directory);
  system.loader = loaderOf(triple);
  const std::pair<const char *, std::string *> files[] = {
      {"Scrt1.o", &system.start},
      {"crti.o", &system.prologue},
      {"crtn.o", &system.epilogue}};
  for (auto [name, path] : files) {
    *path = findFile(system.directories, name);
    if (path->empty())
      return llvm::make_error<TargetError>(
          TargetError::Target,
          std::string("cannot link: '") + name +
              "' of the C library is in none of " +
              llvm::join(system.directories, ", ") +
              "; install the development files of the C library (libc6-dev or "
              "glibc-devel)");
  }
  return system;
}

llvm::Expected<std::string> weft::findRuntime() {
  Dl_info self;
  std::string directory;
  if (dladdr(reinterpret_cast<void *>(&weft::findRuntime), &self) &&
      self.dli_fname)
    directory = llvm::sys::path::parent_path(self.dli_fname).str();
  std::string path = findFile({directory}, "libweft_link.a");
  if (path.empty())
    return llvm::make_error<TargetError>(
        TargetError::Target, "cannot link: 'libweft_link.a' is not in '" +
                                 directory + "', where libweft.so is");
  return path;
}
