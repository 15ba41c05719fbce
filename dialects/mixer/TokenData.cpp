#include "dialects/mixer/TokenData.h"

#include "dialects/mixer/EntryBuilder.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

static RankedTensorType typeOf(Value data) {
  return cast<RankedTensorType>(data.getType());
}

SmallVector<Type> weft::mixer::dataTypes(ValueRange rows, ValueRange columns) {
  SmallVector<Type> types;
  for (ValueRange data : {rows, columns})
    for (Value value : data)
      types.push_back(getElementTypeOrSelf(value));
  return types;
}

LogicalResult weft::mixer::verifyDataHeads(Operation *op, int64_t heads,
                                           ValueRange rows,
                                           ValueRange columns) {
  for (ValueRange data : {rows, columns})
    for (Value value : data) {
      RankedTensorType type = typeOf(value);
      if (type.getRank() < 3)
        continue;
      int64_t shared = type.getDimSize(2);
      if (ShapedType::isDynamic(shared))
        return op->emitOpError("expects a known number of heads of data, got ")
               << type;
      if (ShapedType::isStatic(heads) && (shared < 1 || heads % shared != 0))
        return op->emitOpError("expects a number of heads of data that "
                               "divides the ")
               << heads << " of the matrix, got " << shared;
    }
  return success();
}

void weft::mixer::addDataSources(SizeSources &sources, ValueRange rows,
                                 ValueRange columns) {
  for (Value row : rows) {
    sources[0].push_back({row, 0});
    sources[2].push_back({row, 1});
  }
  for (Value column : columns) {
    sources[0].push_back({column, 0});
    sources[3].push_back({column, 1});
  }
}

DataOperands weft::mixer::dataOperands(OpBuilder &builder, Location loc,
                                       const MatrixSizes &sizes,
                                       ValueRange rows, ValueRange columns) {
  DataOperands operands;
  auto add = [&](Value value, StringRef letters) {
    RankedTensorType type = typeOf(value);
    bool hasHeads = type.getRank() == 3;
    std::optional<int64_t> heads = getConstantIntValue(sizes.heads);
    if (hasHeads && heads)
      value = repeatHeads(builder, loc, value, *heads);
    operands.values.push_back(value);
    operands.spec += ("," + letters + (hasHeads ? "h" : "")).str();
  };
  for (Value row : rows)
    add(row, "bi");
  for (Value column : columns)
    add(column, "bj");
  return operands;
}
