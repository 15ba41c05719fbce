// What the forms of convolve share: its operands with heads and features as one
// axis of channels, rows of the input whatever they come from, taps as rows.
#ifndef WEFT_LIB_CONVERT_MIXER_CONVOLUTION_H
#define WEFT_LIB_CONVERT_MIXER_CONVOLUTION_H

#include "BlockBuilder.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// Columns of the channels, of which a tile keeps `size`.
struct Columns {
  Extent first, size;
};

class Convolution {
public:
  Convolution(BlockBuilder &b, mixer::ConvolveOp op);

  /// Copies the tokens from + 0 .. from + count - 1 of the input into the first
  /// rows of the tile [R, W]. Tokens before the first are those of the window;
  /// what is not there is zero.
  mlir::Value load(mlir::Value tile, mlir::Value entry, const Columns &columns,
                   mlir::Value from, mlir::Value count);

  /// Whether x has the tokens from + 0 .. from + count - 1, and a view of them.
  mlir::Value holds(mlir::Value from, mlir::Value count);
  mlir::Value rows(mlir::Value entry, const Columns &columns, mlir::Value from,
                   mlir::Value count);

  /// The taps with channels last, [L, C], in the order of their lags.
  mlir::Value tapRows();
  /// x[t] -> y[t + lag] has tap lag - firstLag(), in the order of tapRows.
  mlir::Value firstLag();
  /// `builder` makes y [B, T, C] of `out`; the results of the op.
  Values results(mlir::Value y);

  BlockBuilder &b;
  mixer::ConvolveOp op;
  int64_t H, D, C;
  int64_t staticTaps; ///< or ShapedType::kDynamic
  mlir::Value batch, T, L;
  mlir::Value out; ///< [B, T, C]

  bool hasWindow() const { return bool(window); }
  mlir::Type element() const { return elementOf(out); }

private:
  mlir::Value flatten(mlir::Value tensor);
  mlir::Value restore(mlir::Value tensor, mlir::Type type);
  mlir::Value zeroRows(mlir::Value tile, mlir::Value from, mlir::Value count);
  mlir::Value copyInto(mlir::Value tile, mlir::Value to, mlir::Value source,
                       mlir::Value entry, const Columns &columns,
                       mlir::Value from, mlir::Value count);
  void appendToCache(mlir::Value x);
  mlir::Value nextWindow();

  mlir::Value x;      ///< [B, S, C]: token t is row t + start
  mlir::Value start;  ///< 0, or the length of the cache
  mlir::Value window; ///< [B, W, C] or null
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_CONVOLUTION_H
