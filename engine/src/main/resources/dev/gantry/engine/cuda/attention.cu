// Causal softmax attention in tiles of 32 keys, no score matrix in memory (Dao et al. 2022). Head dimensions go
// through shared memory in chunks of 32, so that any head up to 256 fits. Products in f32, sums in a fixed order.
#include "attention.cuh"

#define CHUNK 32 // columns of a head at a time, and keys of a tile: one a lane
#define CHUNKS 8 // at most
#define EACH_WARP 4 // rows of one warp
#define PITCH 33 // of a tile in shared memory, so that columns hit different banks

// 32 rows by a chunk of columns, zeros outside.
__device__ inline void loadTile(float* tile, const Heads& from, int row, int rows, int h, int chunk) {
    __syncthreads(); // what lay there has been read
    for (int i = threadIdx.x; i < CHUNK * CHUNK; i += blockDim.x) {
        int r = i / CHUNK;
        int c = chunk * CHUNK + i % CHUNK;
        tile[r * PITCH + i % CHUNK] = r < rows && c < from.headDim ? get(from, row + r, h, c) : 0.f;
    }
    __syncthreads();
}

// Rows of a block, whole; zeros outside.
__device__ inline void loadRows(float* to, const Heads& from, int row, int rows, int blockRows, int h) {
    for (int i = threadIdx.x; i < blockRows * from.headDim; i += blockDim.x)
        to[i] = i / from.headDim < rows ? get(from, row + i / from.headDim, h, i % from.headDim) : 0.f;
}

// sums[r] += rows[r] . tile[lane], for the rows of this warp.
__device__ inline void addDots(float* sums, const float* rows, const float* tile, int headDim, int chunk) {
    int lane = threadIdx.x % WARP;
    int first = threadIdx.x / WARP * EACH_WARP;
    int width = headDim - chunk * CHUNK < CHUNK ? headDim - chunk * CHUNK : CHUNK;
    for (int c = 0; c < width; c++)
#pragma unroll
        for (int r = 0; r < EACH_WARP; r++)
            sums[r] = fmaf(rows[(first + r) * headDim + chunk * CHUNK + c], tile[lane * PITCH + c], sums[r]);
}

// sums[r] += sum over j of weights[r][j] * tile[j][lane], for the rows of this warp.
__device__ inline void addWeighted(float (*sums)[CHUNKS], int chunk, const float* weights, const float* tile) {
    int lane = threadIdx.x % WARP;
    int first = threadIdx.x / WARP * EACH_WARP;
    for (int j = 0; j < CHUNK; j++)
#pragma unroll
        for (int r = 0; r < EACH_WARP; r++)
            sums[r][chunk] = fmaf(weights[(first + r) * PITCH + j], tile[j * PITCH + lane], sums[r][chunk]);
}

