// A value or an error: how every fallible function of the runtime answers, as
// compiled executables have no exceptions.
#ifndef WEFT_RUNTIME_RESULT_H
#define WEFT_RUNTIME_RESULT_H

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace weft::runtime {

/// The exit codes of every tool and of compiled executables.
enum class ExitCode : int {
  Fine = 0,
  InputDiagnosed = 1,
  Usage = 2,
  ComparisonFailed = 3,
  TargetMissing = 4,
  FileIO = 5,
  Internal = 70,
};

/// What went wrong: the message names the file, the place in it (byte, tensor
/// or key) and the remedy where there is one, without a leading "error:".
struct Error {
  ExitCode code;
  std::string message;
};

/// Makes an error from a printf format.
__attribute__((format(printf, 2, 3))) Error makeError(ExitCode code,
                                                      const char *format, ...);

/// Makes the error of a file that is read well but holds something wrong.
/// `place` is the file and the place in it, such as `a.gguf: byte 24`.
__attribute__((format(printf, 2, 3))) Error inputError(const std::string &place,
                                                       const char *format, ...);

/// Makes the error of a file that cannot be opened, read or written.
__attribute__((format(printf, 2, 3))) Error fileError(const std::string &path,
                                                      const char *format, ...);

/// A printable form of bytes that came from a file: control characters and
/// invalid UTF-8 as `\xNN`, long strings cut, in single quotes.
std::string quoted(std::string_view text);

template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : storage(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : storage(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return storage.index() == 0; }
  T &operator*() { return *value(); }
  const T &operator*() const { return *value(); }
  T *operator->() { return value(); }
  const T *operator->() const { return value(); }

  const Error &error() const {
    assert(!*this && "asks a success for its error");
    return *std::get_if<1>(&storage);
  }
  Error takeError() {
    assert(!*this && "asks a success for its error");
    return std::move(*std::get_if<1>(&storage));
  }

private:
  T *value() {
    assert(*this && "asks a failure for its value");
    return std::get_if<0>(&storage);
  }
  const T *value() const { return const_cast<Result *>(this)->value(); }

  std::variant<T, Error> storage;
};

/// Success is `{}`.
template <> class [[nodiscard]] Result<void> {
public:
  Result() = default;
  Result(Error error) : failure(std::move(error)) {}

  explicit operator bool() const { return !failure; }
  const Error &error() const { return *failure; }
  Error takeError() { return std::move(*failure); }

private:
  std::optional<Error> failure;
};

using Status = Result<void>;

} // namespace weft::runtime

#endif // WEFT_RUNTIME_RESULT_H
