#include "lib/driver/Invocation.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using namespace llvm::opt;
using namespace weft;
using namespace weft::driver;

namespace {

#define OPTTABLE_STR_TABLE_CODE
#include "lib/driver/Opts.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "lib/driver/Opts.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

enum ID {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "lib/driver/Opts.inc"
#undef OPTION
};

constexpr OptTable::Info kInfos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "lib/driver/Opts.inc"
#undef OPTION
};

class WeftOptTable : public GenericOptTable {
public:
  WeftOptTable()
      : GenericOptTable(OptionStrTable, OptionPrefixesTable, kInfos) {}
};

Error usageError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

/// "unknown option '--x'", with the nearest one there is.
Error unknownOption(const WeftOptTable &table, StringRef text) {
  std::string nearest;
  std::string message = ("unknown option '" + text + "'").str();
  if (table.findNearest(text, nearest) <= 3)
    message += "; did you mean '" + nearest + "'?";
  return usageError(message);
}

template <typename T>
Error readNumber(const InputArgList &args, unsigned id, T &value, T least) {
  const Arg *arg = args.getLastArg(id);
  if (!arg)
    return Error::success();
  StringRef text = arg->getValue();
  bool bad;
  if constexpr (std::is_floating_point_v<T>)
    bad = text.getAsDouble(value);
  else
    bad = text.getAsInteger(10, value);
  if (bad || value < least)
    return usageError(arg->getSpelling() + Twine(text) +
                      ": expects a number of at least " +
                      Twine(int64_t(least)));
  return Error::success();
}

Error readChoices(const InputArgList &args, Invocation &result) {
  if (const Arg *arg = args.getLastArg(OPT_compile_to)) {
    result.stopAfter = phaseOfName(arg->getValue());
    if (!result.stopAfter)
      return usageError(Twine("--compile-to=") + arg->getValue() +
                        ": expects one of " + phaseNames());
  }
  StringRef dtype = args.getLastArgValue(OPT_dtype, "f32");
  if (dtype != "f32" && dtype != "f64")
    return usageError("--dtype=" + dtype + ": expects f32 or f64");
  result.pipeline.widen = dtype == "f64";
  StringRef entries = args.getLastArgValue(OPT_entries);
  if (!entries.empty() && entries != "forward" &&
      entries != "forward,prefill,step")
    return usageError("--entries=" + entries +
                      ": expects forward or forward,prefill,step");
  result.pipeline.stateless = entries == "forward";
  result.pipeline.requireDecode = entries == "forward,prefill,step";
  StringRef level = args.getLastArgValue(OPT_optimize, "2");
  if (level.getAsInteger(10, result.optLevel) || result.optLevel > 3)
    return usageError("-O" + level + ": expects a level from 0 to 3");
  return Error::success();
}

Error readNumbers(const InputArgList &args, Invocation &result) {
  if (Error error =
          readNumber<int64_t>(args, OPT_chunk, result.pipeline.chunk, 1))
    return error;
  if (Error error = readNumber<int64_t>(args, OPT_max_seq,
                                        result.pipeline.maxSequence, 1))
    return error;
  if (Error error = readNumber<uint64_t>(args, OPT_seed, result.seed, 0))
    return error;
  if (Error error = readNumber<int64_t>(args, OPT_tokens, result.tokens, 1))
    return error;
  if (Error error = readNumber<int64_t>(args, OPT_head, result.head, 0))
    return error;
  return readNumber<double>(args, OPT_tolerance, result.tolerance, 0.0);
}

/// The kind of the output, from --emit or the suffix, and the machine it is
/// for.
Error readOutput(const InputArgList &args, Invocation &result) {
  result.output = args.getLastArgValue(OPT_output);
  bool isIr = sys::path::extension(result.output) == ".mlir";
  if (!result.output.empty() && !isIr)
    result.kind = outputKind(result.output);
  if (const Arg *arg = args.getLastArg(OPT_emit)) {
    result.kind = StringSwitch<std::optional<OutputKind>>(arg->getValue())
                      .Case("asm", OutputKind::Assembly)
                      .Case("llvm", OutputKind::LLVMIR)
                      .Case("obj", OutputKind::Object)
                      .Case("ptx", OutputKind::Ptx)
                      .Default(std::nullopt);
    if (!result.kind)
      return usageError(Twine("--emit=") + arg->getValue() +
                        ": expects asm, llvm, obj or ptx");
    isIr = false;
  }
  bool isPtx = result.kind == OutputKind::Ptx;
  result.gpuName = args.getLastArgValue(OPT_gpu, isPtx ? "sm_80" : "");
  if (!result.gpuName.empty() && !isPtx && !isIr)
    return usageError("--gpu=" + result.gpuName +
                      ": expects an output x.ptx or x.mlir, got '" +
                      result.output + "'");
  const Arg *processor = args.getLastArg(OPT_target);
  if (!result.gpuName.empty() && processor)
    return usageError(processor->getSpelling() + Twine(processor->getValue()) +
                      ": expects a CPU program, got one for the GPU " +
                      result.gpuName);
  return Error::success();
}

