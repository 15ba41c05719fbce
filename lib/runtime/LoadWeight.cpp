#include "lib/runtime/LoadWeight.h"

#include "lib/runtime/Dequantize.h"

#include <algorithm>
#include <cassert>

namespace weft::runtime {

Result<WeightLayout> weightLayout(const std::string &file,
                                  const TensorView &tensor, int64_t panel) {
  std::string place = file + ": tensor " + quoted(tensor.name);
  if (!isExpandable(tensor.type))
    return inputError(place,
                      "expects F32, F16, BF16 or a quantised type, got %s; "
                      "convert the tensor to F32",
                      nameOf(tensor.type));
  int64_t columns = tensor.shape.empty() ? 1 : tensor.shape.back();
  int64_t elements = elementCount(tensor.shape).value_or(0);
  WeightLayout layout{columns == 0 ? 0 : elements / columns, columns, panel};
  if (panel != 0 && layout.rows % panel != 0)
    return inputError(place, "expects a multiple of %ld rows, got %ld", panel,
                      layout.rows);
  return layout;
}

/// Columns that are expanded at a time: whole blocks of every type, and a panel
/// of 16 rows stays in the first-level cache.
static constexpr int64_t stripe = 256;

/// out[k][p] = in[p][k]
template <int Width>
static void interleave(const float *in, int64_t columns, float *out) {
  for (int64_t k = 0; k < columns; ++k)
    for (int p = 0; p < Width; ++p)
      out[k * Width + p] = in[p * stripe + k];
}

static void interleave(const float *in, int64_t columns, int64_t width,
                       float *out) {
  for (int64_t k = 0; k < columns; ++k)
    for (int64_t p = 0; p < width; ++p)
      out[k * width + p] = in[p * stripe + k];
}

static void loadPanel(const TensorView &tensor, const WeightLayout &layout,
                      int64_t row, std::vector<float> &scratch, float *out) {
  uint64_t rowBytes =
      layout.columns / blockElementsOf(tensor.type) * blockBytesOf(tensor.type);
  for (int64_t k = 0; k < layout.columns; k += stripe) {
    int64_t columns = std::min(stripe, layout.columns - k);
    uint64_t skip =
        k / blockElementsOf(tensor.type) * blockBytesOf(tensor.type);
    for (int64_t p = 0; p < layout.panel; ++p)
      dequantize(tensor.type, tensor.data + (row + p) * rowBytes + skip,
                 columns, scratch.data() + p * stripe);
    float *target = out + row * layout.columns + k * layout.panel;
    if (layout.panel == 16)
      interleave<16>(scratch.data(), columns, target);
    else if (layout.panel == 32)
      interleave<32>(scratch.data(), columns, target);
    else
      interleave(scratch.data(), columns, layout.panel, target);
  }
}

void loadWeightRows(const TensorView &tensor, const WeightLayout &layout,
                    int64_t first, int64_t last, float *out) {
  int64_t columns = layout.columns;
  if (layout.panel == 0) {
    uint64_t rowBytes =
        columns / blockElementsOf(tensor.type) * blockBytesOf(tensor.type);
    dequantize(tensor.type, tensor.data + first * rowBytes,
               (last - first) * columns, out + first * columns);
    return;
  }
  assert(first % layout.panel == 0 && last % layout.panel == 0);
  std::vector<float> scratch(layout.panel * stripe);
  for (int64_t row = first; row < last; row += layout.panel)
    loadPanel(tensor, layout, row, scratch, out);
}

Status loadWeight(const std::string &file, const TensorView &tensor,
                  int64_t panel, float *out) {
  Result<WeightLayout> layout = weightLayout(file, tensor, panel);
  if (!layout)
    return layout.takeError();
  loadWeightRows(tensor, *layout, 0, layout->rows, out);
  return {};
}

} // namespace weft::runtime
