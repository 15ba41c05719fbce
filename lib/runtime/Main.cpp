// The main function of an executable: options, then one of the ways to run.
#include "lib/runtime/Descriptor.h"
#include "lib/runtime/MainRun.h"

#include <cerrno>
#include <csignal>
#include <cstring>

using namespace weft::runtime;

static int report(const Error &error) {
  fprintf(stderr, "error: %s\n", error.message.c_str());
  return static_cast<int>(error.code);
}

static Status print(const std::string &text) {
  fputs(text.c_str(), stdout);
  if (fflush(stdout) != 0)
    return fileError("stdout", "cannot write: %s", strerror(errno));
  return {};
}

/// What the options ask for, or why it makes no sense.
static Status checkRequest(const MainOptions &options) {
  bool tensors = !options.inputs.empty() || !options.outputs.empty() ||
                 !options.expect.empty() || !options.entry.empty();
  if (options.talks() && tensors)
    return makeError(ExitCode::Usage,
                     "expects a prompt or tensors, got both (--help lists the "
                     "options)");
  if (!options.talks() && !options.talkOption.empty())
    return makeError(ExitCode::Usage,
                     "%s needs a prompt: give one with -p or --tokens",
                     options.talkOption.c_str());
  if (!options.talks() && !tensors)
    return makeError(ExitCode::Usage,
                     "nothing to do: give inputs with -i (--help lists them)");
  return {};
}

static Status run(const weft_api &api, const MainOptions &options,
                  const char *program) {
  if (options.help)
    return print(helpText(*api.descriptor, program));
  if (options.version)
    return print(std::string(api.descriptor->info.name) + " (weft " +
                 api.descriptor->version + ", ABI " +
                 std::to_string(api.abi_version) + ")\n");
  if (Status sensible = checkRequest(options); !sensible)
    return sensible;
  double start = now();
  Result<OpenModel> model =
      OpenModel::open(api, options.weights, options.threads);
  if (!model)
    return model.takeError();
  if (options.time)
    fprintf(stderr, "load %.3f ms\n", (now() - start) * 1e3);
  return options.talks() ? runTalk(*model, options)
                         : runTensors(*model, options);
}

extern "C" int weft_main(const weft_api *api, int argc, char **argv) {
  // A closed pipe is an error of writing, with its message and exit code.
  signal(SIGPIPE, SIG_IGN);
  Result<MainOptions> options = parseMainOptions(argc, argv);
  if (!options)
    return report(options.error());
  Status ran = run(*api, *options, argc > 0 ? argv[0] : "model");
  return ran ? 0 : report(ran.error());
}
