#include "dialects/mixer/Shapes.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult weft::mixer::verifyAgree(Operation *op, StringRef what,
                                       ArrayRef<int64_t> sizes) {
  int64_t expected = ShapedType::kDynamic;
  for (int64_t size : sizes) {
    if (ShapedType::isDynamic(size))
      continue;
    if (ShapedType::isDynamic(expected))
      expected = size;
    else if (size != expected)
      return op->emitOpError("expects operands of the same ")
             << what << ", got " << expected << " and " << size;
  }
  return success();
}

LogicalResult weft::mixer::verifyAxisAgrees(Operation *op, StringRef what,
                                            int64_t axis,
                                            ArrayRef<NamedTensor> tensors) {
  SmallVector<int64_t> sizes;
  for (const NamedTensor &tensor : tensors)
    if (tensor.value)
      sizes.push_back(tensor.size(axis));
  return verifyAgree(op, what, sizes);
}

LogicalResult weft::mixer::verifyStatic(Operation *op,
                                        const NamedTensor &tensor,
                                        ArrayRef<int64_t> axes) {
  for (int64_t axis : axes)
    if (ShapedType::isDynamic(tensor.size(axis)))
      return op->emitOpError("expects a known size of axis ")
             << axis << " of " << tensor.name << ", got " << tensor.type();
  return success();
}

LogicalResult weft::mixer::verifyHeadsDivide(Operation *op,
                                             const NamedTensor &tensor,
                                             int64_t heads, int64_t axis) {
  if (!tensor.value)
    return success();
  int64_t shared = tensor.size(axis);
  if (ShapedType::isDynamic(shared) || ShapedType::isDynamic(heads))
    return success();
  if (shared > 0 && heads % shared == 0)
    return success();
  return op->emitOpError("expects the number of heads of ")
         << tensor.name << " to divide " << heads << ", got " << shared;
}

LogicalResult
weft::mixer::verifyOneElementType(Operation *op,
                                  ArrayRef<NamedTensor> tensors) {
  Type expected = tensors.front().type().getElementType();
  for (const NamedTensor &tensor : tensors)
    if (tensor.value && tensor.type().getElementType() != expected)
      return op->emitOpError("expects operands of one element type, got ")
             << expected << " and " << tensor.type().getElementType();
  return success();
}

LogicalResult weft::mixer::verifyFiniteScale(Operation *op,
                                             const APFloat &scale) {
  if (scale.isFinite())
    return success();
  SmallString<16> text;
  scale.toString(text);
  return op->emitOpError("expects a finite scale, got ") << text;
}

LogicalResult weft::mixer::verifyType(Operation *op, StringRef what, Type got,
                                      RankedTensorType expected) {
  auto tensor = dyn_cast<RankedTensorType>(got);
  if (tensor && tensor.getElementType() == expected.getElementType() &&
      succeeded(verifyCompatibleShape(tensor, expected)))
    return success();
  return op->emitOpError("expects ")
         << what << " of type " << expected << ", got " << got;
}

std::string weft::mixer::listed(TypeRange types) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << '(';
  llvm::interleaveComma(types, stream);
  stream << ')';
  return text;
}

LogicalResult weft::mixer::verifyEntryRegion(Operation *op, Block &block,
                                             Type entry, TypeRange yielded,
                                             TypeRange data) {
  SmallVector<Type> arguments;
  if (entry)
    arguments.push_back(entry);
  arguments.append(4, IndexType::get(op->getContext()));
  llvm::append_range(arguments, data);
  if (block.getArgumentTypes() != TypeRange(arguments))
    return op->emitOpError("expects a region with arguments ")
           << listed(arguments) << ", got " << listed(block.getArgumentTypes());
  auto yield = dyn_cast<YieldOp>(block.back());
  if (!yield)
    return op->emitOpError("expects a region that ends in mixer.yield, got ")
           << block.back().getName();
  if (yield.getOperandTypes() != yielded)
    return op->emitOpError("expects a region that yields ")
           << listed(yielded) << ", got " << listed(yield.getOperandTypes());
  return success();
}

Type weft::mixer::accumulatorType(Type element) {
  return element.isF64() ? element : Float32Type::get(element.getContext());
}
