// The next token from one row of logits. Nothing is sorted: where a token lies in the order of falling scores is looked
// for digit by digit, in sums of whole numbers, which are the same in every order of threads.
#include "common.cuh"

#define DIGITS 256
#define WHOLE 35184372088832. // 2^45, the mass of the likeliest token: as many as 2^18 of them can be added up

// As dev.gantry.engine.backend.SamplingKernels.Choice. 40 bytes.
struct Choice {
    float temperature; // 0: the likeliest
    float topP;
    float penalty;
    int topK;
    double lowest; // score that min-p leaves, from the likeliest one on; only where it leaves out any
    double number;
    int hasMinP;
    int unused;
};

struct Row {
    Matrix logits;
    const u32* seen; // a bit a token
    float penalty;
};

__device__ inline float scoreOf(const Row& row, int id) {
    float score = get(row.logits, 0, id);
    if (row.penalty == 1 || !(row.seen[id / 32] >> id % 32 & 1)) return score;
    return score > 0 ? score / row.penalty : score * row.penalty;
}

// Rises in the order of falling scores, then of rising ids; no number comes last.
__device__ inline u64 rankOf(float score, int id) {
    int bits = __float_as_int(score);
    int rising = score != score ? (int)0x80000000u : bits >= 0 ? bits : bits ^ 0x7fffffff;
    return (u64)(~(u32)rising ^ 0x80000000u) << 32 | (u32)id;
}

__device__ inline u64 blockMin(u64 value) {
    __shared__ u64 parts[WARP];
    for (int step = WARP / 2; step > 0; step >>= 1) {
        u64 other = __shfl_xor_sync(ALL_LANES, value, step);
        value = other < value ? other : value;
    }
    __syncthreads();
    if (threadIdx.x % WARP == 0) parts[threadIdx.x / WARP] = value;
    __syncthreads();
    u64 least = parts[0];
    for (int warp = 1; warp < blockDim.x / WARP; warp++) least = parts[warp] < least ? parts[warp] : least;
    return least;
}

// The first rank up to which tokens weigh at least so much, which all of them do: their masses, or 1 each without.
__device__ inline u64 firstReaching(const Row& row, const u64* masses, u64 least) {
    __shared__ u64 weights[DIGITS];
    __shared__ u32 counts[DIGITS];
    __shared__ u64 found, left, alone;
    u64 prefix = 0; // the digits that are known
    for (int shift = 56;; shift -= 8) {
        __syncthreads(); // what an earlier round left has been read
        for (int d = threadIdx.x; d < DIGITS; d += blockDim.x) weights[d] = counts[d] = 0;
        __syncthreads();
        for (int id = threadIdx.x; id < row.logits.columns; id += blockDim.x) {
            u64 mass = masses ? masses[id] : 1;
            u64 rank = rankOf(scoreOf(row, id), id);
            if (mass == 0 || (shift < 56 && rank >> (shift + 8) != prefix)) continue;
            atomicAdd(&weights[rank >> shift & 255], mass);
            atomicAdd(&counts[rank >> shift & 255], 1u);
        }
        __syncthreads();
        if (threadIdx.x == 0) {
            int d = 0;
            for (left = least; d < DIGITS - 1 && weights[d] < left; d++) left -= weights[d];
            found = prefix << 8 | d;
        }
        __syncthreads();
        prefix = found;
        least = left;
        if (shift == 0) return prefix;
        if (counts[prefix & 255] > 1) continue;
        for (int id = threadIdx.x; id < row.logits.columns; id += blockDim.x) {
            u64 rank = rankOf(scoreOf(row, id), id);
            if (rank >> shift == prefix && !(masses && masses[id] == 0)) alone = rank;
        }
        __syncthreads();
        return alone;
    }
}

// One block. masses: a number a token, for this kernel alone.
extern "C" __global__ void samplingChoose(Matrix logits, const u32* seen, Choice choice, u64* masses, int* chosen) {
    Row row = {logits, seen, choice.penalty};
    u64 best = ~0ull;
    for (int id = threadIdx.x; id < logits.columns; id += blockDim.x) {
        float score = scoreOf(row, id);
        u64 rank = rankOf(choice.temperature == 0 ? score + 0.f : score, id); // -0 is as likely as 0
        best = rank < best ? rank : best;
    }
    best = blockMin(best);
    int likeliest = (int)(u32)best;
    if (choice.temperature == 0) {
        float first = scoreOf(row, 0);
        if (threadIdx.x == 0) *chosen = first != first ? 0 : likeliest; // nothing is larger than no number
        return;
    }
    float largest = scoreOf(row, likeliest);
    for (int id = threadIdx.x; id < logits.columns; id += blockDim.x) {
        float below = (scoreOf(row, id) - largest) / choice.temperature;
        masses[id] = below > -32.f ? (u64)(exp((double)below) * WHOLE + 0.5) : 0;
    }
    __syncthreads();
    u64 last = ~0ull; // rank of the last token that may be chosen
    if (choice.topK > 0 && choice.topK < logits.columns) last = firstReaching(row, 0, choice.topK);
    if (choice.topP < 1) {
        u64 sum = 0;
        for (int id = threadIdx.x; id < logits.columns; id += blockDim.x)
            if (rankOf(scoreOf(row, id), id) <= last) sum += masses[id];
        double reached = ceil((double)choice.topP * (double)blockSum(sum));
        last = firstReaching(row, masses, reached < 1 ? 1 : (u64)reached);
    }
    u64 sum = 0;
    for (int id = threadIdx.x; id < logits.columns; id += blockDim.x) {
        float score = scoreOf(row, id);
        bool likely = !choice.hasMinP || score - largest >= choice.lowest;
        if (likely && rankOf(score, id) <= last) sum += masses[id];
    }
    sum = blockSum(sum);
    u64 least = (u64)(choice.number * (double)sum) + 1;
    u64 rank = sum == 0 ? best : firstReaching(row, masses, least < sum ? least : sum);
    if (threadIdx.x == 0) *chosen = (int)(u32)rank;
}
