// A parsed command line.
#ifndef WEFT_DRIVER_INVOCATION_H
#define WEFT_DRIVER_INVOCATION_H

#include "weft/Pipeline.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace weft::driver {

enum class Command { Compile, Check, Plot, New, Help, Version };

struct Invocation {
  Command command = Command::Compile;
  std::string input;
  std::string output;
  std::string targetName = "native";
  /// Compute capability; empty: for the CPU.
  std::string gpuName;
  /// What is written, unless it is IR.
  std::optional<OutputKind> kind;
  std::optional<Phase> stopAfter;
  std::string dumpDirectory;
  std::string dumpTensorsDirectory;
  std::string weightsFile;
  std::vector<std::string> plugins;
  bool explain = false;
  bool embedWeights = false;
  unsigned optLevel = 2;
  uint64_t seed = 1;
  double tolerance = 2e-5;
  /// plot: tokens and head, and the inputs that are given, by name.
  int64_t tokens = 64;
  int64_t head = 0;
  std::vector<std::pair<std::string, std::string>> inputs;
  /// The target in it is filled in by resolveTarget.
  PipelineOptions pipeline;
};

/// Parses the arguments after the program's name. An error is a usage error
/// (exit code 2) and names the argument.
llvm::Expected<Invocation> parseInvocation(llvm::ArrayRef<const char *> args);

void printHelp(llvm::raw_ostream &os);
void printVersion(llvm::raw_ostream &os);

} // namespace weft::driver

#endif // WEFT_DRIVER_INVOCATION_H
