// Frozen weights in groups of columns that share a scale: int8, or four bits that number the levels of NF4.
#include "common.cuh"

// In the order of dev.gantry.engine.tensor.GroupFormat.
enum { INT8 = 0, NF4 = 1 };

// As dev.gantry.engine.tensor.GroupedMatrix: rows of codes begin on 16 bytes and end on 16. 48 bytes.
struct Grouped {
    unsigned char* codes;
    i64 rowBytes;
    u16* scales; // bf16
    i64 scaleStride;
    int rows;
    int columns;
    int format;
    int unused;
};

__device__ constexpr float NF4_LEVELS[16] = {
        -1.f, -0.6961928f, -0.52507305f, -0.3949175f, -0.28444138f,
        -0.18477343f, -0.091050036f, 0.f, 0.0795803f, 0.1609302f,
        0.2461123f, 0.33791524f, 0.44070983f, 0.562617f,
        0.72295684f, 1.f};

__device__ inline int groupColumns(const Grouped& m) { return m.format == INT8 ? 32 : 64; }

__device__ inline float scaleOf(const Grouped& m, int row, int column) {
    return widenBf16(m.scales[row * m.scaleStride + column / groupColumns(m)]);
}

// Where the codes from a column on lie.
__device__ inline const unsigned char* codesOf(const Grouped& m, int row, int column) {
    return m.codes + row * m.rowBytes + (m.format == INT8 ? column : column / 2);
}

__device__ inline u32 codeOf(int format, float value) {
    if (format == INT8) return (u32)(int)fminf(fmaxf(rintf(value), -127.f), 127.f) & 0xff;
    u32 code = 0;
#pragma unroll
    for (int i = 0; i < 15; i++) code += value > (NF4_LEVELS[i] + NF4_LEVELS[i + 1]) * 0.5f; // from the lower level
    return code;
}

// A warp a group, a lane one column of int8 or two neighbours of NF4.
extern "C" __global__ void groupedQuantize(Matrix x, Grouped to) {
    int lane = threadIdx.x % WARP;
    int each = groupColumns(to) / WARP;
    for (int row = blockIdx.y; row < to.rows; row += gridDim.y) {
        int group = blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
        int c = group * groupColumns(to) + lane * each;
        if (group * groupColumns(to) >= to.columns) continue;
        float first = c < to.columns ? get(x, row, c) : 0.f;
        float second = each == 2 && c + 1 < to.columns ? get(x, row, c + 1) : 0.f;
        float largest = warpMax(fmaxf(fabsf(first), fabsf(second)));
        u16 bits = narrowBf16(to.format == INT8 ? largest / 127 : largest);
        float scale = widenBf16(bits);
        if (lane == 0) to.scales[row * to.scaleStride + group] = bits;
        if (c >= to.columns) continue;
        u32 code = codeOf(to.format, scale == 0 ? 0.f : first / scale);
        if (each == 2 && c + 1 < to.columns) code |= codeOf(NF4, scale == 0 ? 0.f : second / scale) << 4;
        to.codes[row * to.rowBytes + (each == 2 ? c / 2 : c)] = (unsigned char)code;
    }
}

// What RUN codes stand for: eight bytes, or four.
__device__ inline void decode(int format, const float* levels, const u32* words, float* out) {
#pragma unroll
    for (int i = 0; i < RUN; i++)
        out[i] = format == INT8 ? (float)(signed char)(words[i / 4] >> i % 4 * 8) : levels[words[0] >> i * 4 & 15];
}

// Levels where lanes that look at different ones do not wait for each other. All threads of a block.
#define SHARED_LEVELS(levels)                                                  \
    __shared__ float levels[16];                                               \
    if (threadIdx.y == 0 && threadIdx.x < 16) levels[threadIdx.x] = NF4_LEVELS[threadIdx.x]; \
    __syncthreads()

