// weft-read: the file readers on the command line, for tests only. Messages go
// to stdout behind their exit code, so that one run shows many.
//
//   weft-read list FILE...            contents
//   weft-read get FILE KIND KEY       a metadata value of a .gguf
//   weft-read expand FILE TENSOR PANEL OUT.npy
//   weft-read copy IN OUT             between .npy and .safetensors
#include "lib/runtime/GgufFile.h"
#include "lib/runtime/LoadWeight.h"
#include "lib/runtime/NpyFile.h"
#include "lib/runtime/SafetensorsFile.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace weft::runtime;

static int report(const Error &error) {
  printf("%d: %s\n", static_cast<int>(error.code), error.message.c_str());
  return static_cast<int>(error.code);
}

static bool endsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

static void print(const TensorView &tensor) {
  printf("tensor %s %s %s %lu bytes\n",
         weft::runtime::quoted(tensor.name).c_str(), nameOf(tensor.type),
         shapeText(tensor.shape).c_str(), tensor.bytes);
}

static int listGguf(const std::string &path) {
  Result<GgufFile> file = GgufFile::open(path);
  if (!file)
    return report(file.error());
  printf("version %u alignment %lu\n", file->version(), file->alignment());
  for (const GgufValue &value : file->metadata())
    printf("key %s type %u count %lu\n",
           weft::runtime::quoted(value.key).c_str(),
           static_cast<uint32_t>(value.element), value.count);
  for (const TensorView &tensor : file->tensors()) {
    print(tensor);
    printf("at %lu\n", file->offsetOf(tensor.data));
  }
  return 0;
}

static int listSafetensors(const std::string &path) {
  Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return report(file.error());
  for (const auto &[key, value] : file->metadata())
    printf("metadata %s %s\n", weft::runtime::quoted(key).c_str(),
           weft::runtime::quoted(value).c_str());
  for (const TensorView &tensor : file->tensors())
    print(tensor);
  return 0;
}

static int listNpy(const std::string &path) {
  Result<NpyFile> file = NpyFile::open(path);
  if (!file)
    return report(file.error());
  print(file->tensor());
  return 0;
}

static int list(const std::string &path) {
  if (endsWith(path, ".gguf"))
    return listGguf(path);
  return endsWith(path, ".npy") ? listNpy(path) : listSafetensors(path);
}

template <typename T> static void print(const T &value) {
  if constexpr (std::is_same_v<T, std::string_view>)
    printf("%s\n", weft::runtime::quoted(value).c_str());
  else if constexpr (std::is_same_v<T, bool>)
    printf("%s\n", value ? "true" : "false");
  else
    printf("%.10g\n", static_cast<double>(value));
}

template <typename T> static int show(Result<T> value) {
  if (!value)
    return report(value.error());
  print(*value);
  return 0;
}

template <typename T> static int show(Result<std::vector<T>> values) {
  if (!values)
    return report(values.error());
  for (const T &value : *values)
    print(value);
  return 0;
}

static int get(const std::string &path, std::string_view kind,
               std::string_view key) {
  Result<GgufFile> file = GgufFile::open(path);
  if (!file)
    return report(file.error());
  if (kind == "string")
    return show(file->getString(key));
  if (kind == "unsigned")
    return show(file->getUnsigned(key));
  if (kind == "number")
    return show(file->getNumber(key));
  if (kind == "bool")
    return show(file->getBool(key));
  if (kind == "strings")
    return show(file->getStrings(key));
  if (kind == "integers")
    return show(file->getIntegers(key));
  if (kind == "floats")
    return show(file->getFloats(key));
  Result<const TensorView *> tensor = file->getTensor(key);
  return tensor ? 0 : report(tensor.error());
}

/// Writes the f32 values of a weight in the order in which they lie in memory.
static int expand(const std::string &path, const TensorView &tensor,
                  int64_t panel, const std::string &out) {
  Result<WeightLayout> layout = weightLayout(path, tensor, panel);
  if (!layout)
    return report(layout.error());
  std::vector<float> values(layout->rows * layout->columns);
  if (Status status = loadWeight(path, tensor, panel, values.data()); !status)
    return report(status.error());
  TensorView result;
  result.shape = {static_cast<int64_t>(values.size())};
  result.bytes = values.size() * sizeof(float);
  result.data = reinterpret_cast<const uint8_t *>(values.data());
  Status status = writeNpy(out, result);
  return status ? 0 : report(status.error());
}

static int expand(const std::string &path, std::string_view name, int64_t panel,
                  const std::string &out) {
  if (endsWith(path, ".gguf")) {
    Result<GgufFile> file = GgufFile::open(path);
    if (!file)
      return report(file.error());
    Result<const TensorView *> tensor = file->getTensor(name);
    return tensor ? expand(path, **tensor, panel, out) : report(tensor.error());
  }
  Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return report(file.error());
  Result<const TensorView *> tensor = file->getTensor(name);
  return tensor ? expand(path, **tensor, panel, out) : report(tensor.error());
}

static int write(const std::string &out, const std::vector<TensorView> &tensors,
                 const SafetensorsFile *from) {
  Status status;
  if (!endsWith(out, ".safetensors") && tensors.size() == 1)
    status = writeNpy(out, tensors[0]);
  else if (from)
    status = writeSafetensors(out, tensors, from->metadata());
  else
    status = writeSafetensors(out, tensors);
  return status ? 0 : report(status.error());
}

static int copy(const std::string &in, const std::string &out) {
  if (endsWith(in, ".npy")) {
    Result<NpyFile> file = NpyFile::open(in);
    if (!file)
      return report(file.error());
    TensorView tensor = file->tensor();
    tensor.name = "x";
    return write(out, {tensor}, nullptr);
  }
  Result<SafetensorsFile> file = SafetensorsFile::open(in);
  return file ? write(out, file->tensors(), &*file) : report(file.error());
}

int main(int argc, char **argv) {
  std::string_view command = argc > 2 ? argv[1] : "";
  if (command == "list") {
    int code = 0;
    for (int i = 2; i < argc; ++i)
      code = std::max(code, list(argv[i]));
    return code;
  }
  if (command == "get" && argc == 5)
    return get(argv[2], argv[3], argv[4]);
  if (command == "expand" && argc == 6)
    return expand(argv[2], argv[3], std::atoll(argv[4]), argv[5]);
  if (command == "copy" && argc == 4)
    return copy(argv[2], argv[3]);
  fprintf(stderr, "usage: weft-read list|get|expand|copy ...\n");
  return 2;
}
