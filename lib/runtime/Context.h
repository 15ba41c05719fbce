// What compiled code sees of the runtime: the `ctx` of its first argument.
#ifndef WEFT_RUNTIME_CONTEXT_H
#define WEFT_RUNTIME_CONTEXT_H

#include "lib/runtime/Workspace.h"

#include <csetjmp>

namespace weft::runtime {

class ThreadTeam;

/// One for each thread. Compiled code reads the first field only.
struct Context {
  void *const *weights = nullptr;
  ThreadTeam *team = nullptr; // null: parallel loops run in this thread
  /// Where a failed allocation goes: generated code has no way to pass an
  /// error up, and nothing on its stack needs to be undone.
  std::jmp_buf *escape = nullptr;
  Workspace workspace;
};

/// Runs `call` and gives its workspace back; false if memory ran out in it.
template <typename Call> bool runGuarded(Context &context, Call call) {
  std::jmp_buf escape;
  std::jmp_buf *outer = context.escape;
  int64_t mark = context.workspace.mark();
  context.escape = &escape;
  bool finished = setjmp(escape) == 0;
  if (finished)
    call();
  context.escape = outer;
  context.workspace.release(mark);
  return finished;
}

} // namespace weft::runtime

#endif // WEFT_RUNTIME_CONTEXT_H
