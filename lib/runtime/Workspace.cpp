#include "lib/runtime/Workspace.h"

#include <algorithm>
#include <sys/mman.h>

using weft::runtime::Workspace;

static constexpr int64_t alignment = 64;
static constexpr int64_t smallestBlock = 1 << 20;

static int64_t alignUp(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

Workspace::~Workspace() {
  for (int i = 0; i < numBlocks; ++i)
    munmap(blocks[i].data, blocks[i].end - blocks[i].begin);
}

bool Workspace::addBlock(int64_t bytes) {
  int64_t begin = numBlocks ? blocks[numBlocks - 1].end : 0;
  if (numBlocks == maxBlocks || bytes > INT64_MAX / 4)
    return false;
  int64_t size =
      alignUp(std::max({bytes, begin, smallestBlock}), smallestBlock);
  void *data = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED)
    return false;
  blocks[numBlocks++] = {static_cast<char *>(data), begin, begin + size};
  return true;
}

void *Workspace::allocate(int64_t bytes) {
  bytes = alignUp(std::max<int64_t>(bytes, 1), alignment);
  for (int i = current;; ++i) {
    if (i == numBlocks && !addBlock(bytes))
      return nullptr;
    int64_t begin = std::max(top, blocks[i].begin);
    if (blocks[i].end - begin < bytes)
      continue;
    current = i;
    top = begin + bytes;
    peak = std::max(peak, top);
    return blocks[i].data + (begin - blocks[i].begin);
  }
}

void Workspace::release(int64_t mark) {
  top = mark;
  while (current > 0 && blocks[current].begin > mark)
    --current;
}
