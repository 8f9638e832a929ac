// Runs CUDA kernel text on the host: one fibre a CUDA thread, switched at barriers and shuffles. Blocks run one after
// the other, warps in a fixed order that can be turned round to find kernels that depend on it.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#define GANTRY_HOST
#define __global__
#define __device__
#define __noinline__ __attribute__((noinline))
#define __shared__ static // one block runs at a time
#define __align__(bytes) __attribute__((aligned(bytes)))

struct uint3 {
    unsigned x, y, z;
};
struct uint4 {
    unsigned x, y, z, w;
};

namespace host {
constexpr size_t STACK_BYTES = 64 << 10;

constexpr size_t SLOT_BYTES = 32;

struct Warp {
    char slots[2][32][SLOT_BYTES]; // of two exchanges in turn: a lane may be one ahead
    unsigned live = 0, arrived = 0, generation = 0;
};

struct Fibre {
    void* stackPointer = nullptr;
    uint3 index{};
    unsigned number = 0, exchanges = 0;
    bool done = false;
};

inline std::vector<char*> stacks;
inline std::vector<Fibre> fibres;
inline std::vector<Warp> warps;
inline std::vector<char> dynamicShared;
inline unsigned live, arrived, generation; // of the block
inline Fibre* current;
inline void* scheduler;
inline std::function<void()> body;
inline uint3 block, blockExtent, gridExtent;
inline bool reversed; // warps and lanes from last to first

extern "C" void host_switch(void** save, void* to);
__asm__(
        ".pushsection .text\n.weak host_switch\nhost_switch:\n"
        " pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
        " movq %rsp,(%rdi)\n movq %rsi,%rsp\n"
        " popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n ret\n.popsection\n");

inline Warp& warpOf(const Fibre& fibre) { return warps[fibre.number / 32]; }

inline void yield() { host_switch(&current->stackPointer, scheduler); }

inline void releaseBlock() {
    if (arrived > 0 && arrived >= live) {
        arrived = 0;
        generation++;
    }
}

inline void releaseWarp(Warp& warp) {
    if (warp.arrived > 0 && warp.arrived >= warp.live) {
        warp.arrived = 0;
        warp.generation++;
    }
}

inline void syncBlock() {
    unsigned before = generation;
    arrived++;
    releaseBlock();
    while (generation == before) yield();
}

inline void syncWarp() {
    Warp& warp = warpOf(*current);
    unsigned before = warp.generation;
    warp.arrived++;
    releaseWarp(warp);
    while (warp.generation == before) yield();
}

// What all lanes of a warp hold, until a lane is two exchanges ahead.
template <class T>
struct Lanes {
    const char (*slots)[SLOT_BYTES];

    T operator[](unsigned lane) const {
        T value;
        std::memcpy(&value, slots[lane], sizeof value);
        return value;
    }
};

template <class T>
Lanes<T> exchange(const T& value) {
    static_assert(sizeof value <= SLOT_BYTES, "slots are too small");
    int turn = current->exchanges++ & 1;
    Warp& warp = warpOf(*current);
    std::memcpy(warp.slots[turn][current->number % 32], &value, sizeof value);
    syncWarp();
    return {warp.slots[turn]};
}

template <class T>
T shuffle(T value, unsigned from) {
    return exchange(value)[from % 32];
}

inline void enter() {
    body();
    current->done = true;
    Warp& warp = warpOf(*current);
    warp.live--;
    live--;
    releaseWarp(warp); // barriers wait for the living alone
    releaseBlock();
    yield();
    std::abort();
}

inline void prepare(Fibre& fibre, unsigned number) {
    fibre = Fibre();
    fibre.number = number;
    fibre.index = {
            number % blockExtent.x, number / blockExtent.x % blockExtent.y, number / blockExtent.x / blockExtent.y};
    void** top = (void**)(stacks[number] + STACK_BYTES - 64);
    *--top = nullptr;
    *--top = (void*)enter;
    for (int i = 0; i < 6; i++) *--top = nullptr; // the registers that the switch restores
    fibre.stackPointer = top;
    warpOf(fibre).live++;
}

// Lets every lane of a warp run until all of them wait for the block, or are done.
inline void run(unsigned warpNumber, unsigned threads) {
    Warp& warp = warps[warpNumber];
    unsigned before;
    do {
        before = warp.generation;
        for (unsigned i = 0; i < 32; i++) {
            unsigned number = warpNumber * 32 + (reversed ? 31 - i : i);
            if (number >= threads || fibres[number].done) continue;
            current = &fibres[number];
            host_switch(&scheduler, current->stackPointer);
        }
    } while (warp.generation != before && warp.live > 0);
}

inline void runBlock(unsigned threads) {
    warps.assign((threads + 31) / 32, Warp());
    live = threads;
    arrived = 0;
    std::memset(dynamicShared.data(), 0xff, dynamicShared.size()); // NaN: what is read must have been written
    for (unsigned i = 0; i < threads; i++) prepare(fibres[i], i);
    while (live > 0)
        for (unsigned w = 0; w < warps.size(); w++) run(reversed ? warps.size() - 1 - w : w, threads);
}

inline void launch(uint3 grid, uint3 extent, size_t sharedBytes, std::function<void()> kernel) {
    unsigned threads = extent.x * extent.y * extent.z;
    while (stacks.size() < threads) stacks.push_back((char*)std::aligned_alloc(64, STACK_BYTES));
    fibres.resize(threads);
    dynamicShared.resize(sharedBytes + 64);
    body = std::move(kernel);
    gridExtent = grid;
    blockExtent = extent;
    for (unsigned z = 0; z < grid.z; z++)
        for (unsigned y = 0; y < grid.y; y++)
            for (unsigned x = 0; x < grid.x; x++) {
                block = {x, y, z};
                runBlock(threads);
            }
}
} // namespace host

#define threadIdx (host::current->index)
#define blockIdx (host::block)
#define blockDim (host::blockExtent)
#define gridDim (host::gridExtent)
#define __syncthreads() host::syncBlock()
#define DYNAMIC_SHARED(name) float* name = (float*)host::dynamicShared.data()

template <class T>
T __shfl_xor_sync(unsigned, T value, int mask) {
    return host::shuffle(value, host::current->number % 32 ^ mask);
}

inline int atomicCAS(int* address, int expected, int value) {
    int before = *address;
    if (before == expected) *address = value;
    return before;
}

template <class T>
T atomicAdd(T* address, T value) {
    T before = *address;
    *address += value;
    return before;
}

inline float __int_as_float(int bits) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

inline int __float_as_int(float value) {
    int bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

// Half precision bit by bit, rounding to nearest even.
inline float widenF16(unsigned short bits) {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    float magnitude = exponent == 31 ? (fraction ? NAN : INFINITY)
            : exponent == 0          ? std::ldexp((float)fraction, -24)
                                     : std::ldexp((float)(1024 + fraction), exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

inline unsigned short narrowF16(float value) {
    unsigned short sign = std::signbit(value) ? 0x8000 : 0;
    float magnitude = std::fabs(value);
    if (std::isnan(value)) return sign | 0x7e00;
    if (magnitude == 0) return sign;
    if (magnitude >= 65520.f) return sign | 0x7c00; // half way to the next power of two rounds away
    int exponent;
    std::frexp(magnitude, &exponent);
    int step = (exponent < -13 ? -13 : exponent) - 11; // of the fraction's last bit
    int fraction = (int)std::nearbyint(std::ldexp(magnitude, -step)); // a full fraction carries into the exponent
    return sign | (unsigned short)((step + 24) * 1024 + fraction);
}
