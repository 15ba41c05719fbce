// emitModel: from a module in the LLVM dialect to a file.
#include "weft/Target.h"

#include "lib/target/Codegen.h"
#include "lib/target/Descriptor.h"
#include "lib/target/Header.h"
#include "lib/target/Linker.h"
#include "lib/target/TemporaryFile.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Target/TargetMachine.h"

using namespace weft;

std::optional<OutputKind> weft::outputKind(llvm::StringRef path) {
  llvm::StringRef suffix = llvm::sys::path::extension(path);
  if (suffix == ".so")
    return OutputKind::SharedLibrary;
  if (suffix == ".a")
    return OutputKind::StaticLibrary;
  if (suffix == ".o")
    return OutputKind::Object;
  if (suffix == ".s")
    return OutputKind::Assembly;
  if (suffix == ".ll")
    return OutputKind::LLVMIR;
  if (suffix == ".ptx")
    return OutputKind::Ptx;
  if (suffix.empty())
    return OutputKind::Executable;
  return std::nullopt;
}

namespace {

/// One model on its way out.
class Emitter {
public:
  Emitter(const EmitOptions &options, ModelInterface interface)
      : options(options), interface(std::move(interface)) {}

  llvm::Error prepare(mlir::ModuleOp module);
  llvm::Error write(llvm::StringRef path, OutputKind kind);

private:
  llvm::Expected<std::string> embeddedFile() const;
  llvm::Error writeModule(llvm::Module &source, OutputKind kind,
                          llvm::StringRef path);
  llvm::Error writeLinked(llvm::StringRef path, llvm::StringRef finalPath,
                          OutputKind kind);
  llvm::Error writeArchive(llvm::StringRef object, llvm::StringRef path);
  llvm::Error writeHeader(llvm::StringRef libraryPath);

  const EmitOptions &options;
  ModelInterface interface;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

} // namespace

llvm::Expected<std::string> Emitter::embeddedFile() const {
  if (!options.embedWeights || interface.weightsFile.empty())
    return std::string();
  llvm::SmallString<256> path(interface.weightsFile);
  if (std::error_code code = llvm::sys::fs::make_absolute(path))
    return llvm::errorCodeToError(code);
  if (!llvm::sys::fs::is_regular_file(path))
    return llvm::make_error<TargetError>(
        TargetError::File,
        interface.weightsFile + ": cannot embed the weights: no such file");
  return path.str().str();
}

llvm::Error Emitter::prepare(mlir::ModuleOp source) {
  auto created = createTargetMachine(options);
  if (!created)
    return created.takeError();
  machine = std::move(*created);
  auto translated = translateModule(source, context, *machine);
  if (!translated)
    return translated.takeError();
  module = std::move(*translated);
  llvm::Expected<std::string> embedded = embeddedFile();
  if (!embedded)
    return embedded.takeError();
  if (llvm::Error error =
          addDescriptor(*module, interface, options.target, *embedded))
    return error;
  optimizeModule(*module, *machine, options);
  return llvm::Error::success();
}

llvm::Error Emitter::writeModule(llvm::Module &source, OutputKind kind,
                                 llvm::StringRef path) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (code)
    return fileError(path, code);
  if (kind == OutputKind::LLVMIR)
    source.print(os, nullptr);
  else if (llvm::Error error = writeCode(source, *machine, kind, os))
    return error;
  return closeFile(os, path);
}

llvm::Error Emitter::writeArchive(llvm::StringRef object,
                                  llvm::StringRef path) {
  auto member = llvm::NewArchiveMember::getFile(object, /*Deterministic=*/true);
  if (!member)
    return member.takeError();
  member->MemberName = "model.o";
  llvm::Error error = llvm::writeArchive(
      path, *member, llvm::SymtabWritingMode::NormalSymtab,
      llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
  if (error)
    return fileError(path, llvm::errorToErrorCode(std::move(error)));
  return llvm::Error::success();
}

llvm::Error Emitter::writeHeader(llvm::StringRef libraryPath) {
  llvm::SmallString<256> path(libraryPath);
  llvm::sys::path::replace_extension(path, ".h");
  return writeFile(path, cHeader(interface));
}

llvm::Error Emitter::writeLinked(llvm::StringRef path,
                                 llvm::StringRef finalPath, OutputKind kind) {
  TemporaryFile object(path, ".o");
  if (llvm::Error error =
          writeModule(*module, OutputKind::Object, object.path()))
    return error;
  std::string symbol = exportedName(interface);
  if (kind == OutputKind::SharedLibrary)
    return linkSharedLibrary({object.path()}, options, symbol,
                             llvm::sys::path::filename(finalPath), path);
  if (kind == OutputKind::StaticLibrary) {
    TemporaryFile merged(path, ".merged.o");
    if (llvm::Error error =
            linkRelocatable({object.path()}, symbol, merged.path()))
      return error;
    return writeArchive(merged.path(), path);
  }
  TemporaryFile mainObject(path, ".main.o");
  std::unique_ptr<llvm::Module> main = createMain(context, *machine, symbol);
  if (llvm::Error error =
          writeModule(*main, OutputKind::Object, mainObject.path()))
    return error;
  return linkExecutable({mainObject.path(), object.path()}, options, path);
}

/// Lets a file error speak of the file that was asked for, not of the temporary
/// ones that it is made from.
static llvm::Error naming(llvm::StringRef path, llvm::Error error) {
  return llvm::handleErrors(
      std::move(error),
      [&](std::unique_ptr<TargetError> failure) -> llvm::Error {
        std::string message =
            static_cast<llvm::ErrorInfoBase &>(*failure).message();
        size_t reason = message.find(": cannot be written");
        if (failure->exitCode() != TargetError::File ||
            reason == std::string::npos)
          return llvm::Error(std::move(failure));
        return llvm::make_error<TargetError>(
            TargetError::File, path.str() + message.substr(reason));
      });
}

llvm::Error Emitter::write(llvm::StringRef path, OutputKind kind) {
  TemporaryFile output(path, ".partial");
  bool linked = kind == OutputKind::Executable ||
                kind == OutputKind::SharedLibrary ||
                kind == OutputKind::StaticLibrary;
  if (llvm::Error error = output.create())
    return naming(path, std::move(error));
  if (llvm::Error error = linked ? writeLinked(output.path(), path, kind)
                                 : writeModule(*module, kind, output.path()))
    return naming(path, std::move(error));
  if (kind == OutputKind::SharedLibrary || kind == OutputKind::StaticLibrary)
    if (llvm::Error error = writeHeader(path))
      return error;
  return output.renameTo(path);
}

llvm::Error weft::emitModel(mlir::ModuleOp module, const EmitOptions &options,
                            llvm::StringRef path, OutputKind kind) {
  if (kind == OutputKind::Ptx) {
    llvm::Expected<std::string> text = writePtx(module, options);
    return text ? writeFile(path, *text) : text.takeError();
  }
  llvm::FailureOr<ModelInterface> interface = decodeInterface(module);
  if (failed(interface))
    return llvm::make_error<TargetError>(TargetError::Input,
                                         "the model has no interface");
  Emitter emitter(options, std::move(*interface));
  if (llvm::Error error = emitter.prepare(module))
    return error;
  return emitter.write(path, kind);
}
