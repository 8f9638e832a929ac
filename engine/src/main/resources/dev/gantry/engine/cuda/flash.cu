// Attention of bf16 and f16 by tensor cores, in tiles, no score matrix in memory (Dao 2023, FlashAttention-2): a warp
// takes 16 rows of scores, weights go from one product into the next within its registers. Sums in f32, weights and
// slopes rounded to the type of q, k and v before they are multiplied; all in a fixed order.
#include "attention.cuh"
#include "tiles.cuh"

#define FLASH_WARPS 4
#define FLASH_ROWS 64 // queries of a block of the forward and of dq, keys of a block of dk and dv
#define WARP_ROWS 16

// Elements from one row of a tile to the next: whole fragments, and columns of them in different banks.
__device__ inline int pitchOf(const Heads& heads) { return (heads.headDim + 15) / 16 * 16 + 8; }

// `tileRows` rows of a head, of which there are `rows`; zeros outside. `wide` says that rows begin on 16 bytes.
__device__ inline void loadHead(u16* tile, int tileRows, const Heads& from, int row, int rows, int h, int wide) {
    const u16* data = (const u16*)from.matrix.data;
    int pitch = pitchOf(from);
    int runs = pitch / RUN - 1;
    for (int i = threadIdx.x; i < tileRows * runs; i += blockDim.x) {
        int r = i / runs;
        int c = i % runs * RUN;
        uint4 bits = {0, 0, 0, 0};
        if (r < rows) {
            i64 index = indexOf(from, row + r, h, c);
            if (wide && c + RUN <= from.headDim) {
                bits = *(const uint4*)(data + index);
            } else {
                u32 halves[RUN];
#pragma unroll
                for (int j = 0; j < RUN; j++) halves[j] = c + j < from.headDim ? data[index + j] : 0;
                bits = {halves[0] | halves[1] << 16, halves[2] | halves[3] << 16, halves[4] | halves[5] << 16,
                        halves[6] | halves[7] << 16};
            }
        }
        *(uint4*)(tile + r * pitch + c) = bits;
    }
}

// sums[n] += rows of `left` from `own` on . rows of `right`, over all columns.
template <int TYPE, int COLUMNS>
__device__ inline void addDots(Sums* sums, const u16* left, int own, const u16* right, int pitch) {
    for (int k = 0; k < pitch - RUN; k += 16) {
        Left rows = loadLeft(left, pitch, own, k);
#pragma unroll
        for (int n = 0; n < COLUMNS / 16; n++) {
            Right two[2];
            loadRight(two, right, pitch, 16 * n, k);
            multiplyAdd<TYPE>(sums[2 * n], rows, two[0]);
            multiplyAdd<TYPE>(sums[2 * n + 1], rows, two[1]);
        }
    }
}

// sums[n] += weights . tile, over the tile's rows, of which there are as many as columns of weights.
template <int TYPE, int DIM, int COLUMNS>
__device__ inline void addWeighted(Sums* sums, const Sums* weights, const u16* tile, int pitch) {
#pragma unroll
    for (int k = 0; k < COLUMNS / 16; k++) {
        Left left = leftOfSums<TYPE>(weights[2 * k], weights[2 * k + 1]);
#pragma unroll
        for (int n = 0; n < DIM / 16; n++) {
            if (16 * n >= pitch - RUN) continue;
            Right two[2];
            loadRightOfRows(two, tile, pitch, 16 * k, 16 * n);
            multiplyAdd<TYPE>(sums[2 * n], left, two[0]);
            multiplyAdd<TYPE>(sums[2 * n + 1], left, two[1]);
        }
    }
}

// Of the four lanes that hold a row.
__device__ inline float rowSum(float value) {
    value += __shfl_xor_sync(ALL_LANES, value, 1);
    return value + __shfl_xor_sync(ALL_LANES, value, 2);
}

__device__ inline float rowMax(float value) {
    value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, 1));
    return fmaxf(value, __shfl_xor_sync(ALL_LANES, value, 2));
}

__device__ inline int firstKeyOfTile(const Bias& bias, int position, int keys) {
    int first = bias.slidingWindow == 0 ? 0 : position - bias.slidingWindow + 1;
    return first <= 0 ? 0 : first / keys * keys;
}

