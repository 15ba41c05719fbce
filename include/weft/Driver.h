// The command line of weftc.
#ifndef WEFT_DRIVER_H
#define WEFT_DRIVER_H

namespace weft {

/// Exit codes of weft's tools.
enum ExitCode {
  kSuccess = 0,
  kInputError = 1,       ///< the input was diagnosed
  kUsageError = 2,       ///< the command line is wrong
  kComparisonFailed = 3, ///< numbers differ, or a bar was missed
  kTargetError = 4,      ///< a target or device that is not there
  kFileError = 5,        ///< a file could not be read or written
  kInternalError = 70,   ///< a fault of weft itself
};

/// Runs weftc and returns its exit code.
int runDriver(int argc, char **argv);

} // namespace weft

#endif // WEFT_DRIVER_H
