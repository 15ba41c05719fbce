#include "lib/runtime/NamedTensors.h"

#include "lib/runtime/ElementTypes.h"
#include "lib/runtime/Elements.h"

#include <algorithm>

using namespace weft::runtime;

static bool isNpy(const std::string &path) {
  return path.size() >= 4 && path.compare(path.size() - 4, 4, ".npy") == 0;
}

Status InputTensors::add(std::string name, const std::string &path,
                         const TensorView &tensor) {
  std::optional<weft_dtype> type = elementTypeOf(tensor.type);
  std::string place = path + ": input " + quoted(name);
  if (!type)
    return inputError(place, "expects a float type, I64, I32, I8 or BOOL, got "
                             "%s",
                      nameOf(tensor.type));
  if (tensor.shape.size() > WEFT_MAX_RANK)
    return inputError(place, "expects at most %d dimensions, got %zu",
                      WEFT_MAX_RANK, tensor.shape.size());
  for (const weft_tensor &other : list)
    if (name == other.name)
      return inputError(place, "given twice");
  weft_tensor item{};
  item.name = names.emplace_back(std::move(name)).c_str();
  item.data = const_cast<uint8_t *>(tensor.data);
  item.bytes = tensor.bytes;
  item.dtype = *type;
  item.rank = tensor.shape.size();
  std::copy(tensor.shape.begin(), tensor.shape.end(), item.dims);
  list.push_back(item);
  return {};
}

Status InputTensors::addFile(const TensorArgument &argument,
                             const std::vector<std::string> &wanted) {
  if (isNpy(argument.path)) {
    Result<NpyFile> array = NpyFile::open(argument.path);
    if (!array)
      return array.takeError();
    NpyFile &kept = arrays.emplace_back(std::move(*array));
    return add(argument.name, argument.path, kept.tensor());
  }
  Result<SafetensorsFile> opened = SafetensorsFile::open(argument.path);
  if (!opened)
    return opened.takeError();
  SafetensorsFile &file = files.emplace_back(std::move(*opened));
  if (!argument.name.empty()) {
    Result<const TensorView *> tensor = file.getTensor(argument.name);
    if (!tensor)
      return tensor.takeError();
    return add(argument.name, argument.path, **tensor);
  }
  for (const TensorView &tensor : file.tensors())
    if (std::find(wanted.begin(), wanted.end(), tensor.name) != wanted.end())
      if (Status added = add(std::string(tensor.name), argument.path, tensor);
          !added)
        return added;
  return {};
}

Result<InputTensors>
InputTensors::read(const std::vector<TensorArgument> &arguments,
                   const std::vector<std::string> &wanted) {
  InputTensors inputs;
  for (const TensorArgument &argument : arguments)
    if (Status added = inputs.addFile(argument, wanted); !added)
      return added.takeError();
  return inputs;
}

TensorView OutputTensor::view() const {
  TensorView view;
  view.name = name;
  view.type = dataTypeOf(dtype);
  view.shape = shape;
  view.data = data.get();
  view.bytes = bytes;
  return view;
}

Status
weft::runtime::writeOutputs(const std::vector<TensorArgument> &arguments,
                            const std::vector<OutputTensor> &outputs) {
  for (const TensorArgument &argument : arguments) {
    std::vector<TensorView> chosen;
    for (const OutputTensor &output : outputs)
      if (argument.name.empty() || argument.name == output.name)
        chosen.push_back(output.view());
    Status written = isNpy(argument.path)
                         ? writeNpy(argument.path, chosen.front())
                         : writeSafetensors(argument.path, chosen);
    if (!written)
      return written;
  }
  return {};
}
