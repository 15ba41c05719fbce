// From a module in the LLVM dialect to files that run: the target machine, the
// interface of a model, and the writers of objects, libraries and executables.
#ifndef WEFT_TARGET_H
#define WEFT_TARGET_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace weft {

/// What the compiler may know of a machine: features and sizes, never a name.
struct TargetDescription {
  std::string triple;
  std::string cpu;
  std::string features; // "+avx2,-avx512f,..."
  /// The x86-64-vN that the code needs: 1 to 4, 0 on other architectures.
  unsigned level = 0;
  unsigned vectorBits = 128;
  unsigned vectorRegisters = 16;
  int64_t l1Bytes = 32 << 10;
  int64_t l2Bytes = 512 << 10;
  int64_t l3Bytes = 8 << 20;

  bool isGpu() const { return llvm::StringRef(triple).starts_with("nvptx"); }

  /// Elements of `elementBits` in a vector register.
  unsigned lanes(unsigned elementBits = 32) const {
    return vectorBits / elementBits;
  }
};

/// An error with the exit code that a tool ends with.
class TargetError : public llvm::ErrorInfo<TargetError> {
public:
  enum Code { Input = 1, Target = 4, File = 5, Internal = 70 };
  static char ID;

  TargetError(Code code, std::string message)
      : code(code), message(std::move(message)) {}
  Code exitCode() const { return code; }
  void log(llvm::raw_ostream &os) const override { os << message; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }

private:
  Code code;
  std::string message;
};

/// Prints "TOOL: error: MESSAGE" and returns the error's exit code.
int reportError(llvm::StringRef tool, llvm::Error error);

/// `native`, or a processor that LLVM knows (x86-64-v3, ...). Caches are the
/// host's for `native` and typical ones otherwise.
llvm::Expected<TargetDescription> lookupTarget(llvm::StringRef name);

/// A GPU by its compute capability: sm_80 and newer.
llvm::Expected<TargetDescription> lookupGpu(llvm::StringRef name);

/// A tensor of a model's interface. Negative dims are WEFT_DIM_* of weft.h.
struct TensorInterface {
  std::string name;
  mlir::Type element;
  llvm::SmallVector<int64_t> dims;
};

struct StateInterface : TensorInterface {
  int64_t cacheAxis = -1; // holds a row for each token
};

struct WeightInterface : TensorInterface {
  int64_t panel = 0;        // P if kept as [N/P, K, P]; dims are [N, K] still
  mlir::Attribute constant; // the data itself if it is not in the file
};

struct EntryInterface {
  std::string name;
  std::vector<TensorInterface> inputs, outputs;
  llvm::SmallVector<int64_t> states; // indices into ModelInterface::states
  llvm::SmallVector<int64_t> offsets; // inputs that cut packed sequences
  int64_t tokens = -1;      // of one call, WEFT_DIM_TIME if inputs say it
  bool lastRowOnly = false; // prefill: needs a token at least
};

/// What a compiled model says of itself. `weft-record-interface` collects it at
/// the end of `blocks`, while functions are still on tensors, and keeps it in
/// the module attribute `weft.interface`, so that every later dump has it.
struct ModelInterface {
  std::string name;
  std::string weightsFile;
  /// Where a run saves the outputs that nobody asked for; empty: nowhere.
  std::string dumpDirectory;
  int64_t contextLength = 0; // rows of the smallest cache, 0: unbounded
  int64_t vocabulary = 0;    // token ids are below it, 0: not checked
  bool languageModel = false;
  std::vector<EntryInterface> entries;
  std::vector<StateInterface> states;
  std::vector<WeightInterface> weights; // in module order
};

inline constexpr llvm::StringLiteral kInterfaceAttr = "weft.interface";
/// On a module that has gone through `tile` for a GPU.
inline constexpr llvm::StringLiteral kGpuAttr = "weft.gpu";
/// Token ids are below it (i64, on the module).
inline constexpr llvm::StringLiteral kVocabularyAttr = "weft.vocabulary";

/// Reads public functions and ml_program.globals of a module on tensors; an
/// error has been emitted at the op on failure.
llvm::FailureOr<ModelInterface> collectInterface(mlir::ModuleOp module);
mlir::Attribute encodeInterface(const ModelInterface &interface,
                                mlir::MLIRContext *context);
llvm::FailureOr<ModelInterface> decodeInterface(mlir::ModuleOp module);

enum class OutputKind {
  Executable,
  SharedLibrary, // .so, with a C header beside it
  StaticLibrary, // .a, with a C header beside it
  Object,        // .o
  Assembly,      // .s
  LLVMIR,        // .ll
  Ptx            // .ptx: the kernels alone
};

/// The kind of file that a path names by its suffix; without one: an
/// executable. Nothing for any other suffix, that of IR (.mlir) included.
std::optional<OutputKind> outputKind(llvm::StringRef path);

struct EmitOptions {
  TargetDescription target;
  unsigned optLevel = 2;
  /// The weights file becomes part of the output.
  bool embedWeights = false;
  /// Put before the directories in which the C library is looked for.
  std::string systemRoot;
};

/// Writes a module in the LLVM dialect (functions weft_entry_E, attribute
/// `weft.interface`; for PTX the kernels of a GPU) as `kind` to `path`. The
/// module is not changed. Nothing is left at `path` on failure.
llvm::Error emitModel(mlir::ModuleOp module, const EmitOptions &options,
                      llvm::StringRef path, OutputKind kind);

} // namespace weft

#endif // WEFT_TARGET_H
