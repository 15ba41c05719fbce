// Scratch memory of one thread: a bump allocator that grows by blocks and keeps
// them, so that a model that has run once allocates nothing.
#ifndef WEFT_RUNTIME_WORKSPACE_H
#define WEFT_RUNTIME_WORKSPACE_H

#include <cstdint>

namespace weft::runtime {

class Workspace {
public:
  Workspace() = default;
  Workspace(const Workspace &) = delete;
  Workspace &operator=(const Workspace &) = delete;
  ~Workspace();

  /// 64-byte aligned memory, valid until `release` of an earlier mark; null if
  /// the system has no more.
  void *allocate(int64_t bytes);
  int64_t mark() const { return top; }
  void release(int64_t mark);
  /// The most bytes that were in use at once.
  int64_t peakBytes() const { return peak; }

private:
  // Offsets run through all blocks, so that a mark is one number.
  struct Block {
    char *data;
    int64_t begin, end;
  };
  bool addBlock(int64_t bytes);

  static constexpr int maxBlocks = 48; // each as large as all before it
  Block blocks[maxBlocks];
  int numBlocks = 0;
  int current = 0;
  int64_t top = 0;
  int64_t peak = 0;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_WORKSPACE_H
