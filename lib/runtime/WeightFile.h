// The file that holds a model's weights, of whichever format it is.
#ifndef WEFT_RUNTIME_WEIGHTFILE_H
#define WEFT_RUNTIME_WEIGHTFILE_H

#include "lib/runtime/GgufFile.h"
#include "lib/runtime/SafetensorsFile.h"

#include <variant>

namespace weft::runtime {

class WeightFile {
public:
  /// GGUF if the file starts so, else safetensors.
  static Result<WeightFile> open(const std::string &path);
  /// A file in memory, which must outlive the result.
  static Result<WeightFile> parse(const std::string &path, const uint8_t *data,
                                  uint64_t size);

  const std::string &path() const { return name; }
  /// Null if there is none.
  const TensorView *find(std::string_view tensor) const;
  /// Null if the file is of another format.
  const GgufFile *gguf() const { return std::get_if<GgufFile>(&file); }
  /// Gives pages back that were read; does nothing for a file in memory.
  void release(const uint8_t *from, uint64_t bytes) const;
  /// A number that differs between different files, made of samples.
  uint64_t identity() const { return sampled; }

private:
  static Result<WeightFile> parseMapped(const std::string &path,
                                        MappedFile mapping,
                                        const uint8_t *data, uint64_t size);

  std::string name;
  MappedFile mapping;
  std::variant<std::monostate, GgufFile, SafetensorsFile> file;
  uint64_t sampled = 0;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_WEIGHTFILE_H
