// How the runtime says that a call failed: a status, and words for a person.
#ifndef WEFT_RUNTIME_STATUS_H
#define WEFT_RUNTIME_STATUS_H

#include "lib/runtime/Result.h"
#include "weft/weft.h"

namespace weft::runtime {

/// Fills `error` (which may be null) and returns `status`.
[[gnu::format(printf, 3, 4)]] weft_status
fail(weft_error *error, weft_status status, const char *format, ...);

/// The same for an error of the readers.
weft_status fail(weft_error *error, const Error &reason);

/// Clears `error` and returns WEFT_OK.
weft_status succeed(weft_error *error);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_STATUS_H