// A block takes 32 queries of one head and segment, a warp 4 of them; a lane a key, then a column.
extern "C" __global__ void attentionForward(
        Bias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
    DYNAMIC_SHARED(shared);
    float* queries = shared; // [32][headDim]
    float* tile = queries + CHUNK * q.headDim;
    float* weights = tile + CHUNK * PITCH;
    int s = blockIdx.z;
    int h = blockIdx.y;
    int kvHead = h / (q.heads / k.heads);
    int lane = threadIdx.x % WARP;
    int first = blockIdx.x * CHUNK; // query
    int count = segments.queryLength[s] - first;
    if (count <= 0) return;
    int keyLength = segments.keyLength[s];
    int firstPosition = keyLength - segments.queryLength[s] + first;
    int row = segments.queryStart[s] + first;
    loadRows(queries, q, row, count, CHUNK, h);

    int own = threadIdx.x / WARP * EACH_WARP;
    float largest[EACH_WARP];
    float sum[EACH_WARP];
    float sums[EACH_WARP][CHUNKS] = {};
#pragma unroll
    for (int r = 0; r < EACH_WARP; r++) {
        largest[r] = -INFINITE;
        sum[r] = 0;
    }
    int lastKey = firstPosition + (count < CHUNK ? count : CHUNK) - 1;
    int firstKey = bias.slidingWindow == 0 ? 0 : firstPosition - bias.slidingWindow + 1;
    firstKey = firstKey <= 0 ? 0 : firstKey / CHUNK * CHUNK;
    for (int key0 = firstKey; key0 <= lastKey; key0 += CHUNK) {
        float dots[EACH_WARP] = {};
        for (int chunk = 0; chunk * CHUNK < q.headDim; chunk++) {
            loadTile(tile, k, segments.keyStart[s] + key0, keyLength - key0, kvHead, chunk);
            addDots(dots, queries, tile, q.headDim, chunk);
        }
#pragma unroll
        for (int r = 0; r < EACH_WARP; r++) {
            int position = firstPosition + own + r;
            bool visible = own + r < count && sees(bias, position, key0 + lane);
            float value = visible ? score(bias, dots[r], h, position, key0 + lane) : -INFINITE;
            float before = largest[r];
            largest[r] = fmaxf(before, warpMax(value));
            float weight = visible ? expf(value - largest[r]) : 0.f;
            float shrink = before == largest[r] ? 1.f : expf(before - largest[r]);
            sum[r] = sum[r] * shrink + warpSum(weight);
#pragma unroll
            for (int chunk = 0; chunk < CHUNKS; chunk++) sums[r][chunk] *= shrink;
            weights[(own + r) * PITCH + lane] = weight;
        }
#pragma unroll
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            if (chunk * CHUNK < q.headDim) {
                loadTile(tile, v, segments.keyStart[s] + key0, keyLength - key0, kvHead, chunk);
                addWeighted(sums, chunk, weights, tile);
            }
        }
    }
#pragma unroll
    for (int r = 0; r < EACH_WARP; r++) {
        if (own + r >= count) continue;
#pragma unroll
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int c = chunk * CHUNK + lane;
            if (c < q.headDim) set(out, row + own + r, h * q.headDim + c, sums[r][chunk] / sum[r]);
        }
        if (lane == 0) set(logSumExp, row + own + r, h, largest[r] + logf(sum[r]));
    }
}

#define SPLIT 256 // keys of one block of decoding: cut by position, so that a sequence's bits are its own

__device__ inline int firstKeyOf(const Bias& bias, int position) {
    int first = bias.slidingWindow == 0 ? 0 : position - bias.slidingWindow + 1;
    return first < 0 ? 0 : first;
}

// The softmax of some keys: the sum counts from the largest score on. `value` is the weighted sum of column threadIdx.x.
struct Softmax {
    float largest;
    float sum;
    float value;
};

// Keys [from, to) of the query of one segment and head, at least one. Warp w takes keys from + w, from + w + 8, ..., a
// lane columns; then the warps are joined from first to last. 256 threads.
__device__ inline Softmax attendTo(
        const Bias& bias, const Segments& segments, const Heads& q, const Heads& k, const Heads& v, float* shared,
        int from, int to) {
    float* largests = shared + 8 * q.headDim; // after [8][headDim]
    float* parts = largests + 8;
    int s = blockIdx.z;
    int h = blockIdx.y;
    int kvHead = h / (q.heads / k.heads);
    int lane = threadIdx.x % WARP;
    int warp = threadIdx.x / WARP;
    int position = segments.keyLength[s] - 1;
    float query[CHUNKS];
    float sums[CHUNKS] = {};
#pragma unroll
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        int c = chunk * CHUNK + lane;
        query[chunk] = c < q.headDim ? get(q, segments.queryStart[s], h, c) : 0.f;
    }
    float largest = -INFINITE;
    float sum = 0;
    for (int key = from + warp; key < to; key += 8) {
        float dot = 0;
#pragma unroll
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int c = chunk * CHUNK + lane;
            if (c < q.headDim) dot = fmaf(query[chunk], get(k, segments.keyStart[s] + key, kvHead, c), dot);
        }
        float value = score(bias, warpSum(dot), h, position, key);
        float before = largest;
        largest = fmaxf(before, value);
        float shrink = before == largest ? 1.f : expf(before - largest);
        float weight = expf(value - largest);
        sum = sum * shrink + weight;
#pragma unroll
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int c = chunk * CHUNK + lane;
            if (c < q.headDim)
                sums[chunk] = fmaf(weight, get(v, segments.keyStart[s] + key, kvHead, c), sums[chunk] * shrink);
        }
    }
