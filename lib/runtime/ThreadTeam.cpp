#include "lib/runtime/ThreadTeam.h"

#include <algorithm>
#include <climits>
#include <csignal>
#include <linux/futex.h>
#include <new>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

using namespace weft::runtime;

/// Waiting this long in user space covers the serial code between two loops of
/// a model; after that the processor is given back.
static constexpr int spinsBeforeSleep = 4000;

static void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

static void sleepWhile(std::atomic<uint32_t> &word, uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

static void wakeAll(std::atomic<uint32_t> &word) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

int weft::runtime::processorCount() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
    return 1;
  return std::max(1, CPU_COUNT(&allowed));
}

/// The signals of a host are for the threads of the host.
static int createThread(pthread_t *thread, void *(*main)(void *), void *data) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(thread, nullptr, main, data);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return failed;
}

bool ThreadTeam::start(int threads, void *const *weights) {
  stop();
  members = new (std::nothrow) Member[threads];
  if (!members)
    return false;
  quit = false;
  round = 0;
  ticket = 0;
  pieces = 0;
  // Spinning for a thread that has no processor of its own only delays it.
  spins = threads <= processorCount() ? spinsBeforeSleep : 0;
  for (numMembers = 0; numMembers < threads; ++numMembers) {
    Member &member = members[numMembers];
    member.context.weights = weights;
    member.team = this;
    if (numMembers > 0 && createThread(&member.thread, work, &member) != 0) {
      stop();
      return false;
    }
  }
  if (threads > 1)
    members[0].context.team = this;
  return true;
}

void ThreadTeam::stop() {
  quit = true;
  round.fetch_add(1);
  wakeAll(round);
  for (int i = 1; i < numMembers; ++i)
    pthread_join(members[i].thread, nullptr);
  delete[] members;
  members = nullptr;
  numMembers = 0;
}

void ThreadTeam::setWeights(void *const *weights) {
  for (int i = 0; i < numMembers; ++i)
    members[i].context.weights = weights;
}

int64_t ThreadTeam::workspaceBytes() const {
  int64_t bytes = 0;
  for (int i = 0; i < numMembers; ++i)
    bytes += members[i].context.workspace.peakBytes();
  return bytes;
}

/// Takes a free piece and runs it; false if there is none.
bool ThreadTeam::runPiece(Member &member) {
  uint64_t mine = ticket.load();
  int64_t piece = mine & UINT32_MAX;
  int64_t all = pieces, size = count;
  Body call = body;
  void *callArgs = args;
  if (piece >= all)
    return false;
  if (!ticket.compare_exchange_strong(mine, mine + 1))
    return true;
  bool finished = runGuarded(member.context, [&] {
    call(&member.context, callArgs, size * piece / all,
         size * (piece + 1) / all);
  });
  if (!finished)
    outOfMemory = true;
  if (pending.fetch_sub(1) == 1 && callerSleeps)
    wakeAll(pending);
  return true;
}

void *ThreadTeam::work(void *data) {
  Member &member = *static_cast<Member *>(data);
  ThreadTeam &team = *member.team;
  for (uint32_t seen = 0;;) {
    team.waitForRound(seen);
    if (team.quit)
      return nullptr;
    seen = team.round;
    while (team.runPiece(member))
      ;
  }
}

// Both sides announce that they sleep before they look a last time, and look
// for sleepers after they have written: one of the two always sees the other.

void ThreadTeam::waitForRound(uint32_t seen) {
  for (int spin = 0; spin < spins; ++spin, relax())
    if (round.load(std::memory_order_acquire) != seen)
      return;
  ++sleepers;
  while (round == seen)
    sleepWhile(round, seen);
  --sleepers;
}

void ThreadTeam::waitForPieces() {
  for (int spin = 0; spin < spins; ++spin, relax())
    if (pending.load(std::memory_order_acquire) == 0)
      return;
  callerSleeps = true;
  while (uint32_t left = pending)
    sleepWhile(pending, left);
  callerSleeps = false;
}

bool ThreadTeam::run(Body loopBody, void *loopArgs, int64_t loopCount) {
  if (loopCount <= 0)
    return true;
  // A few pieces for each thread even out what they have to do.
  uint32_t cuts = numMembers == 1 ? 1 : 4 * numMembers;
  uint32_t all = std::min<int64_t>(loopCount, cuts);
  // Closed while the loop changes: a thread that read a ticket before has one
  // of the last loop, and none is to be had until the new one is complete.
  uint64_t next = static_cast<uint64_t>(round + 1) << 32;
  ticket = next | UINT32_MAX;
  body = loopBody;
  args = loopArgs;
  count = loopCount;
  pieces = all;
  outOfMemory = false;
  pending = all;
  ticket = next;
  ++round;
  if (sleepers > 0)
    wakeAll(round);
  // A loop inside the body runs in the thread that meets it.
  Context &own = members[0].context;
  ThreadTeam *team = std::exchange(own.team, nullptr);
  while (runPiece(members[0]))
    ;
  own.team = team;
  waitForPieces();
  return !outOfMemory;
}
