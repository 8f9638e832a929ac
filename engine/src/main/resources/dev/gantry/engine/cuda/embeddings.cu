// Look-up of rows by id, a block a token. An id outside its table is reported and its token left out.
#include "common.cuh"

#define OUTSIDE_THE_TABLE 1

extern "C" __global__ void embeddingsGather(
        const int* ids, int idOffset, Matrix table, Matrix y, int add, Fault* fault) {
    for (int t = blockIdx.x; t < y.rows; t += gridDim.x) {
        int entry = ids[t] + idOffset;
        if (entry < 0 || entry >= table.rows) {
            if (threadIdx.x == 0) report(fault, OUTSIDE_THE_TABLE, t, ids[t], table.rows);
            continue;
        }
        for (int c = threadIdx.x; c < y.columns; c += blockDim.x) {
            float value = get(table, entry, c);
            set(y, t, c, add ? get(y, t, c) + value : value);
        }
    }
}

// The block of an id's first token adds the rows of all its tokens, in order: no two blocks write one row, and
// repeated ids add up the same way every time.
extern "C" __global__ void embeddingsScatterAdd(const int* ids, int idOffset, Matrix dy, Matrix dTable, Fault* fault) {
    for (int t = blockIdx.x; t < dy.rows; t += gridDim.x) {
        int id = ids[t];
        int entry = id + idOffset;
        if (entry < 0 || entry >= dTable.rows) {
            if (threadIdx.x == 0) report(fault, OUTSIDE_THE_TABLE, t, id, dTable.rows);
            continue;
        }
        int earlier = 0;
        for (int other = threadIdx.x; other < t; other += blockDim.x) earlier += ids[other] == id;
        if (blockSum(earlier) > 0) continue;
        for (int other = t; other < dy.rows; other++) {
            if (ids[other] != id) continue;
            for (int c = threadIdx.x; c < dy.columns; c += blockDim.x)
                set(dTable, entry, c, get(dTable, entry, c) + get(dy, other, c));
        }
    }
}
