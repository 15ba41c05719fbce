// The threads of a model. A parallel loop is cut into pieces that whoever is free
// takes, so that a thread without a processor holds up nobody. Iterations are
// independent: results depend neither on the cut nor on who runs a piece.
#ifndef WEFT_RUNTIME_THREADTEAM_H
#define WEFT_RUNTIME_THREADTEAM_H

#include "lib/runtime/Context.h"

#include <atomic>
#include <cstdint>
#include <pthread.h>

namespace weft::runtime {

class ThreadTeam {
public:
  using Body = void (*)(void *ctx, void *args, int64_t begin, int64_t end);

  ThreadTeam() = default;
  ThreadTeam(const ThreadTeam &) = delete;
  ThreadTeam &operator=(const ThreadTeam &) = delete;
  ~ThreadTeam() { stop(); }

  /// Starts `threads` threads, the caller included; false if the system gives
  /// none. The team must not be running.
  bool start(int threads, void *const *weights);
  void stop();
  int size() const { return numMembers; }
  /// The table that all contexts hand to compiled code.
  void setWeights(void *const *weights);
  /// The context of the calling thread, for entries.
  Context &context() { return members[0].context; }
  int64_t workspaceBytes() const;

  /// Calls body for the pieces of [0, count) and waits for all of them; false
  /// if memory ran out in one.
  bool run(Body body, void *args, int64_t count);

private:
  struct Member {
    Context context;
    ThreadTeam *team = nullptr;
    pthread_t thread = {};
  };

  static void *work(void *member);
  bool runPiece(Member &member);
  void waitForRound(uint32_t seen);
  void waitForPieces();

  Member *members = nullptr;
  int numMembers = 0;
  int spins = 0;

  // The loop. A thread may read them while the next loop is being written, but
  // then its ticket is void.
  std::atomic<Body> body{nullptr};
  std::atomic<void *> args{nullptr};
  std::atomic<int64_t> count{0};
  std::atomic<uint32_t> pieces{0};
  std::atomic<bool> outOfMemory{false};
  std::atomic<bool> quit{false};

  // The number of the loop and of its next free piece in one word: who raises
  // it from a value has that piece of that loop, and nobody else.
  alignas(64) std::atomic<uint64_t> ticket{0};
  // The number of the loop alone, to sleep on.
  std::atomic<uint32_t> round{0};
  // Apart, since one side writes what the other side spins on.
  alignas(64) std::atomic<uint32_t> pending{0};
  // Those that must be woken by the system: none, as long as they spin.
  std::atomic<uint32_t> sleepers{0};
  std::atomic<bool> callerSleeps{false};
};

/// Processors that this process may use.
int processorCount();

} // namespace weft::runtime

#endif // WEFT_RUNTIME_THREADTEAM_H
