// The discrete Fourier transform of the columns of a tile, as linalg: radix-2
// Stockham stages, so that rows stay in order, with columns on the lanes.
#ifndef WEFT_LIB_CONVERT_MIXER_FFT_H
#define WEFT_LIB_CONVERT_MIXER_FFT_H

#include "BlockBuilder.h"

namespace weft {

/// Complex numbers, [rows, columns] each.
struct ComplexTile {
  mlir::Value re, im;
  /// i conj(z): its transform is that of the inverse, again swapped.
  ComplexTile swapped() const { return {im, re}; }
};

class Fft {
public:
  /// Transforms of `rows` rows, a power of two, of `columns` columns.
  Fft(BlockBuilder &b, int64_t rows, int64_t columns, mlir::Type element);

  /// Z[k] = Σ_n z[n] exp(-2πi k n / rows). Both tiles are written over; the
  /// first of the results has the transform, the other is free again.
  std::pair<ComplexTile, ComplexTile> transform(ComplexTile z,
                                                ComplexTile scratch);

  /// The transform of z = u + i v for real u, v gives those of both: rows 0 to
  /// rows / 2 of U and V side by side, [rows / 2 + 1, 2 columns].
  ComplexTile splitReal(ComplexTile z, ComplexTile spectra);
  /// The other way round, into z.
  ComplexTile joinReal(ComplexTile spectra, ComplexTile z);

private:
  ComplexTile stage(int64_t length, ComplexTile from, ComplexTile to);
  std::pair<mlir::Value, mlir::Value> half(mlir::Value tile, int64_t length);
  mlir::Value table(bool imaginary);
  mlir::Value twiddles(bool imaginary, int64_t length);

  BlockBuilder &b;
  int64_t rows, columns;
  mlir::Type element;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_FFT_H
