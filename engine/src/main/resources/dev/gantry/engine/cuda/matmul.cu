// Matrix products without a library: c = alpha * a * b (+ bias) (+ c), products and sums in f32, k ascending.
#include "common.cuh"

enum { NN = 0, NT = 1, TN = 2 };

#define TILE 64 // rows and columns of c of one block
#define DEPTH 16 // k of one step
#define PAD 4
#define EACH 4 // rows and columns of c of one thread

// The tile of a factor as [DEPTH][TILE]; `deep` says that k runs along its rows. 256 threads.
__device__ inline void loadFactor(
        float (*tile)[TILE + PAD], const Matrix& m, bool deep, int first, int extent, int k0, int depth) {
    for (int i = threadIdx.x; i < TILE * DEPTH; i += 256) {
        int k = deep ? i % DEPTH : i / TILE; // neighbouring threads read neighbouring elements
        int x = deep ? i / DEPTH : i % TILE;
        bool inside = first + x < extent && k0 + k < depth;
        tile[k][x] = !inside ? 0.f : deep ? get(m, first + x, k0 + k) : get(m, k0 + k, first + x);
    }
}

template <int LAYOUT>
__device__ inline void multiply(float alpha, const Matrix& a, const Matrix& b, const Matrix& bias, const Matrix& c, int add) {
    __shared__ float as[DEPTH][TILE + PAD];
    __shared__ float bs[DEPTH][TILE + PAD];
    int depth = LAYOUT == TN ? a.rows : a.columns;
    int row0 = blockIdx.y * TILE;
    int column0 = blockIdx.x * TILE;
    int row = threadIdx.x / (TILE / EACH) * EACH;
    int column = threadIdx.x % (TILE / EACH) * EACH;
    float sums[EACH][EACH] = {};
    for (int k0 = 0; k0 < depth; k0 += DEPTH) {
        __syncthreads();
        loadFactor(as, a, LAYOUT != TN, row0, c.rows, k0, depth);
        loadFactor(bs, b, LAYOUT == NT, column0, c.columns, k0, depth);
        __syncthreads();
        for (int k = 0; k < DEPTH; k++)
            for (int i = 0; i < EACH; i++)
                for (int j = 0; j < EACH; j++) sums[i][j] = fmaf(as[k][row + i], bs[k][column + j], sums[i][j]);
    }
    for (int i = 0; i < EACH; i++) {
        for (int j = 0; j < EACH; j++) {
            int r = row0 + row + i;
            int n = column0 + column + j;
            if (r >= c.rows || n >= c.columns) continue;
            float sum = alpha * sums[i][j] + (bias.data ? get(bias, 0, n) : 0.f);
            set(c, r, n, add ? sum + get(c, r, n) : sum);
        }
    }
}

extern "C" __global__ void matmulNN(float alpha, Matrix a, Matrix b, Matrix bias, Matrix c, int add) {
    multiply<NN>(alpha, a, b, bias, c, add);
}

extern "C" __global__ void matmulNT(float alpha, Matrix a, Matrix b, Matrix bias, Matrix c, int add) {
    multiply<NT>(alpha, a, b, bias, c, add);
}

extern "C" __global__ void matmulTN(float alpha, Matrix a, Matrix b, Matrix bias, Matrix c, int add) {
    multiply<TN>(alpha, a, b, bias, c, add);
}

#define FEW_ROWS 8 // of a, at most

// RUN elements of a row, zeros beyond it; `wide` says that rows begin on 16 bytes.
__device__ inline void loadDepth(const Matrix& m, int row, int k, int wide, float* out) {
    if (wide && k + RUN <= m.columns) return loadWide(m, row * m.rowStride + k, out);
#pragma unroll
    for (int i = 0; i < RUN; i++) out[i] = k + i < m.columns ? get(m, row, k + i) : 0.f;
}

// NT with at most ROWS rows of a, which is decoding: a warp a row of b, which is read once. Lane l adds k in runs
// l, l + 32, ..., then the lanes are added as a tree: a row's bits do not depend on how many there are.
template <int ROWS>
__device__ inline void multiplyFew(
        float alpha, const Matrix& a, const Matrix& b, const Matrix& bias, const Matrix& c, int add, int wide) {
    int lane = threadIdx.x % WARP;
    int n = blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
    if (n >= c.columns) return;
    float sums[ROWS] = {};
    for (int k = lane * RUN; k < b.columns; k += WARP * RUN) {
        float weights[RUN];
        loadDepth(b, n, k, wide, weights);
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            if (r >= a.rows) continue;
            float inputs[RUN];
            loadDepth(a, r, k, wide, inputs);
#pragma unroll
            for (int i = 0; i < RUN; i++) sums[r] = fmaf(inputs[i], weights[i], sums[r]);
        }
    }
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        if (r >= a.rows) continue;
        float sum = alpha * warpSum(sums[r]) + (bias.data ? get(bias, 0, n) : 0.f);
        if (lane == 0) set(c, r, n, add ? sum + get(c, r, n) : sum);
    }
}

extern "C" __global__ void matmulOneRow(float alpha, Matrix a, Matrix b, Matrix bias, Matrix c, int add, int wide) {
    multiplyFew<1>(alpha, a, b, bias, c, add, wide);
}

extern "C" __global__ void matmulFewRows(float alpha, Matrix a, Matrix b, Matrix bias, Matrix c, int add, int wide) {
    multiplyFew<FEW_ROWS>(alpha, a, b, bias, c, add, wide);
}

// What a product of cuBLASLt is added to where it does not add the bias itself: c = bias (+ c).
extern "C" __global__ void matmulBias(Matrix bias, Matrix c, int add) {
    FOR_EACH_ELEMENT(c, r, n) {
        float value = get(bias, 0, n);
        set(c, r, n, add ? value + get(c, r, n) : value);
    }
}
