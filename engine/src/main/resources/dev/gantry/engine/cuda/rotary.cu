// Rotary position embedding in the rotate-half layout; all scalings lie in the tables.
#include "common.cuh"

// sign is 1, or -1 for the gradient.
extern "C" __global__ void rotaryRotate(
        Heads x, const int* positions, Matrix cosines, Matrix sines, float sign) {
    int half = cosines.columns;
    int pairs = x.heads * half;
    for (int t = blockIdx.y * blockDim.y + threadIdx.y; t < x.matrix.rows; t += gridDim.y * blockDim.y) {
        int position = positions[t];
        for (int pair = blockIdx.x * blockDim.x + threadIdx.x; pair < pairs; pair += gridDim.x * blockDim.x) {
            int h = pair / half;
            int i = pair % half;
            float cosine = get(cosines, position, i);
            float sine = sign * get(sines, position, i);
            float a = get(x, t, h, i);
            float b = get(x, t, h, half + i);
            set(x, t, h, i, a * cosine - b * sine);
            set(x, t, h, half + i, b * cosine + a * sine);
        }
    }
}