// Not inlined: there are many of them, and they would be most of the text that is compiled.
__device__ __noinline__ void storeOne(void* data, int dtype, i64 index, float value) {
    Matrix to = {data, 0, 0, 0, dtype, 0};
    store(to, index, value);
}

// Rows of sums, each over a divisor, into columns of a head; of this warp's rows there are `rows`.
template <int DIM>
__device__ inline void storeHead(const Sums* sums, const float* divisors, const Heads& to, int row, int rows, int h) {
    int lane = threadIdx.x % WARP;
#pragma unroll
    for (int n = 0; n < DIM / 8; n++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int r = lane / 4 + i / 2 * 8;
            int c = 8 * n + lane % 4 * 2 + i % 2;
            if (r < rows && c < to.headDim)
                storeOne(to.matrix.data, to.matrix.dtype, indexOf(to, row + r, h, c), sums[n].values[i] / divisors[i / 2]);
        }
    }
}

// What a block works on: 64 rows from `first` on of one head and segment.
struct Place {
    int s;
    int h;
    int first;
    int own; // this warp's first of them
    int g; // the row of this lane among them, and g + 8
};

__device__ inline Place placeOf() {
    return {(int)blockIdx.z, (int)blockIdx.y, (int)blockIdx.x * FLASH_ROWS, (int)threadIdx.x / WARP * WARP_ROWS,
            (int)threadIdx.x % WARP / 4};
}

template <int TYPE, int DIM, int KEYS>
__device__ inline void forward(
        const Bias& bias, const Segments& segments, const Heads& q, const Heads& k, const Heads& v, const Heads& out,
        const Matrix& logSumExp, int wide) {
    DYNAMIC_SHARED(shared);
    Place at = placeOf();
    int count = segments.queryLength[at.s] - at.first;
    if (count <= 0) return;
    int pitch = pitchOf(q);
    u16* queries = (u16*)shared; // [64][pitch]
    u16* keys = queries + FLASH_ROWS * pitch; // [KEYS][pitch]
    u16* values = keys + KEYS * pitch;
    int kvHead = at.h / (q.heads / k.heads);
    int keyLength = segments.keyLength[at.s];
    int firstPosition = keyLength - segments.queryLength[at.s] + at.first;
    int row = segments.queryStart[at.s] + at.first;
    loadHead(queries, FLASH_ROWS, q, row, count, at.h, wide);

    float largest[2] = {-INFINITE, -INFINITE};
    float sum[2] = {0, 0};
    Sums sums[DIM / 8] = {};
    int lastKey = firstPosition + atMost(FLASH_ROWS, count) - 1;
    for (int key0 = firstKeyOfTile(bias, firstPosition, KEYS); key0 <= lastKey; key0 += KEYS) {
        __syncthreads(); // what lay there has been read
        loadHead(keys, KEYS, k, segments.keyStart[at.s] + key0, keyLength - key0, kvHead, wide);
        loadHead(values, KEYS, v, segments.keyStart[at.s] + key0, keyLength - key0, kvHead, wide);
        __syncthreads();
        if (key0 > firstPosition + at.own + WARP_ROWS - 1) continue; // this warp's queries see none of them
        Sums scores[KEYS / 8] = {};
        addDots<TYPE, KEYS>(scores, queries, at.own, keys, pitch);
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int r = at.own + at.g + 8 * half;
            int position = firstPosition + r;
            float before = largest[half];
            float most = -INFINITE;
#pragma unroll
            for (int i = 0; i < KEYS / 4; i++) {
                float& each = scores[i / 2].values[2 * half + i % 2];
                int key = key0 + i / 2 * 8 + threadIdx.x % 4 * 2 + i % 2;
                bool visible = r < count && sees(bias, position, key);
                each = visible ? score(bias, each, at.h, position, key) : -INFINITE;
                most = fmaxf(most, each);
            }
            largest[half] = fmaxf(before, rowMax(most));
            float shrink = before == largest[half] ? 1.f : expf(before - largest[half]);
            float part = 0;
#pragma unroll
            for (int i = 0; i < KEYS / 4; i++) {
                float& each = scores[i / 2].values[2 * half + i % 2];
                each = each == -INFINITE ? 0.f : expf(each - largest[half]);
                part += each;
            }
            sum[half] = sum[half] * shrink + part; // of this lane's columns alone, until all keys were seen
#pragma unroll
            for (int n = 0; n < DIM / 8; n++) {
                sums[n].values[2 * half] *= shrink;
                sums[n].values[2 * half + 1] *= shrink;
            }
        }
        addWeighted<TYPE, DIM, KEYS>(sums, scores, values, pitch);
    }
