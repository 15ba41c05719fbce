#include "lib/runtime/OutputFile.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace weft::runtime;

static Error systemError(const std::string &path) {
  return fileError(path, "cannot be written: %s", strerror(errno));
}

Result<OutputFile> OutputFile::create(const std::string &path) {
  struct stat info;
  bool exists = stat(path.c_str(), &info) == 0;
  if (exists && !S_ISREG(info.st_mode)) {
    int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
      return systemError(path);
    return OutputFile(path, "", descriptor);
  }
  std::string temporary = path + ".XXXXXX";
  int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0)
    return systemError(path);
  // mkostemp makes private files; the result has the usual permissions.
  mode_t mask = umask(0);
  umask(mask);
  fchmod(descriptor, exists ? info.st_mode & 0777 : 0666 & ~mask);
  return OutputFile(path, std::move(temporary), descriptor);
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : path(std::move(other.path)), temporary(std::move(other.temporary)),
      descriptor(std::exchange(other.descriptor, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor < 0)
    return;
  close(descriptor);
  if (!temporary.empty())
    unlink(temporary.c_str());
}

weft::runtime::Status OutputFile::write(const void *data, uint64_t bytes) {
  const char *next = static_cast<const char *>(data);
  while (bytes > 0) {
    ssize_t written =
        ::write(descriptor, next, std::min<uint64_t>(bytes, 1 << 30));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return systemError(path);
    next += written;
    bytes -= written;
  }
  return {};
}

weft::runtime::Status OutputFile::commit() {
  int closed = close(std::exchange(descriptor, -1));
  if (closed == 0 &&
      (temporary.empty() || rename(temporary.c_str(), path.c_str()) == 0))
    return {};
  Error error = systemError(path);
  if (!temporary.empty())
    unlink(temporary.c_str());
  return error;
}
