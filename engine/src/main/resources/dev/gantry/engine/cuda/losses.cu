// Softmax cross-entropy on rows of logits that come in blocks of columns, a block of threads a row.
#include "common.cuh"

#define IGNORED -100
#define COLUMN_STEP 1024
#define LABEL_OUTSIDE 2
enum { LARGEST = 0, SUM = 1, AT_LABEL = 2 };

// Takes the columns in runs of COLUMN_STEP, whatever the block of columns: so cuts between runs change no bit.
extern "C" __global__ void lossesSoftmax(
        Matrix logits, int firstColumn, int vocabulary, const int* labels, double* state, i64 stateStride,
        Fault* fault) {
    for (int t = blockIdx.x; t < logits.rows; t += gridDim.x) {
        int label = labels[t];
        if (label == IGNORED) continue;
        if (label < 0 || label >= vocabulary) {
            if (threadIdx.x == 0) report(fault, LABEL_OUTSIDE, t, label, vocabulary);
            continue;
        }
        double* row = state + t * stateStride;
        float largest = firstColumn == 0 ? -INFINITE : (float)row[LARGEST];
        double sum = firstColumn == 0 ? 0. : row[SUM];
        for (int first = 0; first < logits.columns; first += COLUMN_STEP) {
            int end = first + COLUMN_STEP < logits.columns ? first + COLUMN_STEP : logits.columns;
            float before = largest;
            float runLargest = -INFINITE;
            for (int c = first + threadIdx.x; c < end; c += blockDim.x) runLargest = fmaxf(runLargest, get(logits, t, c));
            largest = fmaxf(before, blockMax(runLargest));
            float runSum = 0;
            for (int c = first + threadIdx.x; c < end; c += blockDim.x) runSum += expf(get(logits, t, c) - largest);
            double seen = largest == before ? sum : sum * exp((double)before - largest);
            sum = seen + blockSum(runSum);
        }
        __syncthreads(); // every thread has read the row's state
        if (threadIdx.x == 0) {
            row[LARGEST] = largest;
            row[SUM] = sum;
            int column = label - firstColumn;
            if (column >= 0 && column < logits.columns) row[AT_LABEL] = get(logits, t, column);
        }
    }
}

extern "C" __global__ void lossesCrossEntropy(
        const double* state, i64 stateStride, int rows, const int* labels, float* rowLoss) {
    for (int t = blockIdx.x * blockDim.x + threadIdx.x; t < rows; t += gridDim.x * blockDim.x) {
        const double* row = state + t * stateStride;
        rowLoss[t] = labels[t] == IGNORED ? 0.f : (float)(row[LARGEST] - row[AT_LABEL] + log(row[SUM]));
    }
}

// Narrow gradients may lie over the front half of their own row of logits: all logits up to a column are read before
// gradients up to that column are written, which end at half its distance.
extern "C" __global__ void lossesCrossEntropyBackward(
        Matrix logits, int firstColumn, const int* labels, const double* state, i64 stateStride, float scale,
        Matrix dLogits) {
    for (int t = blockIdx.x; t < logits.rows; t += gridDim.x) {
        int label = labels[t];
        bool counts = label != IGNORED;
        float largest = counts ? (float)state[t * stateStride + LARGEST] : 0.f;
        double inverseSum = counts ? 1 / state[t * stateStride + SUM] : 0.;
        for (int first = 0; first < logits.columns; first += blockDim.x) {
            int c = first + threadIdx.x;
            float gradient = 0;
            if (c < logits.columns && counts) {
                double probability = expf(get(logits, t, c) - largest) * inverseSum;
                gradient = (float)(scale * (c + firstColumn == label ? probability - 1 : probability));
            }
            __syncthreads();
            if (c < logits.columns) set(dLogits, t, c, gradient);
        }
    }
}
