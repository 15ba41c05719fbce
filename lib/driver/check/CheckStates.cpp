// Sequences that are cut, of other lengths, or gone on with from a copy.
#include "lib/driver/check/Checker.h"

using namespace llvm;
using namespace weft;
using namespace weft::driver;

/// Entry `batch` of every array that has as many entries as the model.
static std::vector<Array> batchEntry(const std::vector<Array> &arrays,
                                     int64_t batch) {
  std::vector<Array> result;
  for (const Array &array : arrays) {
    size_t bytes = array.data.size() / std::max<int64_t>(1, array.dims[0]);
    Array entry{array.dtype, array.dims, {}};
    entry.dims[0] = 1;
    auto first = array.data.begin() + batch * bytes;
    entry.data.assign(first, first + bytes);
    result.push_back(std::move(entry));
  }
  return result;
}

/// A batch of unequal lengths: the second sequence is padded with other tokens.
/// A causal model gives its rows as if it were alone with its own tokens; of
/// any other model, the batch entries do not see each other.
Error Checker::checkLengths(ModelLibrary &library, const FormCase &form) {
  constexpr int64_t length = 23;
  Sample sample{"random", std::nullopt};
  Arrays inputs = draw(kSplitTokens, sample);
  const std::vector<int64_t> dims = inputs.front().dims;
  if (dims[0] < 2 || !timed(0))
    return Error::success();
  bool causal = library.entry(entryName)->stateful;
  Arrays others = draw(kSplitTokens, sample, /*stream=*/1);
  for (auto [i, input] : enumerate(inputs)) {
    if (!timed(i)) {
      others[i] = input;
      continue;
    }
    // Entry 0 is another sequence; entry 1 is kept, all of it or its beginning.
    size_t bytes = input.data.size() / dims[0];
    size_t kept = causal ? bytes / kSplitTokens * length : bytes;
    std::copy_n(input.data.begin() + bytes, kept,
                others[i].data.begin() + bytes);
  }
  int64_t rows = causal ? length : kSplitTokens;
  Expected<Arrays> expected =
      whole(library, causal ? slice(inputs, 0, length) : inputs);
  if (!expected)
    return expected.takeError();
  Expected<Arrays> padded = whole(library, others);
  if (!padded)
    return padded.takeError();
  for (Array &output : *padded)
    output = timeSlice(output, 0, rows);
  report(form, causal ? "padded to a longer batch" : "another batch entry",
         compare(batchEntry(*padded, 1), batchEntry(*expected, 1)));
  return Error::success();
}

/// The entry over [0, cut), then over [cut, T), for every cut.
Error Checker::checkCuts(ModelLibrary &library, const FormCase &form) {
  Arrays inputs = draw(kSplitTokens, {"random", std::nullopt});
  Expected<Arrays> expected = whole(library, inputs);
  if (!expected)
    return expected.takeError();
  Difference worst, atChunks;
  for (int64_t cut = 0; cut <= kSplitTokens; ++cut) {
    Expected<weft_state *> state = library.newState();
    if (!state)
      return state.takeError();
    std::vector<Arrays> pieces;
    for (auto [begin, end] :
         {std::pair(int64_t(0), cut), std::pair(cut, kSplitTokens)}) {
      auto piece = library.run(entryName, slice(inputs, begin, end), *state);
      if (!piece)
        return piece.takeError();
      pieces.push_back(std::move(*piece));
    }
    library.freeState(*state);
    Arrays joined;
    for (size_t i = 0; i < expected->size(); ++i)
      joined.push_back(timeConcat({pieces[0][i], pieces[1][i]}));
    Difference found = compare(joined, *expected);
    worst.include(found);
    if (form.chunk && cut % form.chunk == 0)
      atChunks.include(found);
  }
  report(form, "cut at every token", worst);
  if (form.chunk)
    report(form, "cut between chunks", atChunks, /*needBits=*/true);
  return Error::success();
}

/// The step entry token by token against the whole.
Error Checker::checkSteps(ModelLibrary &library, const FormCase &form) {
  if (!library.entry("step"))
    return Error::success();
  Arrays inputs = draw(kSplitTokens, {"random", std::nullopt});
  Expected<Arrays> expected = whole(library, inputs);
  if (!expected)
    return expected.takeError();
  Expected<weft_state *> state = library.newState();
  if (!state)
    return state.takeError();
  std::vector<Arrays> outputs(expected->size());
  for (int64_t token = 0; token < kSplitTokens; ++token) {
    auto row = library.run("step", slice(inputs, token, token + 1), *state);
    if (!row)
      return row.takeError();
    for (auto [output, part] : zip(outputs, *row))
      output.push_back(std::move(part));
  }
  library.freeState(*state);
  Arrays joined;
  for (Arrays &output : outputs)
    joined.push_back(timeConcat(output));
  report(form, "token by token", compare(joined, *expected));
  return Error::success();
}

/// A state that was cloned, or saved and loaded, goes on with the same bits.
Error Checker::checkStateCopies(ModelLibrary &library, const FormCase &form) {
  constexpr int64_t cut = 23;
  Arrays inputs = draw(kSplitTokens, {"random", std::nullopt});
  Arrays rest = slice(inputs, cut, kSplitTokens);
  Expected<weft_state *> state = library.newState();
  if (!state)
    return state.takeError();
  auto first = library.run(entryName, slice(inputs, 0, cut), *state);
  if (!first)
    return first.takeError();
  Expected<weft_state *> cloned = library.clone(*state);
  if (!cloned)
    return cloned.takeError();
  Expected<weft_state *> loaded = library.saveAndLoad(*state);
  if (!loaded)
    return loaded.takeError();
  std::vector<Arrays> ends;
  for (weft_state *copy : {*state, *cloned, *loaded}) {
    auto end = library.run(entryName, rest, copy);
    if (!end)
      return end.takeError();
    ends.push_back(std::move(*end));
    library.freeState(copy);
  }
  Difference found = compare(ends[1], ends[0]);
  found.include(compare(ends[2], ends[0]));
  report(form, "state cloned, saved and loaded", found, /*needBits=*/true);
  return Error::success();
}
