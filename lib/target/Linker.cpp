#include "lib/target/Linker.h"

#include "lib/target/SystemLibrary.h"

#include "lld/Common/Driver.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/Binary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

LLD_HAS_DRIVER(elf)

using namespace weft;

using Arguments = std::vector<std::string>;

/// The linker's error for an output that it cannot make, as on a full disk.
static std::optional<llvm::Error> outputError(llvm::StringRef words,
                                              const std::string &output) {
  llvm::StringRef reason =
      words.split("failed to open " + output + ": ").second;
  if (reason.empty())
    return std::nullopt;
  return llvm::make_error<TargetError>(
      TargetError::File,
      output + ": cannot be written: " + reason.split('\n').first.str());
}

static llvm::Error runLinker(const Arguments &arguments) {
  llvm::SmallVector<const char *> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  std::string words;
  llvm::raw_string_ostream os(words);
  lld::Result result =
      lld::lldMain(pointers, os, os, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode == 0)
    return llvm::Error::success();
  // Every command line starts with the name of the linker and -o OUTPUT.
  if (std::optional<llvm::Error> error = outputError(words, arguments[2]))
    return std::move(*error);
  return llvm::make_error<TargetError>(TargetError::Target,
                                       "linking failed: " +
                                           llvm::StringRef(words).trim().str());
}

/// What every output has in common.
static Arguments startArguments(llvm::StringRef output) {
  return {"ld.lld", "-o",          output.str(),      "--gc-sections",
          "-O1",    "--threads=1", "--build-id=none", "--strip-debug"};
}

static void append(Arguments &arguments, llvm::ArrayRef<std::string> more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

static void appendLibraries(Arguments &arguments, const std::string &runtime,
                            const SystemLibrary &system) {
  append(arguments, {runtime, "--as-needed"});
  for (const std::string &directory : system.directories)
    arguments.push_back("-L" + directory);
  append(arguments, {"-lm", "-lc"});
}

llvm::Error weft::linkExecutable(llvm::ArrayRef<std::string> objects,
                                 const EmitOptions &options,
                                 llvm::StringRef output) {
  llvm::Expected<std::string> runtime = findRuntime();
  if (!runtime)
    return runtime.takeError();
  llvm::Expected<SystemLibrary> system = findSystemLibrary(options);
  if (!system)
    return system.takeError();
  Arguments arguments = startArguments(output);
  append(arguments,
         {"-pie", "--eh-frame-hdr", "-z", "relro", "-z", "now",
          "-dynamic-linker", system->loader, system->start, system->prologue});
  append(arguments, objects);
  appendLibraries(arguments, *runtime, *system);
  arguments.push_back(system->epilogue);
  return runLinker(arguments);
}

llvm::Error weft::linkSharedLibrary(llvm::ArrayRef<std::string> objects,
                                    const EmitOptions &options,
                                    llvm::StringRef symbol,
                                    llvm::StringRef soname,
                                    llvm::StringRef output) {
  llvm::Expected<std::string> runtime = findRuntime();
  if (!runtime)
    return runtime.takeError();
  llvm::Expected<SystemLibrary> system = findSystemLibrary(options);
  if (!system)
    return system.takeError();
  Arguments arguments = startArguments(output);
  append(arguments, {"-shared", "--eh-frame-hdr", "-z", "relro", "-z", "defs",
                     "--exclude-libs", "ALL", "-soname", soname.str(),
                     "--undefined=" + symbol.str(), system->prologue});
  append(arguments, objects);
  appendLibraries(arguments, *runtime, *system);
  arguments.push_back(system->epilogue);
  return runLinker(arguments);
}

static llvm::Error localizeSymbols(llvm::StringRef path, llvm::StringRef keep) {
  auto binary = llvm::object::createBinary(path);
  if (!binary)
    return binary.takeError();
  llvm::objcopy::ConfigManager config;
  config.Common.StripDebug = true;
  if (llvm::Error error = config.Common.SymbolsToKeepGlobal.addMatcher(
          llvm::objcopy::NameOrPattern::create(
              keep, llvm::objcopy::MatchStyle::Literal,
              [](llvm::Error error) { return error; })))
    return error;
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream os(bytes);
  if (llvm::Error error = llvm::objcopy::executeObjcopyOnBinary(
          config, *binary->getBinary(), os))
    return error;
  std::error_code code;
  llvm::raw_fd_ostream file(path, code);
  file << bytes;
  file.close();
  return llvm::errorCodeToError(code ? code : file.error());
}

llvm::Error weft::linkRelocatable(llvm::ArrayRef<std::string> objects,
                                  llvm::StringRef symbol,
                                  llvm::StringRef output) {
  llvm::Expected<std::string> runtime = findRuntime();
  if (!runtime)
    return runtime.takeError();
  Arguments arguments = startArguments(output);
  append(arguments,
         {"-r", "--undefined=" + symbol.str(), "--force-group-allocation"});
  append(arguments, objects);
  arguments.push_back(*runtime);
  if (llvm::Error error = runLinker(arguments))
    return error;
  return localizeSymbols(output, symbol);
}
