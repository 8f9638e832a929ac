// What all kernels share: matrices as the host describes them, element access by storage type, reductions in a fixed
// order. No CUDA header is included, so that the sources compile with the runtime compiler alone.
#pragma once

typedef unsigned short u16;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;

#ifndef GANTRY_HOST // on the host these come from the header that runs kernels there
#define DYNAMIC_SHARED(name) extern __shared__ __align__(16) float name[]

__device__ inline float widenF16(u16 bits) {
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
    return value;
}

__device__ inline u16 narrowF16(float value) {
    u16 bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
    return bits;
}
#endif

#define WARP 32
#define ALL_LANES 0xffffffffu
#define INFINITE __int_as_float(0x7f800000)

// Storage types, as dev.gantry.engine.cuda.Arguments numbers them.
enum { F32 = 0, BF16 = 1, F16 = 2 };

// A row-major view; data is null where the host passed none. 32 bytes.
struct Matrix {
    void* data;
    i64 rowStride; // in elements
    int rows;
    int columns;
    int dtype;
    int unused;
};

// Attention heads inside a wider matrix: head h starts at column firstColumn + h * headStride. 48 bytes.
struct Heads {
    Matrix matrix;
    int firstColumn;
    int headStride;
    int heads;
    int headDim;
};

// The first id that was outside its table; the host looks when it waits for the stream. 16 bytes.
struct Fault {
    int kind; // 0: none
    int token;
    int id;
    int entries;
};

__device__ inline void report(Fault* fault, int kind, int token, int id, int entries) {
    if (atomicCAS(&fault->kind, 0, kind) == 0) {
        fault->token = token;
        fault->id = id;
        fault->entries = entries;
    }
}

__device__ inline float widenBf16(u16 bits) { return __int_as_float((int)((u32)bits << 16)); }