#pragma unroll
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        int c = chunk * CHUNK + lane;
        if (c < q.headDim) shared[warp * q.headDim + c] = sums[chunk];
    }
    if (lane == 0) {
        largests[warp] = largest;
        parts[warp] = sum;
    }
    __syncthreads();
    Softmax all = {largests[0], 0.f, 0.f};
    for (int w = 1; w < 8; w++) all.largest = fmaxf(all.largest, largests[w]);
    for (int w = 0; w < 8; w++) { // a warp without keys weighs 0
        float weight = expf(largests[w] - all.largest);
        all.sum += parts[w] * weight;
        if (threadIdx.x < q.headDim) all.value = fmaf(shared[w * q.headDim + threadIdx.x], weight, all.value);
    }
    return all;
}

__device__ inline void finish(const Softmax& all, int row, int h, int headDim, const Matrix& out, const Matrix& logSumExp) {
    if (threadIdx.x < headDim) set(out, row, h * headDim + threadIdx.x, all.value / all.sum);
    if (threadIdx.x == 0) set(logSumExp, row, h, all.largest + logf(all.sum));
}

// One query a segment, which is decoding, where all keys lie in one split: a block a head.
extern "C" __global__ void attentionDecode(
        Bias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
    DYNAMIC_SHARED(shared);
    int s = blockIdx.z;
    if (segments.queryLength[s] == 0) return;
    int position = segments.keyLength[s] - 1;
    Softmax all = attendTo(bias, segments, q, k, v, shared, firstKeyOf(bias, position), position + 1);
    finish(all, segments.queryStart[s], blockIdx.y, q.headDim, out, logSumExp);
}

