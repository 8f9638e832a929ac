// Matrix products of bf16 or f16 by tensor cores, without a library: c = alpha * a * b (+ bias) (+ c), sums in f32 over k
// in steps of 16. Every element of c is added up the same way wherever it lies.
#include "tiles.cuh"

enum { TILES_NN = 0, TILES_NT = 1, TILES_TN = 2 };

#define TILE_ROWS 128 // and columns of c of one block, of 8 warps: 64 rows by 32 columns each
#define TILE_DEPTH 32 // k of one step
#define TILE_ELEMENTS (TILE_ROWS * (TILE_DEPTH + RUN)) // of a factor: [128][40], or [32][136] where k runs down its rows
#define LEFTS 4 // [16][16] of one warp
#define RIGHTS 4 // [16][8]

// [ROWS][COLUMNS] of a factor from an element on, zeros outside; `wide` says that its rows begin on 16 bytes.
template <int ROWS, int COLUMNS>
__device__ inline void loadFactorTile(u16* tile, const Matrix& m, int row, int column, int wide) {
    for (int i = threadIdx.x; i < ROWS * COLUMNS / RUN; i += blockDim.x) {
        int r = i / (COLUMNS / RUN);
        int c = i % (COLUMNS / RUN) * RUN;
        uint4 bits = {0, 0, 0, 0};
        if (row + r < m.rows) {
            const u16* from = (const u16*)m.data + (row + r) * m.rowStride + column + c;
            if (wide && column + c + RUN <= m.columns) {
                bits = *(const uint4*)from;
            } else {
                u32 halves[RUN];
#pragma unroll
                for (int j = 0; j < RUN; j++) halves[j] = column + c + j < m.columns ? from[j] : 0;
                bits = {halves[0] | halves[1] << 16, halves[2] | halves[3] << 16, halves[4] | halves[5] << 16,
                        halves[6] | halves[7] << 16};
            }
        }
        *(uint4*)(tile + r * (COLUMNS + RUN) + c) = bits;
    }
}

// Not inlined: there are many of them, and they would be most of the text that is compiled.
__device__ __noinline__ void storeSum(void* data, int dtype, i64 index, float sum, int add) {
    Matrix c = {data, 0, 0, 0, dtype, 0};
    store(c, index, add ? sum + load(c, index) : sum);
}

template <int LAYOUT, int TYPE>
__device__ inline void multiplyTiles(
        float alpha, const Matrix& a, const Matrix& b, const Matrix& bias, const Matrix& c, int add, int wide) {
    __shared__ __align__(16) u16 lefts[TILE_ELEMENTS];
    __shared__ __align__(16) u16 rights[TILE_ELEMENTS];
    const int along = TILE_DEPTH + RUN, across = TILE_ROWS + RUN; // pitches
    int depth = LAYOUT == TILES_TN ? a.rows : a.columns;
    int row0 = blockIdx.y * TILE_ROWS;
    int column0 = blockIdx.x * TILE_ROWS;
    int warp = threadIdx.x / WARP;
    int ownRow = warp / 4 * 16 * LEFTS;
    int ownColumn = warp % 4 * 8 * RIGHTS;
    Sums sums[LEFTS][RIGHTS] = {};
    for (int k0 = 0; k0 < depth; k0 += TILE_DEPTH) {
        __syncthreads();
        if (LAYOUT == TILES_TN)
            loadFactorTile<TILE_DEPTH, TILE_ROWS>(lefts, a, k0, row0, wide);
        else
            loadFactorTile<TILE_ROWS, TILE_DEPTH>(lefts, a, row0, k0, wide);
        if (LAYOUT == TILES_NT)
            loadFactorTile<TILE_ROWS, TILE_DEPTH>(rights, b, column0, k0, wide);
        else
            loadFactorTile<TILE_DEPTH, TILE_ROWS>(rights, b, k0, column0, wide);
        __syncthreads();
#pragma unroll
        for (int k = 0; k < TILE_DEPTH; k += 16) {
            Right right[RIGHTS];
#pragma unroll
            for (int n = 0; n < RIGHTS; n += 2) {
                if (LAYOUT == TILES_NT)
                    loadRight(right + n, rights, along, ownColumn + 8 * n, k);
                else
                    loadRightOfRows(right + n, rights, across, k, ownColumn + 8 * n);
            }
#pragma unroll
            for (int m = 0; m < LEFTS; m++) {
                if (row0 + ownRow + 16 * m >= c.rows) continue;
                Left left = LAYOUT == TILES_TN ? loadLeftOfRows(lefts, across, k, ownRow + 16 * m)
                                               : loadLeft(lefts, along, ownRow + 16 * m, k);
#pragma unroll
                for (int n = 0; n < RIGHTS; n++) multiplyAdd<TYPE>(sums[m][n], left, right[n]);
            }
        }
    }
    int lane = threadIdx.x % WARP;
    float biases[2 * RIGHTS] = {};
#pragma unroll
    for (int i = 0; i < 2 * RIGHTS; i++) {
        int n = column0 + ownColumn + i / 2 * 8 + lane % 4 * 2 + i % 2;
        if (bias.data && n < c.columns) biases[i] = get(bias, 0, n);
    }
#pragma unroll
    for (int i = 0; i < LEFTS * RIGHTS * 4; i++) {
        int r = row0 + ownRow + i / (4 * RIGHTS) * 16 + lane / 4 + i / 2 % 2 * 8;
        int n = column0 + ownColumn + i / 4 % RIGHTS * 8 + lane % 4 * 2 + i % 2;
        if (r >= c.rows || n >= c.columns) continue;
        float sum = alpha * sums[i / (4 * RIGHTS)][i / 4 % RIGHTS].values[i % 4] + biases[i / 4 % RIGHTS * 2 + i % 2];
        storeSum(c.data, c.dtype, r * c.rowStride + n, sum, add);
    }
}

#define PRODUCT_PARAMETERS float alpha, Matrix a, Matrix b, Matrix bias, Matrix c, int add, int wide

extern "C" __global__ void tilesNNBf16(PRODUCT_PARAMETERS) {
    multiplyTiles<TILES_NN, BF16>(alpha, a, b, bias, c, add, wide);
}

extern "C" __global__ void tilesNTBf16(PRODUCT_PARAMETERS) {
    multiplyTiles<TILES_NT, BF16>(alpha, a, b, bias, c, add, wide);
}

extern "C" __global__ void tilesTNBf16(PRODUCT_PARAMETERS) {
    multiplyTiles<TILES_TN, BF16>(alpha, a, b, bias, c, add, wide);
}

extern "C" __global__ void tilesNNF16(PRODUCT_PARAMETERS) {
    multiplyTiles<TILES_NN, F16>(alpha, a, b, bias, c, add, wide);
}

extern "C" __global__ void tilesNTF16(PRODUCT_PARAMETERS) {
    multiplyTiles<TILES_NT, F16>(alpha, a, b, bias, c, add, wide);
}

extern "C" __global__ void tilesTNF16(PRODUCT_PARAMETERS) {
    multiplyTiles<TILES_TN, F16>(alpha, a, b, bias, c, add, wide);
}
