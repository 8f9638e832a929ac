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

extern "C" __global__ void activationsForward(int f, Matrix x, Matrix y) {
    FOR_EACH_ELEMENT(y, r, c) set(y, r, c, value(f, get(x, r, c)));
}

extern "C" __global__ void activationsBackward(int f, Matrix x, Matrix dy, Matrix dx) {
    FOR_EACH_ELEMENT(dx, r, c) set(dx, r, c, derivative(f, get(x, r, c)) * get(dy, r, c));
}

extern "C" __global__ void activationsGatedForward(int f, Matrix gate, Matrix up, Matrix y) {
    FOR_EACH_ELEMENT(y, r, c) set(y, r, c, value(f, get(gate, r, c)) * get(up, r, c));
}

extern "C" __global__ void activationsGatedBackward(
        int f, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp) {
    FOR_EACH_ELEMENT(dy, r, c) {
        float g = get(gate, r, c);
        float u = get(up, r, c);
        float d = get(dy, r, c);
        set(dGate, r, c, derivative(f, g) * u * d);
        set(dUp, r, c, value(f, g) * d);
    }
}
