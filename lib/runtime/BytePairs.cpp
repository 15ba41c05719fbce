#include "lib/runtime/BytePairs.h"
#include "lib/runtime/Utf8.h"

#include <algorithm>
#include <queue>

using namespace weft::runtime;

using TokenIds = std::unordered_map<std::string_view, uint32_t>;

static bool standsForItself(uint32_t byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
}

uint32_t weft::runtime::characterOfByte(uint8_t byte) {
  if (standsForItself(byte))
    return byte;
  uint32_t before = 0;
  for (uint32_t other = 0; other < byte; ++other)
    before += !standsForItself(other);
  return 0x100 + before;
}

/// The inverse of characterOfByte; nothing if it is no such character.
static std::optional<uint8_t> byteOfCharacter(uint32_t character) {
  static const auto bytes = [] {
    std::vector<std::optional<uint8_t>> table(0x100 + 256);
    for (int byte = 0; byte < 256; ++byte)
      table[characterOfByte(byte)] = byte;
    return table;
  }();
  return character < bytes.size() ? bytes[character] : std::nullopt;
}

std::optional<std::string>
weft::runtime::bytesOfSpelling(std::string_view spelling) {
  std::string bytes;
  while (!spelling.empty()) {
    CodePoint point = decodeUtf8(spelling);
    std::optional<uint8_t> byte = byteOfCharacter(point.value);
    if (point.fault || !byte)
      return std::nullopt;
    bytes += static_cast<char>(*byte);
    spelling.remove_prefix(point.length);
  }
  return bytes;
}

static uint64_t pairKey(uint32_t left, uint32_t right) {
  return uint64_t(left) << 32 | right;
}

static Result<uint32_t> idOf(const TokenIds &ids, std::string_view token,
                             std::string_view merge, size_t number,
                             const std::string &place) {
  auto found = ids.find(token);
  if (found == ids.end())
    return inputError(place,
                      "merge %zu (%s) needs the token %s, which the "
                      "vocabulary lacks",
                      number, quoted(merge).c_str(), quoted(token).c_str());
  return found->second;
}

Result<BytePairs> BytePairs::create(const std::vector<std::string_view> &tokens,
                                    const std::vector<std::string_view> &merges,
                                    const std::string &place) {
  TokenIds ids;
  ids.reserve(tokens.size());
  for (size_t id = 0; id < tokens.size(); ++id)
    ids.insert_or_assign(tokens[id], static_cast<uint32_t>(id));

  BytePairs pairs;
  for (int byte = 0; byte < 256; ++byte) {
    std::string spelling;
    appendUtf8(characterOfByte(byte), spelling);
    auto found = ids.find(spelling);
    pairs.byteTokens[byte] = found == ids.end() ? noToken : found->second;
  }

  pairs.merges.reserve(merges.size());
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    std::string_view merge = merges[rank];
    size_t space = merge.find(' ');
    if (space == std::string_view::npos)
      return inputError(place, "merge %zu expects two tokens, got %s", rank,
                        quoted(merge).c_str());
    std::string whole(merge);
    whole.erase(space, 1);
    uint32_t parts[3];
    std::string_view names[] = {merge.substr(0, space), merge.substr(space + 1),
                                whole};
    for (int part = 0; part < 3; ++part) {
      Result<uint32_t> id = idOf(ids, names[part], merge, rank, place);
      if (!id)
        return id.takeError();
      parts[part] = *id;
    }
    pairs.merges.insert_or_assign(pairKey(parts[0], parts[1]),
                                  Merge{static_cast<uint32_t>(rank), parts[2]});
  }
  return pairs;
}

const BytePairs::Merge *BytePairs::find(uint32_t left, uint32_t right) const {
  auto found = merges.find(pairKey(left, right));
  return found == merges.end() ? nullptr : &found->second;
}

/// A token in the making, in a list linked by indices.
struct BytePairs::Symbol {
  uint32_t token;
  int32_t previous, next;
};

/// Merges the best pair anywhere in a piece until none is left: O(n log n), as
/// a piece may be a megabyte of one letter.
class BytePairs::Merger {
public:
  Merger(const BytePairs &pairs, std::string_view piece) : pairs(pairs) {
    for (char byte : piece) {
      uint32_t token = pairs.byteTokens[static_cast<uint8_t>(byte)];
      if (token == noToken)
        continue;
      int32_t at = static_cast<int32_t>(symbols.size());
      symbols.push_back({token, at - 1, at + 1});
    }
    if (!symbols.empty())
      symbols.back().next = none;
    for (size_t at = 0; at + 1 < symbols.size(); ++at)
      consider(static_cast<int32_t>(at));
  }

  void run() {
    while (!queue.empty()) {
      Candidate best = queue.top();
      queue.pop();
      Symbol &left = symbols[best.at];
      if (left.token == noToken || left.next == none)
        continue;
      const Merge *merge = pairs.find(left.token, symbols[left.next].token);
      // Another merge may have taken a part of the pair meanwhile.
      if (merge && merge->token == best.token)
        join(best.at, best.token);
    }
  }

  void append(std::vector<int64_t> &tokens) const {
    for (const Symbol &symbol : symbols)
      if (symbol.token != noToken)
        tokens.push_back(symbol.token);
  }

private:
  struct Candidate {
    uint32_t rank;
    int32_t at;
    uint32_t token;
    /// The priority queue's top is its largest: lowest rank, then leftmost.
    bool operator<(const Candidate &other) const {
      return rank != other.rank ? rank > other.rank : at > other.at;
    }
  };

  void consider(int32_t at) {
    if (at == none || symbols[at].next == none)
      return;
    uint32_t right = symbols[symbols[at].next].token;
    if (const Merge *merge = pairs.find(symbols[at].token, right))
      queue.push({merge->rank, at, merge->token});
  }

  void join(int32_t at, uint32_t token) {
    Symbol &left = symbols[at];
    Symbol &right = symbols[left.next];
    left.token = token;
    left.next = right.next;
    right.token = noToken;
    if (left.next != none)
      symbols[left.next].previous = at;
    consider(left.previous);
    consider(at);
  }

  static constexpr int32_t none = -1;
  const BytePairs &pairs;
  std::vector<Symbol> symbols;
  std::priority_queue<Candidate> queue;
};

void BytePairs::encode(std::string_view piece,
                       std::vector<int64_t> &tokens) const {
  Merger merger(*this, piece);
  merger.run();
  merger.append(tokens);
}
