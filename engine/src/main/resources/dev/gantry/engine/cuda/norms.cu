// Normalisation of rows, a block a row. A thread writes only elements that it alone reads, so y may be x and dx may
// be dy.
#include "common.cuh"

extern "C" __global__ void normsLayer(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix y, Matrix stats) {
    for (int t = blockIdx.x; t < x.rows; t += gridDim.x) {
        float sum = 0;
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x) sum += get(x, t, c);
        float mean = blockSum(sum) / x.columns;
        float squares = 0;
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x) {
            float d = get(x, t, c) - mean;
            squares += d * d;
        }
        float rstd = 1 / sqrtf(blockSum(squares) / x.columns + epsilon);
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x) {
            float shift = beta.data ? get(beta, 0, c) : 0.f;
            set(y, t, c, (get(x, t, c) - mean) * rstd * get(gamma, 0, c) + shift);
        }
        if (threadIdx.x == 0) {
            set(stats, t, 0, mean);
            set(stats, t, 1, rstd);
        }
    }
}

// With n = (x - mean) * rstd and g = dy * gamma: dx = rstd * (g - mean(g) - n * mean(g * n)).
extern "C" __global__ void normsLayerBackward(Matrix dy, Matrix x, Matrix gamma, Matrix stats, Matrix dx, int add) {
    for (int t = blockIdx.x; t < x.rows; t += gridDim.x) {
        float mean = get(stats, t, 0);
        float rstd = get(stats, t, 1);
        float sumG = 0;
        float sumGn = 0;
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x) {
            float g = get(dy, t, c) * get(gamma, 0, c);
            sumG += g;
            sumGn += g * (get(x, t, c) - mean) * rstd;
        }
        float meanG = blockSum(sumG) / x.columns;
        float meanGn = blockSum(sumGn) / x.columns;
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x) {
            float g = get(dy, t, c) * get(gamma, 0, c);
            float n = (get(x, t, c) - mean) * rstd;
            float value = rstd * (g - meanG - n * meanGn);
            set(dx, t, c, add ? get(dx, t, c) + value : value);
        }
    }
}

extern "C" __global__ void normsRms(Matrix x, Matrix gamma, float epsilon, Matrix y, Matrix stats) {
    for (int t = blockIdx.x; t < x.rows; t += gridDim.x) {
        float squares = 0;
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x) squares += get(x, t, c) * get(x, t, c);
        float rrms = 1 / sqrtf(blockSum(squares) / x.columns + epsilon);
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x)
            set(y, t, c, get(x, t, c) * rrms * get(gamma, 0, c));
        if (threadIdx.x == 0) {
            set(stats, t, 0, 0.f); // the mean that is not subtracted
            set(stats, t, 1, rrms);
        }
    }
}

// With n = x * rrms and g = dy * gamma: dx = rrms * (g - n * mean(g * n)).
extern "C" __global__ void normsRmsBackward(Matrix dy, Matrix x, Matrix gamma, Matrix stats, Matrix dx, int add) {
    for (int t = blockIdx.x; t < x.rows; t += gridDim.x) {
        float rrms = get(stats, t, 1);
        float sumGn = 0;
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x)
            sumGn += get(dy, t, c) * get(gamma, 0, c) * get(x, t, c) * rrms;
        float meanGn = blockSum(sumGn) / x.columns;
        for (int c = threadIdx.x; c < x.columns; c += blockDim.x) {
            float g = get(dy, t, c) * get(gamma, 0, c);
            float value = rrms * (g - get(x, t, c) * rrms * meanGn);
            set(dx, t, c, add ? get(dx, t, c) + value : value);
        }
    }
}

// dgamma += sum over t of dy * (x - mean) * rstd, dbeta += sum over t of dy; either may be null. Blocks of 32 columns
// by 8 rows, added like the sums of columns.
extern "C" __global__ void normsParameterGradients(Matrix dy, Matrix x, Matrix stats, Matrix dgamma, Matrix dbeta) {
    __shared__ float gammas[8][WARP];
    __shared__ float betas[8][WARP];
    int column = blockIdx.x * WARP + threadIdx.x;
    float sumGamma = 0;
    float sumBeta = 0;
    if (column < x.columns) {
        for (int t = threadIdx.y; t < x.rows; t += 8) {
            float d = get(dy, t, column);
            sumGamma += d * (get(x, t, column) - get(stats, t, 0)) * get(stats, t, 1);
            sumBeta += d;
        }
    }
    gammas[threadIdx.y][threadIdx.x] = sumGamma;
    betas[threadIdx.y][threadIdx.x] = sumBeta;
    __syncthreads();
    if (threadIdx.y != 0 || column >= x.columns) return;
    for (int lane = 1; lane < 8; lane++) {
        sumGamma += gammas[lane][threadIdx.x];
        sumBeta += betas[lane][threadIdx.x];
    }
    if (dgamma.data) set(dgamma, 0, column, get(dgamma, 0, column) + sumGamma);
    if (dbeta.data) set(dbeta, 0, column, get(dbeta, 0, column) + sumBeta);
}
