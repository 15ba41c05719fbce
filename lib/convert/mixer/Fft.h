// The discrete Fourier transform of the columns of a tile, as linalg: Stockham
// stages of radix 4, so that rows stay in order, with columns on the lanes.
#ifndef WEFT_LIB_CONVERT_MIXER_FFT_H
#define WEFT_LIB_CONVERT_MIXER_FFT_H

#include "BlockBuilder.h"

#include <array>

namespace weft {

/// Complex numbers, [rows, columns] each.
struct ComplexTile {
  mlir::Value re, im;
  /// i conj(z): its transform is that of the inverse, again swapped.
  ComplexTile swapped() const { return {im, re}; }
};

/// A tile of complex numbers by quarters of its rows: one op writes to all of
/// them, which it could not do to parts of one tensor.
struct Quarters {
  std::array<ComplexTile, 4> parts;
  ComplexTile &operator[](int64_t quarter) { return parts[quarter]; }
  const ComplexTile &operator[](int64_t quarter) const {
    return parts[quarter];
  }
  Quarters swapped() const {
    return {{parts[0].swapped(), parts[1].swapped(), parts[2].swapped(),
             parts[3].swapped()}};
  }
};

class Fft {
public:
  /// Transforms of `rows` rows, a power of two from 4 on, of `columns` columns.
  Fft(BlockBuilder &b, int64_t rows, int64_t columns, mlir::Type element);

  /// Z[k] = Σ_n z[n] exp(-2πi k n / rows). Both are written over; the result
  /// is in the tiles of one of them.
  Quarters transform(Quarters z, Quarters scratch);

  /// The transform of z = u + i v for real u, v gives those of both: rows 0 to
  /// rows / 2 of U and V side by side, [rows / 2 + 1, 2 columns].
  ComplexTile splitReal(const Quarters &z, ComplexTile spectra);
  /// The other way round, into z.
  Quarters joinReal(ComplexTile spectra, Quarters z);

private:
  Quarters firstStage(Quarters from, Quarters to);
  Quarters stage(int64_t length, Quarters from, Quarters to);
  Quarters lastPairs(Quarters from, Quarters to);
  struct Radix4 {
    Values ins, outs; ///< re and im of each of the four
  };
  Values butterfly(int64_t length, const Radix4 &points);
  mlir::Value view(mlir::Value tile, int64_t groups);
  mlir::Value flat(mlir::Value tile);
  mlir::Value table(bool imaginary);
  mlir::Value twiddles(bool imaginary, int64_t length, int64_t power);

  BlockBuilder &b;
  int64_t rows, columns, quarter;
  mlir::Type element;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_FFT_H
