// Element-wise kernels and reductions.
#include "common.cuh"

extern "C" __global__ void elementsCopy(int run, Matrix x, Matrix y) {
    FOR_EACH_RUN(y, run, r, c, n) {
        float values[RUN];
        loadRun(x, r, c, n, values);
        storeRun(y, r, c, n, values);
    }
}

extern "C" __global__ void elementsAdd(int run, float scale, Matrix x, Matrix y) {
    FOR_EACH_RUN(y, run, r, c, n) {
        float values[RUN] = {}, sums[RUN] = {};
        loadRun(x, r, c, n, values);
        loadRun(y, r, c, n, sums);
#pragma unroll
        for (int i = 0; i < RUN; i++) sums[i] = fmaf(scale, values[i], sums[i]);
        storeRun(y, r, c, n, sums);
    }
}

extern "C" __global__ void elementsFill(int run, Matrix y, float value) {
    FOR_EACH_RUN(y, run, r, c, n) {
        float values[RUN];
#pragma unroll
        for (int i = 0; i < RUN; i++) values[i] = value;
        storeRun(y, r, c, n, values);
    }
}

// sums[c] += sum of column c. Blocks of 32 columns by 8 rows: row lane i adds rows i, i + 8, ..., then lane 0 adds the
// lanes from first to last.
extern "C" __global__ void elementsAddColumnSums(Matrix x, Matrix sums) {
    __shared__ float parts[8][WARP];
    int column = blockIdx.x * WARP + threadIdx.x;
    float sum = 0;
    if (column < x.columns)
        for (int row = threadIdx.y; row < x.rows; row += 8) sum += get(x, row, column);
    parts[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y != 0 || column >= x.columns) return;
    for (int lane = 1; lane < 8; lane++) sum += parts[lane][threadIdx.x];
    set(sums, 0, column, get(sums, 0, column) + sum);
}

// One block a run of so many elements in row order: sums[run] = sum of their squares, in f64.
extern "C" __global__ void elementsSumsOfSquares(Matrix x, int run, double* sums) {
    i64 elements = (i64)x.rows * x.columns;
    i64 first = (i64)blockIdx.x * run;
    i64 end = first + run < elements ? first + run : elements;
    bool contiguous = x.rowStride == x.columns || x.rows <= 1;
    double sum = 0;
    for (i64 e = first + threadIdx.x; e < end; e += blockDim.x) {
        double value = load(x, contiguous ? e : e / x.columns * x.rowStride + e % x.columns);
        sum += value * value;
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

// The counter-based bits of dev.gantry.engine.cpu.kernels.DropoutMask.
__device__ inline u64 mix64(u64 z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

__device__ inline u32 mix32(u32 h) {
    h = (h ^ h >> 16) * 0x7feb352du;
    h = (h ^ h >> 15) * 0x846ca68bu;
    return h ^ h >> 16;
}

extern "C" __global__ void elementsDropout(int run, Matrix x, int keptBelow, float scale, i64 seed, Matrix y) {
    FOR_EACH_RUN(y, run, r, c, n) {
        u64 key = mix64(mix64((u64)seed) + (u64)(r + 1ll) * 0x9e3779b97f4a7c15ull);
        float values[RUN] = {};
        loadRun(x, r, c, n, values);
#pragma unroll
        for (int i = 0; i < RUN; i++) {
            u32 draw = mix32(mix32((u32)(c + i) ^ (u32)key) + (u32)(key >> 32)) >> 8;
            values[i] = (int)draw < keptBelow ? values[i] * scale : 0.f;
        }
        storeRun(y, r, c, n, values);
    }
}