// The same where they lie in several: a block a head and split. parts: [segments][heads][gridDim.x][2 + headDim].
extern "C" __global__ void attentionDecodePart(
        Bias bias, Segments segments, Heads q, Heads k, Heads v, float* parts) {
    DYNAMIC_SHARED(shared);
    int s = blockIdx.z;
    if (segments.queryLength[s] == 0) return;
    int position = segments.keyLength[s] - 1;
    int first = firstKeyOf(bias, position);
    int start = (first / SPLIT + blockIdx.x) * SPLIT;
    if (start > position) return;
    int end = start + SPLIT < position + 1 ? start + SPLIT : position + 1;
    Softmax all = attendTo(bias, segments, q, k, v, shared, first > start ? first : start, end);
    float* part = parts + (((i64)s * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x) * (2 + q.headDim);
    if (threadIdx.x < q.headDim) part[2 + threadIdx.x] = all.value;
    if (threadIdx.x == 0) {
        part[0] = all.largest;
        part[1] = all.sum;
    }
}

// Joins the splits of a head, from first to last.
extern "C" __global__ void attentionDecodeJoin(
        Bias bias, Segments segments, float* parts, int splits, int headDim, Matrix out, Matrix logSumExp) {
    int s = blockIdx.z;
    if (segments.queryLength[s] == 0) return;
    int position = segments.keyLength[s] - 1;
    int count = position / SPLIT - firstKeyOf(bias, position) / SPLIT + 1;
    const float* part = parts + ((i64)s * gridDim.y + blockIdx.y) * splits * (2 + headDim);
    Softmax all = {part[0], 0.f, 0.f};
    for (int i = 1; i < count; i++) all.largest = fmaxf(all.largest, part[i * (2 + headDim)]);
    for (int i = 0; i < count; i++, part += 2 + headDim) {
        float weight = expf(part[0] - all.largest);
        all.sum += part[1] * weight;
        if (threadIdx.x < headDim) all.value = fmaf(part[2 + threadIdx.x], weight, all.value);
    }
    finish(all, segments.queryStart[s], blockIdx.y, headDim, out, logSumExp);
}

#define BLOCK_ROWS 16 // queries or keys of a block of the backward: 4 warps

// dq of 16 queries: dq = sum over keys of ds * k, ds = p * (dOut . v - dOut . out) * scale. 128 threads.
extern "C" __global__ void attentionBackwardQueries(
        Bias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp, Heads dOut,
        Heads dq) {
    DYNAMIC_SHARED(shared);
    int headDim = q.headDim;
    float* queries = shared; // [16][headDim]
    float* gradients = queries + BLOCK_ROWS * headDim; // of out, [16][headDim]
    float* tile = gradients + BLOCK_ROWS * headDim;
    float* weights = tile + CHUNK * PITCH; // ds, [16][PITCH]
    int s = blockIdx.z;
    int h = blockIdx.y;
    int kvHead = h / (q.heads / k.heads);
    int lane = threadIdx.x % WARP;
    int own = threadIdx.x / WARP * EACH_WARP;
    int first = blockIdx.x * BLOCK_ROWS;
    int count = segments.queryLength[s] - first;
    if (count <= 0) return;
    int keyLength = segments.keyLength[s];
    int firstPosition = keyLength - segments.queryLength[s] + first;
    int row = segments.queryStart[s] + first;
    loadRows(queries, q, row, count, BLOCK_ROWS, h);
    loadRows(gradients, dOut, row, count, BLOCK_ROWS, h);
    __syncthreads();

    float lse[EACH_WARP];
    float dOutDotOut[EACH_WARP];
    float sums[EACH_WARP][CHUNKS] = {};
#pragma unroll
    for (int r = 0; r < EACH_WARP; r++) {
        bool inside = own + r < count;
        float dot = 0;
        if (inside)
            for (int c = lane; c < headDim; c += WARP)
                dot += gradients[(own + r) * headDim + c] * get(out, row + own + r, h * headDim + c);
        dOutDotOut[r] = warpSum(dot);
        lse[r] = inside ? get(logSumExp, row + own + r, h) : 0.f;
    }
    int lastKey = firstPosition + (count < BLOCK_ROWS ? count : BLOCK_ROWS) - 1;
    int firstKey = bias.slidingWindow == 0 ? 0 : firstPosition - bias.slidingWindow + 1;
    firstKey = firstKey <= 0 ? 0 : firstKey / CHUNK * CHUNK;
    for (int key0 = firstKey; key0 <= lastKey; key0 += CHUNK) {
        float dots[EACH_WARP] = {};
        float dp[EACH_WARP] = {};
        for (int chunk = 0; chunk * CHUNK < headDim; chunk++) {
            loadTile(tile, k, segments.keyStart[s] + key0, keyLength - key0, kvHead, chunk);
            addDots(dots, queries, tile, headDim, chunk);
            loadTile(tile, v, segments.keyStart[s] + key0, keyLength - key0, kvHead, chunk);
            addDots(dp, gradients, tile, headDim, chunk);
        }
#pragma unroll
        for (int r = 0; r < EACH_WARP; r++) {
            int position = firstPosition + own + r;
            bool visible = own + r < count && sees(bias, position, key0 + lane);
            float p = visible ? expf(score(bias, dots[r], h, position, key0 + lane) - lse[r]) : 0.f;
            weights[(own + r) * PITCH + lane] = p * (dp[r] - dOutDotOut[r]) * bias.scale;
        }
#pragma unroll
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            if (chunk * CHUNK < headDim) {
                loadTile(tile, k, segments.keyStart[s] + key0, keyLength - key0, kvHead, chunk);
                addWeighted(sums, chunk, weights, tile);
            }
        }
    }
#pragma unroll
    for (int r = 0; r < EACH_WARP; r++) {
        if (own + r >= count) continue;
#pragma unroll
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int c = chunk * CHUNK + lane;
            if (c < headDim) set(dq, row + own + r, h, c, sums[r][chunk]);
        }
    }
}

