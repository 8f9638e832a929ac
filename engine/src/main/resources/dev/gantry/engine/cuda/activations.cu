// Non-linearities of the MLP and their derivatives. A thread reads all it needs before it writes, so outputs may be
// inputs.
#include "common.cuh"

// In the order of dev.gantry.engine.backend.Activation.
enum { RELU = 0, SILU = 1, GELU_EXACT = 2, GELU_TANH = 3 };

#define SQRT_2_OVER_PI 0.79788456080286536f
#define SQRT_HALF 0.70710678118654752f
#define INVERSE_SQRT_2_PI 0.39894228040143268f
#define CUBIC 0.044715f

__device__ inline float sigmoid(float x) { return 1 / (1 + expf(-x)); }

// sigmoid(x) * (1 - sigmoid(x)), without cancellation and without overflow.
__device__ inline float sigmoidSlope(float x) {
    float e = expf(-fabsf(x));
    return e / ((1 + e) * (1 + e));
}

__device__ inline float value(int f, float x) {
    switch (f) {
        case RELU: return x <= 0 ? 0.f : x;
        case SILU: return x * sigmoid(x);
        case GELU_EXACT: return x * 0.5f * erfcf(-x * SQRT_HALF);
        default: return x * sigmoid(2 * SQRT_2_OVER_PI * (x + CUBIC * x * x * x)); // (1 + tanh u) / 2 = sigmoid(2u)
    }
}

__device__ inline float derivative(int f, float x) {
    switch (f) {
        case RELU: return x > 0 ? 1.f : x <= 0 ? 0.f : x;
        case SILU: return sigmoid(x) + x * sigmoidSlope(x);
        case GELU_EXACT: return 0.5f * erfcf(-x * SQRT_HALF) + x * expf(-0.5f * x * x) * INVERSE_SQRT_2_PI;
        default: {
            float u = SQRT_2_OVER_PI * (x + CUBIC * x * x * x);
            float bend = x * sigmoidSlope(2 * u);
            float tail = bend == 0 ? 0.f : bend * 2 * SQRT_2_OVER_PI * (1 + 3 * CUBIC * x * x);
            return sigmoid(2 * u) + tail;
        }
    }
}

// What lies beyond a run of n is not read: its values are 0, and are not written.
#define RUN_OF(name, m) \
    float name[RUN] = {}; \
    loadRun(m, r, c, n, name)

extern "C" __global__ void activationsForward(int f, int run, Matrix x, Matrix y) {
    FOR_EACH_RUN(y, run, r, c, n) {
        RUN_OF(values, x);
#pragma unroll
        for (int i = 0; i < RUN; i++)
            if (i < n) values[i] = value(f, values[i]);
        storeRun(y, r, c, n, values);
    }
}

extern "C" __global__ void activationsBackward(int f, int run, Matrix x, Matrix dy, Matrix dx) {
    FOR_EACH_RUN(dx, run, r, c, n) {
        RUN_OF(inputs, x);
        RUN_OF(gradients, dy);
#pragma unroll
        for (int i = 0; i < RUN; i++)
            if (i < n) gradients[i] *= derivative(f, inputs[i]);
        storeRun(dx, r, c, n, gradients);
    }
}

extern "C" __global__ void activationsGatedForward(int f, int run, Matrix gate, Matrix up, Matrix y) {
    FOR_EACH_RUN(y, run, r, c, n) {
        RUN_OF(gates, gate);
        RUN_OF(ups, up);
#pragma unroll
        for (int i = 0; i < RUN; i++)
            if (i < n) ups[i] *= value(f, gates[i]);
        storeRun(y, r, c, n, ups);
    }
}

extern "C" __global__ void activationsGatedBackward(
        int f, int run, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp) {
    FOR_EACH_RUN(dy, run, r, c, n) {
        RUN_OF(gates, gate);
        RUN_OF(ups, up);
        RUN_OF(gradients, dy);
#pragma unroll
        for (int i = 0; i < RUN; i++) {
            if (i >= n) continue;
            float d = gradients[i];
            gradients[i] = value(f, gates[i]) * d;
            gates[i] = derivative(f, gates[i]) * ups[i] * d;
        }
        storeRun(dGate, r, c, n, gates);
        storeRun(dUp, r, c, n, gradients);
    }
}
