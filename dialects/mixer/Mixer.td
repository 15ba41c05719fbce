#ifndef WEFT_MIXER_TD
#define WEFT_MIXER_TD

// The table of contents of the dialect.
include "dialects/mixer/Dialect.td"
include "dialects/mixer/ops/Linear.td"
include "dialects/mixer/ops/Semiseparable.td"
include "dialects/mixer/ops/Toeplitz.td"
include "dialects/mixer/ops/Generators.td"
include "dialects/mixer/ops/Entrywise.td"
include "dialects/mixer/ops/Normalize.td"
include "dialects/mixer/ops/Combine.td"
include "dialects/mixer/ops/Around.td"
include "dialects/mixer/ops/Given.td"
include "dialects/mixer/ops/Positions.td"
include "dialects/mixer/ops/RunningSum.td"
include "dialects/mixer/ops/Apply.td"
include "dialects/mixer/ops/Scan.td"
include "dialects/mixer/ops/Attend.td"
include "dialects/mixer/ops/Convolve.td"
include "dialects/mixer/ops/Recurrence.td"
include "dialects/mixer/ops/Fold.td"

#endif // WEFT_MIXER_TD