#pragma unroll
    for (int half = 0; half < 2; half++) {
        sum[half] = rowSum(sum[half]);
        int r = at.own + at.g + 8 * half;
        if (r < count && threadIdx.x % 4 == 0) set(logSumExp, row + r, at.h, largest[half] + logf(sum[half]));
    }
    storeHead<DIM>(sums, sum, out, row + at.own, count - at.own, at.h);
}

// dq = sum over keys of ds . k, ds = p * (dOut . v - dOut . out) * scale; dots[row][head] = dOut . out.
template <int TYPE, int DIM, int KEYS>
__device__ inline void backwardQueries(
        const Bias& bias, const Segments& segments, const Heads& q, const Heads& k, const Heads& v, const Heads& out,
        const Matrix& logSumExp, const Heads& dOut, const Heads& dq, float* dots, int wide) {
    DYNAMIC_SHARED(shared);
    Place at = placeOf();
    int count = segments.queryLength[at.s] - at.first;
    if (count <= 0) return;
    int pitch = pitchOf(q);
    u16* queries = (u16*)shared; // [64][pitch]
    u16* gradients = queries + FLASH_ROWS * pitch; // of out, [64][pitch]
    u16* keys = gradients + FLASH_ROWS * pitch; // [KEYS][pitch]
    u16* values = keys + KEYS * pitch;
    int kvHead = at.h / (q.heads / k.heads);
    int keyLength = segments.keyLength[at.s];
    int firstPosition = keyLength - segments.queryLength[at.s] + at.first;
    int row = segments.queryStart[at.s] + at.first;
    loadHead(queries, FLASH_ROWS, q, row, count, at.h, wide);
    loadHead(gradients, FLASH_ROWS, dOut, row, count, at.h, wide);
    __syncthreads();

    int lane = threadIdx.x % WARP;
    float dot[2] = {0, 0};
    float lse[2] = {0, 0};
#pragma unroll 1
    for (int r = 0; r < WARP_ROWS; r++) {
        bool inside = at.own + r < count;
        float part = 0;
        if (inside)
            for (int c = lane; c < q.headDim; c += WARP)
                part = fmaf(get(out, row + at.own + r, at.h, c), widen(TYPE, gradients[(at.own + r) * pitch + c]), part);
        part = warpSum(part);
        float ofRow = inside ? get(logSumExp, row + at.own + r, at.h) : 0.f;
#pragma unroll
        for (int half = 0; half < 2; half++) {
            if (at.g + 8 * half == r) {
                dot[half] = part;
                lse[half] = ofRow;
            }
        }
        if (lane == 0 && inside) dots[(i64)(row + at.own + r) * q.heads + at.h] = part;
    }
    Sums sums[DIM / 8] = {};
    int lastKey = firstPosition + atMost(FLASH_ROWS, count) - 1;
    for (int key0 = firstKeyOfTile(bias, firstPosition, KEYS); key0 <= lastKey; key0 += KEYS) {
        __syncthreads();
        loadHead(keys, KEYS, k, segments.keyStart[at.s] + key0, keyLength - key0, kvHead, wide);
        loadHead(values, KEYS, v, segments.keyStart[at.s] + key0, keyLength - key0, kvHead, wide);
        __syncthreads();
        if (key0 > firstPosition + at.own + WARP_ROWS - 1) continue;
        Sums scores[KEYS / 8] = {};
        Sums slopes[KEYS / 8] = {};
        addDots<TYPE, KEYS>(scores, queries, at.own, keys, pitch);
        addDots<TYPE, KEYS>(slopes, gradients, at.own, values, pitch);
#pragma unroll
        for (int i = 0; i < KEYS / 2; i++) {
            int half = i / 2 % 2;
            int r = at.own + at.g + 8 * half;
            int key = key0 + i / 4 * 8 + lane % 4 * 2 + i % 2;
            int position = firstPosition + r;
            bool visible = r < count && sees(bias, position, key);
            float dp = slopes[i / 4].values[i % 4];
            float p = visible ? expf(score(bias, scores[i / 4].values[i % 4], at.h, position, key) - lse[half]) : 0.f;
            slopes[i / 4].values[i % 4] = p * (dp - dot[half]) * bias.scale;
        }
        addWeighted<TYPE, DIM, KEYS>(sums, slopes, keys, pitch);
    }
    float ones[2] = {1, 1};
    storeHead<DIM>(sums, ones, dq, row + at.own, count - at.own, at.h);
}

