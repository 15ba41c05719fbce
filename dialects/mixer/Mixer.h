// The mixer dialect: lazy matrices over time and their normal forms on tensors.
#ifndef WEFT_MIXER_MIXER_H
#define WEFT_MIXER_MIXER_H

#include "dialects/mixer/Matrix.h"
#include "dialects/mixer/Stepwise.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

#include "dialects/mixer/Dialect.h.inc"
#include "dialects/mixer/Enums.h.inc"
#include "dialects/mixer/MatrixOpInterface.h.inc"
#include "dialects/mixer/StepwiseOpInterface.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/mixer/Types.h.inc"
#define GET_OP_CLASSES
#include "dialects/mixer/Ops.h.inc"

#endif // WEFT_MIXER_MIXER_H
