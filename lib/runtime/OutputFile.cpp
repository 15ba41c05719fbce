#include "lib/runtime/OutputFile.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::runtime {

static Error cannotWrite(const std::string &path, int number) {
  return fileError(path, "cannot write the file: %s", strerror(number));
}

/// Opens a new file beside `target`; `name` becomes its path.
static int openBeside(const std::string &target, mode_t mode,
                      std::string &name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    name = target + ".part" + std::to_string(getpid()) + "." +
           std::to_string(attempt);
    int descriptor =
        open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor >= 0 || errno != EEXIST)
      return descriptor;
  }
  return -1;
}

Result<OutputFile> OutputFile::create(const std::string &path) {
  OutputFile file;
  file.path = file.target = path;
  struct stat status;
  bool exists = stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    return cannotWrite(path, EISDIR);
  if (exists && access(path.c_str(), W_OK) != 0)
    return cannotWrite(path, errno);
  if (exists && !S_ISREG(status.st_mode)) {
    file.descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    // A symbolic link stays one: the file behind it is replaced.
    char resolved[PATH_MAX];
    if (exists && realpath(path.c_str(), resolved))
      file.target = resolved;
    mode_t mode = exists ? status.st_mode & 0777 : 0666;
    file.descriptor = openBeside(file.target, mode, file.temporary);
  }
  if (file.descriptor < 0) {
    file.temporary.clear();
    return cannotWrite(path, errno);
  }
  return file;
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : path(std::move(other.path)), target(std::move(other.target)),
      temporary(std::exchange(other.temporary, std::string())),
      descriptor(std::exchange(other.descriptor, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor >= 0)
    close(descriptor);
  if (!temporary.empty())
    unlink(temporary.c_str());
}

Status OutputFile::write(const void *data, uint64_t bytes) {
  const char *next = static_cast<const char *>(data);
  while (bytes > 0) {
    // The system takes at most 2 GB at once.
    ssize_t written =
        ::write(descriptor, next, std::min<uint64_t>(bytes, 1 << 30));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return cannotWrite(path, errno);
    next += written;
    bytes -= static_cast<uint64_t>(written);
  }
  return {};
}

Status OutputFile::commit() {
  // Some file systems report a full disk only now.
  int closed = close(std::exchange(descriptor, -1));
  if (closed != 0)
    return cannotWrite(path, errno);
  if (temporary.empty())
    return {};
  if (rename(temporary.c_str(), target.c_str()) != 0)
    return cannotWrite(path, errno);
  temporary.clear();
  return {};
}

} // namespace weft::runtime
