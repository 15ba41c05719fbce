#include "lib/runtime/Status.h"

#include <cstdarg>
#include <cstdio>

weft_status weft::runtime::fail(weft_error *error, weft_status status,
                                const char *format, ...) {
  if (!error)
    return status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof(error->message), format, arguments);
  va_end(arguments);
  error->status = status;
  return status;
}

weft_status weft::runtime::fail(weft_error *error, const Error &reason) {
  weft_status status = reason.code == ExitCode::FileIO     ? WEFT_IO_ERROR
                       : reason.code == ExitCode::Internal ? WEFT_OUT_OF_MEMORY
                                                           : WEFT_BAD_WEIGHTS;
  return fail(error, status, "%s", reason.message.c_str());
}

weft_status weft::runtime::succeed(weft_error *error) {
  if (error) {
    error->status = WEFT_OK;
    error->message[0] = 0;
  }
  return WEFT_OK;
}