// A thread RUN columns; `wide` says that the rows of y begin on 16 bytes.
extern "C" __global__ void groupedDequantize(Grouped x, Matrix y, int wide) {
    SHARED_LEVELS(levels);
    for (int r = blockIdx.y * blockDim.y + threadIdx.y; r < y.rows; r += gridDim.y * blockDim.y) {
        int c = (blockIdx.x * blockDim.x + threadIdx.x) * RUN;
        if (c >= y.columns) continue;
        const u32* codes = (const u32*)codesOf(x, r, c);
        u32 words[2] = {codes[0], x.format == INT8 ? codes[1] : 0};
        float scale = scaleOf(x, r, c);
        float values[RUN];
        decode(x.format, levels, words, values);
#pragma unroll
        for (int i = 0; i < RUN; i++) values[i] *= scale;
        i64 index = r * y.rowStride + c;
        if (wide && c + RUN <= y.columns) {
            storeWide(y, index, values);
            continue;
        }
#pragma unroll
        for (int i = 0; i < RUN; i++)
            if (c + i < y.columns) store(y, index + i, values[i]);
    }
}

#define FEW 8 // rows of a, at most

// RUN elements of a row from column k on, zeros beyond it.
__device__ inline void loadInputs(const Matrix& a, int row, int k, int wide, float* out) {
    if (wide && k + RUN <= a.columns) return loadWide(a, row * a.rowStride + k, out);
#pragma unroll
    for (int i = 0; i < RUN; i++) out[i] = k + i < a.columns ? get(a, row, k + i) : 0.f;
}

// NT with at most ROWS rows of a, which is decoding: a warp a row of weights, which is read once, 16 bytes a lane. A
// lane's 16 bytes lie in one group: they are added up as codes and scaled once. Then the lanes are added as a tree.
template <int ROWS>
__device__ inline void multiplyGrouped(
        const float* levels, float alpha, const Matrix& a, const Grouped& b, const Matrix& bias, const Matrix& c,
        int add, int wide) {
    int lane = threadIdx.x % WARP;
    int n = blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
    if (n >= c.columns) return;
    int each = b.format == INT8 ? 16 : 32; // codes in 16 bytes
    float sums[ROWS] = {};
    for (int k = lane * each; k < b.columns; k += WARP * each) {
        uint4 four = *(const uint4*)codesOf(b, n, k);
        u32 words[4] = {four.x, four.y, four.z, four.w};
        float parts[ROWS] = {};
#pragma unroll
        for (int run = 0; run < 4; run++) {
            if (run * RUN >= each || k + run * RUN >= b.columns) continue;
            float weights[RUN];
            u32 own[2] = {b.format == INT8 ? words[2 * run & 3] : words[run], words[(2 * run + 1) & 3]};
            decode(b.format, levels, own, weights);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (r >= a.rows) continue;
                float inputs[RUN];
                loadInputs(a, r, k + run * RUN, wide, inputs);
#pragma unroll
                for (int i = 0; i < RUN; i++) parts[r] = fmaf(inputs[i], weights[i], parts[r]);
            }
        }
        float scale = scaleOf(b, n, k);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sums[r] = fmaf(scale, parts[r], sums[r]);
    }
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        if (r >= a.rows) continue;
        float sum = alpha * warpSum(sums[r]) + (bias.data ? get(bias, 0, n) : 0.f);
        if (lane == 0) set(c, r, n, add ? sum + get(c, r, n) : sum);
    }
}

extern "C" __global__ void groupedOneRow(float alpha, Matrix a, Grouped b, Matrix bias, Matrix c, int add, int wide) {
    SHARED_LEVELS(levels);
    multiplyGrouped<1>(levels, alpha, a, b, bias, c, add, wide);
}

extern "C" __global__ void groupedFewRows(float alpha, Matrix a, Grouped b, Matrix bias, Matrix c, int add, int wide) {
    SHARED_LEVELS(levels);
    multiplyGrouped<FEW>(levels, alpha, a, b, bias, c, add, wide);
}