// Of 64 keys of one key/value head, over all query heads that read it: dv = sum over queries of p . dOut, dk = sum over
// queries of ds . q. Rows of scores are keys here, columns queries.
template <int TYPE, int DIM, int QUERIES>
__device__ inline void backwardKeys(
        const Bias& bias, const Segments& segments, const Heads& q, const Heads& k, const Heads& v,
        const Matrix& logSumExp, const Heads& dOut, const float* dots, const Heads& dk, const Heads& dv, int wide) {
    DYNAMIC_SHARED(shared);
    Place at = placeOf();
    int count = segments.keyLength[at.s] - at.first;
    if (count <= 0) return;
    int pitch = pitchOf(q);
    u16* keys = (u16*)shared; // [64][pitch]
    u16* values = keys + FLASH_ROWS * pitch;
    u16* queries = values + FLASH_ROWS * pitch; // [QUERIES][pitch]
    u16* gradients = queries + QUERIES * pitch; // of out
    float* lse = (float*)(gradients + QUERIES * pitch); // [QUERIES]
    float* dot = lse + QUERIES;
    int queryLength = segments.queryLength[at.s];
    int offset = segments.keyLength[at.s] - queryLength; // position of the first query
    int row = segments.keyStart[at.s] + at.first;
    loadHead(keys, FLASH_ROWS, k, row, count, at.h, wide);
    loadHead(values, FLASH_ROWS, v, row, count, at.h, wide);

    Sums dkSums[DIM / 8] = {};
    Sums dvSums[DIM / 8] = {};
    int firstQuery = at.first - offset <= 0 ? 0 : (at.first - offset) / QUERIES * QUERIES;
    int endQuery = queryLength;
    if (bias.slidingWindow != 0) endQuery = atMost(queryLength, at.first + FLASH_ROWS - 1 + bias.slidingWindow - offset);
    int group = q.heads / k.heads;
    for (int h = at.h * group; h < (at.h + 1) * group; h++) {
        for (int query0 = firstQuery; query0 < endQuery; query0 += QUERIES) {
            int queryRow = segments.queryStart[at.s] + query0;
            int inside = atMost(QUERIES, queryLength - query0);
            __syncthreads();
            loadHead(queries, QUERIES, q, queryRow, inside, h, wide);
            loadHead(gradients, QUERIES, dOut, queryRow, inside, h, wide);
            for (int i = threadIdx.x; i < QUERIES; i += blockDim.x) {
                lse[i] = i < inside ? get(logSumExp, queryRow + i, h) : 0.f;
                dot[i] = i < inside ? dots[(i64)(queryRow + i) * q.heads + h] : 0.f;
            }
            __syncthreads();
            if (at.first + at.own > offset + query0 + inside - 1) continue; // nobody there sees this warp's keys
            Sums weights[QUERIES / 8] = {};
            Sums slopes[QUERIES / 8] = {};
            addDots<TYPE, QUERIES>(weights, keys, at.own, queries, pitch);
            addDots<TYPE, QUERIES>(slopes, values, at.own, gradients, pitch);
#pragma unroll
            for (int i = 0; i < QUERIES / 2; i++) {
                int r = at.own + at.g + i / 2 % 2 * 8;
                int column = i / 4 * 8 + threadIdx.x % 4 * 2 + i % 2;
                int key = at.first + r;
                int position = offset + query0 + column;
                bool visible = r < count && column < inside && sees(bias, position, key);
                float& weight = weights[i / 4].values[i % 4];
                float& slope = slopes[i / 4].values[i % 4];
                weight = visible ? expf(score(bias, weight, h, position, key) - lse[column]) : 0.f;
                slope = weight * (slope - dot[column]) * bias.scale;
            }
            addWeighted<TYPE, DIM, QUERIES>(dvSums, weights, gradients, pitch);
            addWeighted<TYPE, DIM, QUERIES>(dkSums, slopes, queries, pitch);
        }
    }
    float ones[2] = {1, 1};
    storeHead<DIM>(dkSums, ones, dk, row + at.own, count - at.own, at.h);
    storeHead<DIM>(dvSums, ones, dv, row + at.own, count - at.own, at.h);
}

