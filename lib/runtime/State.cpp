#include "lib/runtime/State.h"

#include "lib/runtime/Elements.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>
#include <new>
#include <sys/mman.h>

using namespace weft::runtime;

namespace {

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t numStates;
  uint64_t fingerprint;
  int64_t batch;
  int64_t position;
  uint64_t payloadBytes;
  uint64_t checksum; // of the payload
};

} // namespace

static constexpr char magic[8] = {'W', 'E', 'F', 'T', 'S', 'T', 'A', 'T'};
static constexpr uint32_t version = 1;

static uint64_t checksumOf(const uint8_t *bytes, uint64_t size) {
  uint64_t sum = 0x9e3779b97f4a7c15u ^ size;
  for (uint64_t i = 0; i < size; i += 8) {
    uint64_t word = 0;
    memcpy(&word, bytes + i, std::min<uint64_t>(8, size - i));
    sum = (sum ^ word) * 0xff51afd7ed558ccdu;
    sum ^= sum >> 32;
  }
  return sum;
}

void weft_state::addPart(const weft_tensor_info &tensor, int64_t cacheAxis) {
  Part part{};
  int64_t elementBytes = bytesOf(tensor.dtype);
  part.outer = 1;
  part.rows = 1;
  part.rowBytes = elementBytes;
  part.isCache = cacheAxis >= 0;
  for (uint32_t i = 0; i < tensor.rank; ++i) {
    int64_t dim = tensor.dims[i] < 0 ? batch : tensor.dims[i];
    part.dims.push_back(dim);
    if (int64_t(i) < cacheAxis)
      part.outer *= dim;
    else if (int64_t(i) == cacheAxis)
      part.rows = dim;
    else
      part.rowBytes *= dim;
  }
  part.bytes = part.outer * part.rows * part.rowBytes;
  parts.push_back(std::move(part));
}

std::unique_ptr<weft_state>
weft_state::create(const weft_descriptor &descriptor, uint64_t fingerprint,
                   int64_t batch) {
  std::unique_ptr<weft_state> state(new (std::nothrow) weft_state);
  if (!state)
    return nullptr;
  state->descriptor = &descriptor;
  state->fingerprint = fingerprint;
  state->batch = batch;
  for (uint32_t i = 0; i < descriptor.info.num_states; ++i)
    state->addPart(descriptor.info.states[i],
                   descriptor.layouts[i].cache_axis);
  for (const Part &part : state->parts)
    state->mappedBytes += (part.bytes + 63) / 64 * 64;
  if (state->mappedBytes == 0)
    return state;
  void *memory = mmap(nullptr, state->mappedBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return nullptr;
  // Huge pages would make a short sequence pay for a long one.
  madvise(memory, state->mappedBytes, MADV_NOHUGEPAGE);
  uint8_t *next = state->mapping = static_cast<uint8_t *>(memory);
  for (Part &part : state->parts) {
    part.data = next;
    next += (part.bytes + 63) / 64 * 64;
  }
  return state;
}

weft_state::~weft_state() {
  if (mapping)
    munmap(mapping, mappedBytes);
}

void weft_state::reset() {
  if (mapping)
    madvise(mapping, mappedBytes, MADV_DONTNEED);
  position = 0;
}

int64_t weft_state::usedRows(const Part &part) const {
  return part.isCache ? std::min(position, part.rows) : part.rows;
}

void weft_state::copyFrom(const weft_state &other) {
  reset();
  position = other.position;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part &part = parts[i];
    int64_t run = part.rows * part.rowBytes;
    for (int64_t j = 0; j < part.outer; ++j)
      memcpy(part.data + j * run, other.parts[i].data + j * run,
             usedRows(part) * part.rowBytes);
  }
}

uint64_t weft_state::savedBytes() const {
  uint64_t bytes = sizeof(Header);
  for (const Part &part : parts)
    bytes += part.outer * usedRows(part) * part.rowBytes;
  return bytes;
}

void weft_state::save(uint8_t *bytes) const {
  Header header{};
  uint8_t *payload = bytes + sizeof(header), *next = payload;
  for (const Part &part : parts)
    for (int64_t j = 0; j < part.outer; ++j) {
      int64_t used = usedRows(part) * part.rowBytes;
      memcpy(next, part.data + j * part.rows * part.rowBytes, used);
      next += used;
    }
  memcpy(header.magic, magic, sizeof(magic));
  header.version = version;
  header.numStates = parts.size();
  header.fingerprint = fingerprint;
  header.batch = batch;
  header.position = position;
  header.payloadBytes = next - payload;
  header.checksum = checksumOf(payload, next - payload);
  memcpy(bytes, &header, sizeof(header));
}

/// What is wrong with a saved state, whatever model it is for.
static Status checkHeader(const Header &header, const uint8_t *bytes,
                          uint64_t size) {
  if (size < sizeof(header) || memcmp(header.magic, magic, sizeof(magic)) != 0)
    return makeError(ExitCode::InputDiagnosed, "not a saved state of weft");
  if (header.version != version)
    return makeError(ExitCode::InputDiagnosed,
                     "expects a saved state of version %u, got %u", version,
                     header.version);
  if (header.payloadBytes != size - sizeof(header))
    return makeError(ExitCode::InputDiagnosed,
                     "the saved state is damaged: expects %" PRIu64
                     " bytes after its header, got %" PRIu64,
                     header.payloadBytes, size - sizeof(header));
  if (header.checksum != checksumOf(bytes + sizeof(header),
                                    header.payloadBytes))
    return makeError(ExitCode::InputDiagnosed,
                     "the saved state is damaged: its checksum differs");
  return {};
}

Status weft_state::load(const uint8_t *bytes, uint64_t size) {
  Header header{};
  memcpy(&header, bytes, std::min<uint64_t>(size, sizeof(header)));
  if (Status status = checkHeader(header, bytes, size); !status)
    return status;
  if (header.fingerprint != fingerprint || header.numStates != parts.size())
    return makeError(ExitCode::InputDiagnosed,
                     "the saved state is of another model or other weights "
                     "than '%s'",
                     descriptor->info.name);
  if (header.batch != batch)
    return makeError(ExitCode::InputDiagnosed,
                     "expects a saved state of batch %" PRId64
                     ", got %" PRId64,
                     batch, header.batch);
  int64_t before = std::exchange(position, header.position);
  if (position < 0 || savedBytes() != size) {
    position = before;
    return makeError(ExitCode::InputDiagnosed,
                     "the saved state is damaged: its size does not fit "
                     "position %" PRId64,
                     header.position);
  }
  reset();
  position = header.position;
  const uint8_t *next = bytes + sizeof(header);
  for (const Part &part : parts)
    for (int64_t j = 0; j < part.outer; ++j) {
      int64_t used = usedRows(part) * part.rowBytes;
      memcpy(part.data + j * part.rows * part.rowBytes, next, used);
      next += used;
    }
  return {};
}