// dk and dv of 16 keys of one key/value head, over all query heads that read it: dv = sum over queries of p * dOut,
// dk = sum over queries of ds * q. A lane is a query, then a column. 128 threads.
extern "C" __global__ void attentionBackwardKeys(
        Bias bias, Segments segments, Heads q, Heads k, Heads v, Heads out, Matrix logSumExp, Heads dOut, Heads dk,
        Heads dv) {
    DYNAMIC_SHARED(shared);
    int headDim = q.headDim;
    float* keys = shared; // [16][headDim]
    float* values = keys + BLOCK_ROWS * headDim; // [16][headDim]
    float* tile = values + BLOCK_ROWS * headDim;
    float* outTile = tile + CHUNK * PITCH;
    float* weights = outTile + CHUNK * PITCH; // p, [16][PITCH]
    float* slopes = weights + BLOCK_ROWS * PITCH; // ds, [16][PITCH]
    float* dotParts = slopes + BLOCK_ROWS * PITCH; // [32][4]
    int s = blockIdx.z;
    int kvHead = blockIdx.y;
    int group = q.heads / k.heads;
    int lane = threadIdx.x % WARP;
    int own = threadIdx.x / WARP * EACH_WARP;
    int key0 = blockIdx.x * BLOCK_ROWS;
    int count = segments.keyLength[s] - key0;
    if (count <= 0) return;
    int queryLength = segments.queryLength[s];
    int offset = segments.keyLength[s] - queryLength; // position of the first query
    int row = segments.keyStart[s] + key0;
    loadRows(keys, k, row, count, BLOCK_ROWS, kvHead);
    loadRows(values, v, row, count, BLOCK_ROWS, kvHead);

    float dkSums[EACH_WARP][CHUNKS] = {};
    float dvSums[EACH_WARP][CHUNKS] = {};
    int firstQuery = key0 - offset <= 0 ? 0 : (key0 - offset) / CHUNK * CHUNK;
    int endQuery = queryLength;
    if (bias.slidingWindow != 0) {
        int lastSeen = key0 + BLOCK_ROWS - 1 + bias.slidingWindow - 1 - offset;
        endQuery = lastSeen + 1 < queryLength ? lastSeen + 1 : queryLength;
    }
    for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
        for (int query0 = firstQuery; query0 < endQuery; query0 += CHUNK) {
            int queryRow = segments.queryStart[s] + query0;
            int queries = queryLength - query0;
            float dots[EACH_WARP] = {};
            float dp[EACH_WARP] = {};
            float part = 0; // thread t adds columns t % 4, t % 4 + 4, ... of dOut . out of query t / 4
            for (int chunk = 0; chunk * CHUNK < headDim; chunk++) {
                loadTile(outTile, out, queryRow, queries, h, chunk);
                loadTile(tile, dOut, queryRow, queries, h, chunk);
                int at = threadIdx.x / 4 * PITCH;
                for (int c = threadIdx.x % 4; c < CHUNK; c += 4) part = fmaf(tile[at + c], outTile[at + c], part);
                addDots(dp, values, tile, headDim, chunk);
                loadTile(tile, q, queryRow, queries, h, chunk);
                addDots(dots, keys, tile, headDim, chunk);
            }
            dotParts[threadIdx.x] = part;
            __syncthreads();
            float dOutDotOut = dotParts[4 * lane] + dotParts[4 * lane + 1] + dotParts[4 * lane + 2] + dotParts[4 * lane + 3];
            float lse = lane < queries ? get(logSumExp, queryRow + lane, h) : 0.f;
            int position = offset + query0 + lane;
#pragma unroll
            for (int r = 0; r < EACH_WARP; r++) {
                int key = key0 + own + r;
                bool visible = lane < queries && own + r < count && sees(bias, position, key);
                float p = visible ? expf(score(bias, dots[r], h, position, key) - lse) : 0.f;
                weights[(own + r) * PITCH + lane] = p;
                slopes[(own + r) * PITCH + lane] = p * (dp[r] - dOutDotOut) * bias.scale;
            }
#pragma unroll
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                if (chunk * CHUNK < headDim) {
                    loadTile(tile, dOut, queryRow, queries, h, chunk);
                    addWeighted(dvSums, chunk, weights, tile);
                    loadTile(tile, q, queryRow, queries, h, chunk);
                    addWeighted(dkSums, chunk, slopes, tile);
                }
            }
        }
    }
#pragma unroll
    for (int r = 0; r < EACH_WARP; r++) {
        if (own + r >= count) continue;
#pragma unroll
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int c = chunk * CHUNK + lane;
            if (c >= headDim) continue;
            set(dk, row + own + r, kvHead, c, dkSums[r][chunk]);
            set(dv, row + own + r, kvHead, c, dvSums[r][chunk]);
        }
    }
}