// Heads of up to 64 columns, and of up to 128 with smaller tiles: 48 KB of shared memory are all that every card gives.
#define FORWARD_PARAMETERS \
    Bias bias, Segments segments, Heads q, Heads k, Heads v, Heads out, Matrix logSumExp, int wide
#define QUERIES_PARAMETERS                                                                                      \
    Bias bias, Segments segments, Heads q, Heads k, Heads v, Heads out, Matrix logSumExp, Heads dOut, Heads dq, \
            float* dots, int wide
#define KEYS_PARAMETERS                                                                                          \
    Bias bias, Segments segments, Heads q, Heads k, Heads v, Matrix logSumExp, Heads dOut, float* dots, Heads dk, \
            Heads dv, int wide

extern "C" __global__ void flashForwardBf16To64(FORWARD_PARAMETERS) {
    forward<BF16, 64, 64>(bias, segments, q, k, v, out, logSumExp, wide);
}

extern "C" __global__ void flashForwardBf16To128(FORWARD_PARAMETERS) {
    forward<BF16, 128, 32>(bias, segments, q, k, v, out, logSumExp, wide);
}

extern "C" __global__ void flashForwardF16To64(FORWARD_PARAMETERS) {
    forward<F16, 64, 64>(bias, segments, q, k, v, out, logSumExp, wide);
}

extern "C" __global__ void flashForwardF16To128(FORWARD_PARAMETERS) {
    forward<F16, 128, 32>(bias, segments, q, k, v, out, logSumExp, wide);
}

extern "C" __global__ void flashQueriesBf16To64(QUERIES_PARAMETERS) {
    backwardQueries<BF16, 64, 32>(bias, segments, q, k, v, out, logSumExp, dOut, dq, dots, wide);
}

extern "C" __global__ void flashQueriesBf16To128(QUERIES_PARAMETERS) {
    backwardQueries<BF16, 128, 16>(bias, segments, q, k, v, out, logSumExp, dOut, dq, dots, wide);
}

extern "C" __global__ void flashQueriesF16To64(QUERIES_PARAMETERS) {
    backwardQueries<F16, 64, 32>(bias, segments, q, k, v, out, logSumExp, dOut, dq, dots, wide);
}

extern "C" __global__ void flashQueriesF16To128(QUERIES_PARAMETERS) {
    backwardQueries<F16, 128, 16>(bias, segments, q, k, v, out, logSumExp, dOut, dq, dots, wide);
}

extern "C" __global__ void flashKeysBf16To64(KEYS_PARAMETERS) {
    backwardKeys<BF16, 64, 32>(bias, segments, q, k, v, logSumExp, dOut, dots, dk, dv, wide);
}

extern "C" __global__ void flashKeysBf16To128(KEYS_PARAMETERS) {
    backwardKeys<BF16, 128, 16>(bias, segments, q, k, v, logSumExp, dOut, dots, dk, dv, wide);
}

extern "C" __global__ void flashKeysF16To64(KEYS_PARAMETERS) {
    backwardKeys<F16, 64, 32>(bias, segments, q, k, v, logSumExp, dOut, dots, dk, dv, wide);
}

extern "C" __global__ void flashKeysF16To128(KEYS_PARAMETERS) {
    backwardKeys<F16, 128, 16>(bias, segments, q, k, v, logSumExp, dOut, dots, dk, dv, wide);
}
