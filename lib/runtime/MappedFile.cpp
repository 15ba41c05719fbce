#include "lib/runtime/MappedFile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::runtime {

static Result<MappedFile> cannotRead(const std::string &path, int number) {
  return fileError(path, "cannot read the file: %s", strerror(number));
}

Result<MappedFile> MappedFile::open(const std::string &path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return cannotRead(path, errno);
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(descriptor);
    return fileError(path, "expects a regular file, got a %s",
                     S_ISDIR(status.st_mode) ? "directory" : "device or pipe");
  }
  MappedFile file;
  file.length = static_cast<uint64_t>(status.st_size);
  // An empty file cannot be mapped; it stays a null range.
  if (file.length != 0) {
    void *address =
        mmap(nullptr, file.length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    int number = errno;
    if (address == MAP_FAILED) {
      file.length = 0;
      close(descriptor);
      return cannotRead(path, number);
    }
    file.start = static_cast<const uint8_t *>(address);
  }
  close(descriptor);
  return file;
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : start(std::exchange(other.start, nullptr)),
      length(std::exchange(other.length, 0)) {}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept {
  std::swap(start, other.start);
  std::swap(length, other.length);
  return *this;
}

MappedFile::~MappedFile() {
  if (start)
    munmap(const_cast<uint8_t *>(start), length);
}

void MappedFile::release(const uint8_t *from, uint64_t bytes) const {
  if (!start || from < start || from + bytes > start + length)
    return;
  // Whole pages only: the ends belong to neighbours as well.
  uint64_t page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  uint64_t first = (from - start + page - 1) / page * page;
  uint64_t last = (from - start + bytes) / page * page;
  if (first < last)
    madvise(const_cast<uint8_t *>(start) + first, last - first, MADV_DONTNEED);
}

} // namespace weft::runtime
