// One update of one parameter tensor. Parameters are f32, bf16 or f16, everything else is f32.
#include "common.cuh"

// Factors of an Adam step that the host works out in f64.
struct AdamFactors {
    float beta1;
    float oneMinusBeta1;
    float beta2;
    float oneMinusBeta2;
    float inverseBias1;
    float inverseRootBias2; // 1 / sqrt(1 - beta2^t)
    float epsilon;
    float gradientScale;
};

// Moves the moments and returns m / bias1 / (sqrt(v / bias2) + epsilon).
__device__ inline float adamDirection(Matrix gradient, Matrix m, Matrix v, AdamFactors f, int r, int c) {
    float g = get(gradient, r, c) * f.gradientScale;
    float first = f.beta1 * get(m, r, c) + f.oneMinusBeta1 * g;
    float second = f.beta2 * get(v, r, c) + f.oneMinusBeta2 * g * g;
    set(m, r, c, first);
    set(v, r, c, second);
    return first * f.inverseBias1 / (sqrtf(second) * f.inverseRootBias2 + f.epsilon);
}

extern "C" __global__ void optimizersAdamW(
        Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamFactors f, float keep, float rate) {
    FOR_EACH_ELEMENT(parameter, r, c) {
        float w = get(parameter, r, c) * keep;
        set(parameter, r, c, w - rate * adamDirection(gradient, m, v, f, r, c));
    }
}

// Moves the moments, and sums the squares of weights and of updates by runs of elements in row order: sums[run] and
// sums[runs + run].
extern "C" __global__ void optimizersLambDirection(
        Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamFactors f, float weightDecay, int run,
        double* sums) {
    i64 elements = (i64)parameter.rows * parameter.columns;
    i64 first = (i64)blockIdx.x * run;
    i64 end = first + run < elements ? first + run : elements;
    double weights = 0;
    double updates = 0;
    for (i64 e = first + threadIdx.x; e < end; e += blockDim.x) {
        int r = (int)(e / parameter.columns);
        int c = (int)(e % parameter.columns);
        double w = get(parameter, r, c);
        double update = adamDirection(gradient, m, v, f, r, c) + weightDecay * w;
        weights += w * w;
        updates += update * update;
    }
    weights = blockSum(weights);
    updates = blockSum(updates);
    if (threadIdx.x == 0) {
        sums[blockIdx.x] = weights;
        sums[gridDim.x + blockIdx.x] = updates;
    }
}

extern "C" __global__ void optimizersLambApply(
        Matrix parameter, Matrix m, Matrix v, AdamFactors f, float weightDecay, float rate) {
    FOR_EACH_ELEMENT(parameter, r, c) {
        float w = get(parameter, r, c);
        float direction =
                get(m, r, c) * f.inverseBias1 / (sqrtf(get(v, r, c)) * f.inverseRootBias2 + f.epsilon);
        set(parameter, r, c, w - rate * (direction + weightDecay * w));
    }
}

extern "C" __global__ void optimizersLars(
        Matrix parameter, Matrix gradient, Matrix momentum, float decay, float weightDecay, float rate,
        float gradientScale) {
    FOR_EACH_ELEMENT(parameter, r, c) {
        float w = get(parameter, r, c);
        float g = get(gradient, r, c) * gradientScale + weightDecay * w;
        float moved = decay * get(momentum, r, c) + rate * g;
        set(momentum, r, c, moved);
        set(parameter, r, c, w - moved);
    }
}
