#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;
