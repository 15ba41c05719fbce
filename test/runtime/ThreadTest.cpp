// Many small parallel loops on teams of one to eight threads: each iteration
// runs once, whatever the lengths, and workspace is given back.
#include "lib/runtime/Descriptor.h"
#include "lib/runtime/ThreadTeam.h"

#include <cstdio>
#include <vector>

using namespace weft::runtime;

static void addOne(void *ctx, void *args, int64_t begin, int64_t end) {
  std::vector<int> &counts = *static_cast<std::vector<int> *>(args);
  int64_t mark = weft_workspace_mark(ctx);
  int *one = static_cast<int *>(weft_workspace_alloc(ctx, sizeof(int)));
  *one = 1;
  for (int64_t i = begin; i < end; ++i)
    counts[i] += *one;
  weft_workspace_release(ctx, mark);
}

static bool runs(int threads) {
  constexpr int loops = 20000, longest = 37;
  ThreadTeam team;
  if (!team.start(threads, nullptr))
    return false;
  std::vector<int> counts(longest), expected(longest);
  for (int loop = 0; loop < loops; ++loop) {
    int length = loop % (longest + 1);
    weft_parallel_for(&team.context(), addOne, &counts, length);
    for (int i = 0; i < length; ++i)
      ++expected[i];
  }
  return counts == expected && team.context().workspace.mark() == 0;
}

/// A loop that asks for more memory than there is ends the run, not the
/// program, and the team goes on.
static bool survivesExhaustion() {
  ThreadTeam team;
  if (!team.start(3, nullptr))
    return false;
  auto exhaust = [](void *ctx, void *, int64_t, int64_t) {
    weft_workspace_alloc(ctx, INT64_C(1) << 60);
  };
  bool finished = runGuarded(team.context(), [&] {
    weft_parallel_for(&team.context(), exhaust, nullptr, 8);
  });
  std::vector<int> counts(8);
  weft_parallel_for(&team.context(), addOne, &counts, 8);
  return !finished && counts == std::vector<int>(8, 1);
}

int main() {
  int failures = 0;
  for (int threads = 1; threads <= 8; ++threads)
    if (!runs(threads))
      printf("%d threads fail\n", threads), ++failures;
  if (!survivesExhaustion())
    printf("exhaustion fails\n"), ++failures;
  printf("%d failures\n", failures);
  return failures != 0;
}
