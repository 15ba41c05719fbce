// The tensors of a run, from and to the files of the command line.
#ifndef WEFT_RUNTIME_NAMEDTENSORS_H
#define WEFT_RUNTIME_NAMEDTENSORS_H

#include "lib/runtime/MainOptions.h"
#include "lib/runtime/NpyFile.h"
#include "lib/runtime/SafetensorsFile.h"
#include "weft/weft.h"

#include <deque>
#include <memory>

namespace weft::runtime {

/// Tensors read from files, which stay open.
class InputTensors {
public:
  /// Reads all arguments. From a file without NAME only the tensors that
  /// `wanted` names are taken.
  static Result<InputTensors>
  read(const std::vector<TensorArgument> &arguments,
       const std::vector<std::string> &wanted);

  const std::vector<weft_tensor> &tensors() const { return list; }

private:
  Status add(std::string name, const std::string &path,
             const TensorView &tensor);
  Status addFile(const TensorArgument &argument,
                 const std::vector<std::string> &wanted);

  std::deque<NpyFile> arrays;
  std::deque<SafetensorsFile> files;
  std::deque<std::string> names;
  std::vector<weft_tensor> list;
};

/// A tensor that a run fills.
struct OutputTensor {
  std::string name;
  weft_dtype dtype = WEFT_F32;
  std::vector<int64_t> shape;
  std::unique_ptr<uint8_t[]> data;
  uint64_t bytes = 0;

  TensorView view() const;
};

/// Writes outputs where the arguments say; every file whole or not at all.
Status writeOutputs(const std::vector<TensorArgument> &arguments,
                    const std::vector<OutputTensor> &outputs);

/// Compares outputs with the tensors of those names in a file: |got - expected|
/// <= atol + rtol * |expected|. The error (exit code 3) shows the worst
/// element.
Status compareOutputs(const std::string &path, double rtol, double atol,
                      const std::vector<OutputTensor> &outputs);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_NAMEDTENSORS_H
