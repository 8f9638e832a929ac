package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.cpu.matmul.TileGrid;
import dev.gantry.engine.tensor.DType;
import java.util.Set;

/// Which types oneDNN multiplies fast on this processor; the others are widened to f32, tile by tile.
///
/// @param besideF32 types of a right factor beside a left one of f32
/// @param hasBf16 whether it multiplies bf16 by bf16: with AVX-512 from 2020 on, hardly ever with AVX2
/// @param hasTileKernels whether it does so in matrix tiles (AMX)
record ProductTypes(Set<DType> besideF32, boolean hasBf16, boolean hasTileKernels) {

    ProductTypes {
        besideF32 = Set.copyOf(besideF32);
    }

    /// The type that a left factor is multiplied in.
    DType left(DType stored, DType right) {
        return hasBf16 && stored == DType.BF16 && right == DType.BF16 ? DType.BF16 : DType.F32;
    }

    /// The type that a right factor is multiplied in, beside a left one of type `left`.
    DType right(DType left, DType stored) {
        return left == DType.BF16 || besideF32.contains(stored) ? stored : DType.F32;
    }

    /// How products of factors of one type are cut into tiles.
    TileGrid.Sizes sizes(DType type) {
        return hasTileKernels && type == DType.BF16 ? TileGrid.Sizes.MATRIX_TILES : TileGrid.Sizes.VECTORS;
    }
}
