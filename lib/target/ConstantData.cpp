#include "lib/target/ConstantData.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

static std::string denseBytes(DenseElementsAttr dense) {
  if (dense.getElementType().isInteger(1)) {
    std::string bytes;
    for (bool value : dense.getValues<bool>())
      bytes += static_cast<char>(value);
    return bytes;
  }
  ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat())
    return std::string(raw.begin(), raw.end());
  std::string bytes;
  for (int64_t i = 0; i < dense.getNumElements(); ++i)
    bytes.append(raw.begin(), raw.end());
  return bytes;
}

std::optional<std::string> weft::constantBytes(Attribute attribute) {
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute))
    return denseBytes(dense);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return std::string(blob->getData().begin(), blob->getData().end());
  return std::nullopt;
}