/// A command's name in front of its arguments; compiling has none.
Command takeCommand(std::vector<std::string> &words) {
  Command command = words.empty() ? Command::Compile
                                  : StringSwitch<Command>(words.front())
                                        .Case("check", Command::Check)
                                        .Case("new", Command::New)
                                        .Case("plot", Command::Plot)
                                        .Default(Command::Compile);
  if (command != Command::Compile)
    words.erase(words.begin());
  return command;
}

/// new mixer NAME
Error readNew(ArrayRef<std::string> words, Invocation &result) {
  if (words.size() != 2 || words.front() != "mixer")
    return usageError("weftc new: expects mixer NAME");
  result.input = words.back();
  return Error::success();
}

Error readPlot(const InputArgList &args, Invocation &result) {
  StringRef what = args.getLastArgValue(OPT_what, "matrix");
  if (what != "matrix")
    return usageError("--what=" + what + ": expects matrix");
  if (!result.output.empty() && sys::path::extension(result.output) != ".svg")
    return usageError("weftc plot: expects an output x.svg, got '" +
                      result.output + "'");
  for (StringRef text : args.getAllArgValues(OPT_input)) {
    auto [name, path] = text.split('=');
    if (name.empty() || path.empty())
      return usageError("-i " + text + ": expects NAME=FILE.npy");
    result.inputs.push_back({name.str(), path.str()});
  }
  return Error::success();
}

Error readInput(const InputArgList &args, Invocation &result) {
  std::vector<std::string> inputs = args.getAllArgValues(OPT_INPUT);
  result.command = takeCommand(inputs);
  if (result.command == Command::New)
    return readNew(inputs, result);
  if (inputs.empty())
    return usageError("no input file");
  if (inputs.size() > 1)
    return usageError("more than one input file: '" + inputs[0] + "', '" +
                      inputs[1] + "'");
  result.input = inputs.front();
  if (result.command == Command::Plot)
    return readPlot(args, result);
  if (result.command == Command::Compile && result.output.empty() &&
      !result.explain)
    return usageError("no output; say -o FILE");
  return Error::success();
}

} // namespace

Expected<Invocation> driver::parseInvocation(ArrayRef<const char *> arguments) {
  WeftOptTable table;
  unsigned missingIndex, missingCount;
  InputArgList args = table.ParseArgs(arguments, missingIndex, missingCount);
  Invocation result;
  if (args.hasArg(OPT_help) || arguments.empty()) {
    result.command = Command::Help;
    return result;
  }
  if (args.hasArg(OPT_version)) {
    result.command = Command::Version;
    return result;
  }
  if (missingCount)
    return usageError(Twine(args.getArgString(missingIndex)) +
                      ": expects a value");
  for (const Arg *arg : args.filtered(OPT_UNKNOWN))
    return unknownOption(table, arg->getAsString(args));

  result.targetName = args.getLastArgValue(OPT_target, "native");
  result.dumpDirectory = args.getLastArgValue(OPT_dump_phases_to);
  result.dumpTensorsDirectory = args.getLastArgValue(OPT_dump_tensors);
  result.pipeline.exposeTensors = !result.dumpTensorsDirectory.empty();
  result.weightsFile = args.getLastArgValue(OPT_weights);
  result.plugins = args.getAllArgValues(OPT_load);
  result.explain = args.hasArg(OPT_explain);
  result.embedWeights = args.hasArg(OPT_embed_weights);
  result.pipeline.form = args.getLastArgValue(OPT_form);
  result.pipeline.noFallback = args.hasArg(OPT_no_fallback);
  result.pipeline.allowUnsafeForm = args.hasArg(OPT_allow_unsafe_form);
  if (Error error = readOutput(args, result))
    return std::move(error);
  if (Error error = readChoices(args, result))
    return std::move(error);
  if (Error error = readNumbers(args, result))
    return std::move(error);
  if (Error error = readInput(args, result))
    return std::move(error);
  return result;
}

void driver::printHelp(raw_ostream &os) {
  WeftOptTable().printHelp(
      os,
      "weftc [check | plot] <model.mlir | model.gguf> -o <file> [options]\n"
      "       weftc new mixer <name>",
      "weft: sequence mixers from one declaration to fast programs");
  os << "\nEXIT CODES:\n"
        "  0 fine, 1 input diagnosed, 2 usage, 3 comparison failed,\n"
        "  4 target missing, 5 file I/O, 70 internal error\n";
}

void driver::printVersion(raw_ostream &os) {
  os << "weftc " WEFT_VERSION " (LLVM " LLVM_VERSION_STRING ")\n"
     << "host: " << sys::getDefaultTargetTriple() << ", "
     << sys::getHostCPUName() << "\n";
}
