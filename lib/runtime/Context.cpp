// The functions that compiled code calls.
#include "lib/runtime/Context.h"

#include "lib/runtime/Descriptor.h"
#include "lib/runtime/ThreadTeam.h"

using namespace weft::runtime;

extern "C" void weft_parallel_for(void *ctx, ThreadTeam::Body body, void *args,
                                  int64_t count) {
  Context &context = *static_cast<Context *>(ctx);
  if (count <= 0)
    return;
  if (!context.team || count == 1)
    return body(ctx, args, 0, count);
  if (!context.team->run(body, args, count))
    std::longjmp(*context.escape, 1);
}

extern "C" void *weft_workspace_alloc(void *ctx, int64_t bytes) {
  Context &context = *static_cast<Context *>(ctx);
  void *data = context.workspace.allocate(bytes);
  if (!data)
    std::longjmp(*context.escape, 1);
  return data;
}

extern "C" int64_t weft_workspace_mark(void *ctx) {
  return static_cast<Context *>(ctx)->workspace.mark();
}

extern "C" void weft_workspace_release(void *ctx, int64_t mark) {
  static_cast<Context *>(ctx)->workspace.release(mark);
}
