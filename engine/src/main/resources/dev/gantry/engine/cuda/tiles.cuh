// Products of small matrices of bf16 or f16 by the tensor cores of a warp, sums in f32: [16][16] by [16][8]. Lane
// 4g + t holds a part of each (PTX ISA, "Matrix Fragments for mma.m16n8k16"). The host has the same parts in the same
// lanes, so that all but the few instructions here is what runs on a card.
#pragma once
#include "common.cuh"

// Pairs of neighbouring columns: (g, 2t), (g + 8, 2t), (g, 2t + 8), (g + 8, 2t + 8).
struct Left {
    u32 pairs[4];
};

// Pairs of neighbouring rows of column g: 2t, 2t + 8.
struct Right {
    u32 pairs[2];
};

// (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1).
struct Sums {
    float values[4];
};

#ifdef GANTRY_HOST
struct Operands {
    Left left;
    Right right;
};

// Element (row, column) of the left factor that the lanes of a warp hold, and of the right one.
template <int TYPE>
float leftOf(const host::Lanes<Operands>& lanes, int row, int column) {
    u32 pair = lanes[row % 8 * 4 + column % 8 / 2].left.pairs[row / 8 + column / 8 * 2];
    return widen(TYPE, pair >> column % 2 * 16 & 0xffff);
}

template <int TYPE>
float rightOf(const host::Lanes<Operands>& lanes, int row, int column) {
    u32 pair = lanes[column * 4 + row % 8 / 2].right.pairs[row / 8];
    return widen(TYPE, pair >> row % 2 * 16 & 0xffff);
}

template <int TYPE>
void multiplyAdd(Sums& sums, const Left& left, const Right& right) {
    host::Lanes<Operands> lanes = host::exchange(Operands{left, right});
    int lane = threadIdx.x % WARP;
    for (int i = 0; i < 4; i++) {
        float sum = 0;
        for (int k = 0; k < 16; k++)
            sum += leftOf<TYPE>(lanes, lane / 4 + i / 2 * 8, k) * rightOf<TYPE>(lanes, k, lane % 4 * 2 + i % 2);
        sums.values[i] += sum;
    }
}

template <bool TRANSPOSED>
void loadMatrices(u32* out, const u16* row) {
    host::Lanes<const u16*> rows = host::exchange(row);
    int lane = threadIdx.x % WARP;
    for (int m = 0; m < 4; m++) {
        u32 halves[2];
        for (int i = 0; i < 2; i++) {
            int along = lane % 4 * 2 + i;
            halves[i] = TRANSPOSED ? rows[m * 8 + along][lane / 4] : rows[m * 8 + lane / 4][along];
        }
        out[m] = halves[0] | halves[1] << 16;
    }
}

template <int TYPE>
u32 pairOf(float low, float high) {
    return narrow(TYPE, low) | narrow(TYPE, high) << 16;
}
#else
// bf16 from sm_80 on; on sm_75 nobody launches kernels of it.
template <int TYPE>
__device__ inline void multiplyAdd(Sums& sums, const Left& left, const Right& right) {
    float* c = sums.values;
    const u32* a = left.pairs;
    const u32* b = right.pairs;
#if __CUDA_ARCH__ >= 800
    if (TYPE == BF16)
        asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    else
        asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
    for (int half = 0; half < 2; half++) // [16][8] by [8][8]
        asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[2 * half]), "r"(a[2 * half + 1]), "r"(b[half]));
#endif
}

// Four matrices [8][8] in shared memory: lanes 8m to 8m + 7 name the rows of matrix m, each 16 bytes on 16. Every lane
// receives of each (g, 2t) and (g, 2t + 1), or transposed (2t, g) and (2t + 1, g).
template <bool TRANSPOSED>
__device__ inline void loadMatrices(u32* out, const u16* row) {
    u32 address = (u32)__cvta_generic_to_shared(row);
    if (TRANSPOSED)
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                     : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                     : "r"(address)
                     : "memory");
    else
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                     : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                     : "r"(address)
                     : "memory");
}

template <int TYPE>
__device__ inline u32 pairOf(float low, float high) {
#if __CUDA_ARCH__ >= 800
    u32 pair;
    if (TYPE == BF16)
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    else
        asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
#else
    return narrow(TYPE, low) | narrow(TYPE, high) << 16;
#endif
}
#endif

// [16][16] from row `row` and column `column` of a tile on.
__device__ inline Left loadLeft(const u16* tile, int pitch, int row, int column) {
    int lane = threadIdx.x % WARP;
    Left left;
    loadMatrices<false>(left.pairs, tile + (row + lane % 16) * pitch + column + lane / 16 * 8);
    return left;
}

// The same of a tile that has its columns as rows: columns from `row` on, rows from `column` on.
__device__ inline Left loadLeftOfRows(const u16* tile, int pitch, int row, int column) {
    int lane = threadIdx.x % WARP;
    Left left;
    loadMatrices<true>(left.pairs, tile + (row + lane % 8 + lane / 16 * 8) * pitch + column + lane / 8 % 2 * 8);
    return left;
}

// Two right factors side by side, [16][16], of a tile that has their columns as rows: columns from `row` on, rows from
// `column` on.
__device__ inline void loadRight(Right* two, const u16* tile, int pitch, int row, int column) {
    int lane = threadIdx.x % WARP;
    u32 pairs[4];
    loadMatrices<false>(pairs, tile + (row + lane % 8 + lane / 16 * 8) * pitch + column + lane / 8 % 2 * 8);
    two[0] = {pairs[0], pairs[1]};
    two[1] = {pairs[2], pairs[3]};
}

// The same of a tile that has them as they are multiplied.
__device__ inline void loadRightOfRows(Right* two, const u16* tile, int pitch, int row, int column) {
    int lane = threadIdx.x % WARP;
    u32 pairs[4];
    loadMatrices<true>(pairs, tile + (row + lane % 16) * pitch + column + lane / 16 * 8);
    two[0] = {pairs[0], pairs[1]};
    two[1] = {pairs[2], pairs[3]};
}

// Two neighbouring sums as a left factor of the next product.
template <int TYPE>
__device__ inline Left leftOfSums(const Sums& first, const Sums& second) {
    const float* a = first.values;
    const float* b = second.values;
    return {{pairOf<TYPE>(a[0], a[1]), pairOf<TYPE>(a[2], a[3]), pairOf<TYPE>(b[0], b[1]), pairOf<TYPE>(b[2], b[3])}};
}