// To nearest, ties to even; every NaN stays a NaN.
__device__ inline u16 narrowBf16(float value) {
    u32 bits = (u32)__float_as_int(value);
    if (value != value) return (u16)(bits >> 16 | 0x40);
    return (u16)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

__device__ inline float load(const Matrix& m, i64 index) {
    switch (m.dtype) {
        case F32: return ((const float*)m.data)[index];
        case BF16: return widenBf16(((const u16*)m.data)[index]);
        default: return widenF16(((const u16*)m.data)[index]);
    }
}

__device__ inline void store(const Matrix& m, i64 index, float value) {
    switch (m.dtype) {
        case F32: ((float*)m.data)[index] = value; break;
        case BF16: ((u16*)m.data)[index] = narrowBf16(value); break;
        default: ((u16*)m.data)[index] = narrowF16(value); break;
    }
}

__device__ inline float get(const Matrix& m, int row, int column) { return load(m, row * m.rowStride + column); }

__device__ inline void set(const Matrix& m, int row, int column, float value) {
    store(m, row * m.rowStride + column, value);
}

__device__ inline i64 indexOf(const Heads& heads, int row, int h, int c) {
    return row * heads.matrix.rowStride + heads.firstColumn + h * heads.headStride + c;
}

__device__ inline float get(const Heads& heads, int row, int h, int c) {
    return load(heads.matrix, indexOf(heads, row, h, c));
}

__device__ inline void set(const Heads& heads, int row, int h, int c, float value) {
    store(heads.matrix, indexOf(heads, row, h, c), value);
}

#define RUN 8 // neighbouring elements of one thread, where rows begin on 16 bytes

__device__ inline float widen(int dtype, u32 bits) {
    return dtype == BF16 ? widenBf16((u16)bits) : widenF16((u16)bits);
}

__device__ inline u32 narrow(int dtype, float value) { return dtype == BF16 ? narrowBf16(value) : narrowF16(value); }

// RUN elements from one that lies on 16 bytes.
__device__ inline void loadWide(const Matrix& m, i64 index, float* out) {
    if (m.dtype == F32) {
        const uint4* from = (const uint4*)((const float*)m.data + index);
        uint4 low = from[0], high = from[1];
        u32 bits[RUN] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
        for (int i = 0; i < RUN; i++) out[i] = __int_as_float((int)bits[i]);
        return;
    }
    uint4 four = *(const uint4*)((const u16*)m.data + index);
    u32 pairs[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
    for (int i = 0; i < RUN; i++) out[i] = widen(m.dtype, i % 2 ? pairs[i / 2] >> 16 : pairs[i / 2] & 0xffff);
}

__device__ inline void storeWide(const Matrix& m, i64 index, const float* values) {
    if (m.dtype == F32) {
        uint4* to = (uint4*)((float*)m.data + index);
        u32 bits[RUN];
#pragma unroll
        for (int i = 0; i < RUN; i++) bits[i] = (u32)__float_as_int(values[i]);
        to[0] = {bits[0], bits[1], bits[2], bits[3]};
        to[1] = {bits[4], bits[5], bits[6], bits[7]};
        return;
    }
    u32 pairs[4];
#pragma unroll
    for (int i = 0; i < 4; i++) pairs[i] = narrow(m.dtype, values[2 * i]) | narrow(m.dtype, values[2 * i + 1]) << 16;
    *(uint4*)((u16*)m.data + index) = {pairs[0], pairs[1], pairs[2], pairs[3]};
}

// `count` elements of a row, of which there are RUN only where they lie on 16 bytes.
__device__ inline void loadRun(const Matrix& m, int row, int column, int count, float* out) {
    i64 index = row * m.rowStride + column;
    if (count == RUN) return loadWide(m, index, out);
#pragma unroll
    for (int i = 0; i < RUN; i++)
        if (i < count) out[i] = load(m, index + i);
}

__device__ inline void storeRun(const Matrix& m, int row, int column, int count, const float* values) {
    i64 index = row * m.rowStride + column;
    if (count == RUN) return storeWide(m, index, values);
#pragma unroll
    for (int i = 0; i < RUN; i++)
        if (i < count) store(m, index + i, values[i]);
}

__device__ inline int atMost(int most, int count) { return count < most ? count : most; }

// Runs of `run` columns of every row of the shape of m, the last one shorter: n elements from (r, c) on. `run` is RUN
// where all matrices begin on 16 bytes in every row, and 1 elsewhere.
#define FOR_EACH_RUN(m, run, r, c, n)                                                                    \
    for (int r = blockIdx.y * blockDim.y + threadIdx.y; r < (m).rows; r += gridDim.y * blockDim.y)        \
        for (int c = (blockIdx.x * blockDim.x + threadIdx.x) * run, n; (n = atMost(run, (m).columns - c)) > 0; \
             c += gridDim.x * blockDim.x * run)

// Element (r, c) of every matrix of the shape of m, for blocks of columns by rows.
#define FOR_EACH_ELEMENT(m, r, c)                                                                       \
    for (int r = blockIdx.y * blockDim.y + threadIdx.y; r < (m).rows; r += gridDim.y * blockDim.y)       \
        for (int c = blockIdx.x * blockDim.x + threadIdx.x; c < (m).columns; c += gridDim.x * blockDim.x)

// Every lane receives the same bits: a butterfly adds the same pairs on both sides.
template <class T>
__device__ inline T warpSum(T value) {
    for (int step = WARP / 2; step > 0; step >>= 1) value += __shfl_xor_sync(ALL_LANES, value, step);
    return value;
}

__device__ inline float warpMax(float value) {
    for (int step = WARP / 2; step > 0; step >>= 1) value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, step));
    return value;
}

// Of a block of one dimension and whole warps: the warps' sums from first to last, the same in every thread.
template <class T>
__device__ inline T blockSum(T value) {
    __shared__ T parts[WARP];
    value = warpSum(value);
    __syncthreads(); // what an earlier call left has been read
    if (threadIdx.x % WARP == 0) parts[threadIdx.x / WARP] = value;
    __syncthreads();
    T sum = parts[0];
    for (int warp = 1; warp < blockDim.x / WARP; warp++) sum += parts[warp];
    return sum;
}

__device__ inline float blockMax(float value) {
    __shared__ float parts[WARP];
    value = warpMax(value);
    __syncthreads();
    if (threadIdx.x % WARP == 0) parts[threadIdx.x / WARP] = value;
    __syncthreads();
    float largest = parts[0];
    for (int warp = 1; warp < blockDim.x / WARP; warp++) largest = fmaxf(largest, parts[warp]);
    return largest;
}
