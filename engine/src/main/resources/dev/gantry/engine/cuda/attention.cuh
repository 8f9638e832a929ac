// What all kernels of attention share: which keys a query sees, and how they score.
#pragma once
#include "common.cuh"

#define MOST_SEGMENTS 64 // of one launch
#define MOST_HEADS 256

struct Segments {
    int queryStart[MOST_SEGMENTS];
    int queryLength[MOST_SEGMENTS];
    int keyStart[MOST_SEGMENTS];
    int keyLength[MOST_SEGMENTS];
};

struct Bias {
    float scale;
    int slidingWindow;
    float slopes[MOST_HEADS]; // 0 without ALiBi
};

__device__ inline bool sees(const Bias& bias, int position, int key) {
    return key <= position && (bias.slidingWindow == 0 || key > position - bias.slidingWindow);
}

__device__ inline float score(const Bias& bias, float dot, int h, int position, int key) {
    return dot * bias.scale + bias.slopes[h] * (key - position);
}
