// The calls of NVIDIA's driver that the backend makes, on the host: memory is malloc's, a module's image is the name of
// its family, a launch runs at once. Refuses what the driver of the smallest supported device would refuse. It comes
// after the kernels and their list, in one source.
#include <mutex>

#include "fake_calls.h"

namespace fake {
constexpr int INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_CONTEXT = 201, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700;
constexpr size_t DEVICE_BYTES = 1ull << 30;

using Bound = std::function<void()>;

struct Kernel {
    Bound (*bind)(void** parameters);
    size_t dynamicBytes = 48 << 10;
};

std::map<std::string, Kernel> kernels;
std::map<void*, size_t> allocations;
size_t usedBytes;
thread_local void* context;
std::mutex mutex;
char primaryContext;
int devices = 1;
int capability = 75; // Turing

int reachesAll = 0; // whether kernels may touch whatever memory the process has

// Whether the driver gave all of these bytes: what else the process has, a card does not reach.
bool given(const void* address, size_t bytes) {
    if (reachesAll) return true;
    auto after = allocations.upper_bound((void*)address);
    if (after == allocations.begin()) return false;
    --after;
    return (char*)address + bytes <= (char*)after->first + after->second;
}

// Whether a kernel may follow a parameter: numbers have no place, pointers and views must lie in memory of the card.
template <class T>
bool reaches(const T&) {
    return true;
}
template <class T>
bool reaches(T* const& pointer) {
    return !pointer || given(pointer, 1);
}
template <>
bool reaches(const Matrix& m) {
    if (!m.data || m.rows == 0 || m.columns == 0) return true;
    return given(m.data, ((m.rows - 1) * m.rowStride + m.columns) * (m.dtype == 0 ? 4 : 2));
}
template <>
bool reaches(const Heads& heads) {
    return reaches(heads.matrix);
}

template <class... A, size_t... I>
Bound bindTo(void (*kernel)(A...), void** parameters, std::index_sequence<I...>) {
    if (!(reaches(*(A*)parameters[I]) && ...)) return nullptr;
    return [=] { kernel(*(A*)parameters[I]...); };
}

template <class... A>
Bound bindTo(void (*kernel)(A...), void** parameters) {
    return bindTo(kernel, parameters, std::index_sequence_for<A...>());
}

int allocate(void** address, size_t bytes) {
    if (bytes == 0) return INVALID_VALUE;
    *address = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*address, 0xff, bytes); // NaN
    allocations[*address] = bytes;
    usedBytes += bytes;
    return 0;
}

int release(void* address) {
    auto found = allocations.find(address);
    if (found == allocations.end()) return INVALID_VALUE;
    usedBytes -= found->second;
    allocations.erase(found);
    std::free(address);
    return 0;
}
} // namespace fake

#define ENTER(call)                                 \
    std::lock_guard<std::mutex> lock(fake::mutex);  \
    if (int status = fake::enter(call)) return status
#define ENTER_CONTEXT(call) \
    ENTER(call);            \
    if (!fake::context) return fake::INVALID_CONTEXT

#define HOST_KERNEL(name) \
    static bool registered_##name = (fake::kernels[#name].bind = [](void** p) { return fake::bindTo(name, p); }, true);

extern "C" {
// for tests
long long fakeUsedBytes() { return (long long)fake::usedBytes; }
void fakeCapability(int capability) { fake::capability = capability; }
void fakeReachAll(int reaches) { fake::reachesAll = reaches; }
void fakeDevices(int devices) { fake::devices = devices; }
void fakeReverse(int reversed) { host::reversed = reversed; }

int cuInit(unsigned) {
    ENTER("cuInit");
    return 0;
}
int cuDriverGetVersion(int* version) {
    *version = 13000;
    return 0;
}
int cuDeviceGetCount(int* count) {
    *count = fake::devices;
    return 0;
}
int cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return ordinal < fake::devices ? 0 : 101;
}
int cuDeviceGetName(char* name, int length, int) {
    std::strncpy(name, "Host", length);
    return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
    *value = attribute == 75 ? fake::capability / 10
            : attribute == 76 ? fake::capability % 10
            : attribute == 16 ? 4 // processors
            : attribute == 88 ? fake::reachesAll
                              : 1;
    return 0;
}
int cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = fake::DEVICE_BYTES;
    return 0;
}
int cuDevicePrimaryCtxRetain(void** context, int) {
    ENTER("cuDevicePrimaryCtxRetain");
    *context = &fake::primaryContext;
    return 0;
}
int cuDevicePrimaryCtxRelease_v2(int) {
    ENTER("cuDevicePrimaryCtxRelease_v2");
    return 0;
}
int cuCtxSetCurrent(void* context) {
    fake::context = context;
    return 0;
}
int cuCtxSynchronize() {
    ENTER_CONTEXT("cuCtxSynchronize");
    return 0;
}
int cuMemGetInfo_v2(size_t* freeBytes, size_t* total) {
    ENTER_CONTEXT("cuMemGetInfo_v2");
    *freeBytes = fake::DEVICE_BYTES - fake::usedBytes;
    *total = fake::DEVICE_BYTES;
    return 0;
}
int cuMemAlloc_v2(void** address, size_t bytes) {
    ENTER_CONTEXT("cuMemAlloc_v2");
    if (fake::usedBytes + bytes > fake::DEVICE_BYTES) return fake::OUT_OF_MEMORY;
    return fake::allocate(address, bytes);
}
int cuMemAllocManaged(void** address, size_t bytes, unsigned) {
    ENTER_CONTEXT("cuMemAllocManaged");
    return fake::allocate(address, bytes);
}
int cuMemHostAlloc(void** address, size_t bytes, unsigned) {
    ENTER_CONTEXT("cuMemHostAlloc");
    return fake::allocate(address, bytes);
}
int cuMemFree_v2(void* address) {
    ENTER_CONTEXT("cuMemFree_v2");
    return fake::release(address);
}
int cuMemFreeHost(void* address) {
    ENTER_CONTEXT("cuMemFreeHost");
    return fake::release(address);
}
int cuMemsetD8Async(void* address, unsigned char value, size_t bytes, void*) {
    ENTER_CONTEXT("cuMemsetD8Async");
    std::memset(address, value, bytes);
    return 0;
}
int cuMemcpyAsync(void* to, void* from, size_t bytes, void*) {
    ENTER_CONTEXT("cuMemcpyAsync");
    std::memcpy(to, from, bytes);
    return 0;
}
int cuStreamCreate(void** stream, unsigned) {
    ENTER_CONTEXT("cuStreamCreate");
    *stream = std::malloc(1);
    return 0;
}
int cuStreamDestroy_v2(void* stream) {
    ENTER_CONTEXT("cuStreamDestroy_v2");
    std::free(stream);
    return 0;
}
int cuStreamSynchronize(void*) {
    ENTER_CONTEXT("cuStreamSynchronize");
    return 0;
}
int cuStreamQuery(void*) {
    ENTER_CONTEXT("cuStreamQuery");
    return 0;
}
int cuEventCreate(void** event, unsigned) {
    ENTER_CONTEXT("cuEventCreate");
    *event = std::malloc(1);
    return 0;
}
int cuEventDestroy_v2(void* event) {
    ENTER_CONTEXT("cuEventDestroy_v2");
    std::free(event);
    return 0;
}
int cuEventRecord(void*, void*) {
    ENTER_CONTEXT("cuEventRecord");
    return 0;
}
int cuEventSynchronize(void*) {
    ENTER_CONTEXT("cuEventSynchronize");
    return 0;
}
int cuStreamWaitEvent(void*, void*, unsigned) {
    ENTER_CONTEXT("cuStreamWaitEvent");
    return 0;
}
int cuModuleLoadData(void** module, const void* image) {
    ENTER_CONTEXT("cuModuleLoadData");
    *module = strdup((const char*)image);
    return 0;
}
int cuModuleUnload(void* module) {
    ENTER_CONTEXT("cuModuleUnload");
    std::free(module);
    return 0;
}
// Kernels are named after their family, so a kernel of another module is not found.
int cuModuleGetFunction(void** function, void* module, const char* name) {
    ENTER_CONTEXT("cuModuleGetFunction");
    auto found = fake::kernels.find(name);
    if (found == fake::kernels.end() || std::string(name).rfind((char*)module, 0) != 0) return fake::NOT_FOUND;
    *function = &found->second;
    return 0;
}
int cuFuncSetAttribute(void* function, int attribute, int value) {
    ENTER_CONTEXT("cuFuncSetAttribute");
    if (attribute != 8 || value > 64 << 10) return fake::INVALID_VALUE; // Turing has 64 KiB a block
    ((fake::Kernel*)function)->dynamicBytes = value;
    return 0;
}
int cuLaunchKernel(
        void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
        unsigned sharedBytes, void*, void** parameters, void**) {
    ENTER_CONTEXT("cuLaunchKernel");
    auto kernel = (fake::Kernel*)function;
    bool empty = gx * (uint64_t)gy * gz * bx * by * bz == 0;
    if (empty || bx * by * bz > 1024 || gx > 0x7fffffff || gy > 65535 || gz > 65535) return fake::INVALID_VALUE;
    if (sharedBytes > kernel->dynamicBytes) return fake::INVALID_VALUE;
    fake::Bound bound = kernel->bind(parameters);
    if (!bound) return fake::ILLEGAL_ADDRESS;
    host::launch({gx, gy, gz}, {bx, by, bz}, sharedBytes, bound);
    return 0;
}
int cuGetErrorName(int status, const char** name) {
    *name = status == fake::INVALID_VALUE ? "CUDA_ERROR_INVALID_VALUE"
            : status == fake::OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY"
            : status == fake::ILLEGAL_ADDRESS ? "CUDA_ERROR_ILLEGAL_ADDRESS"
                                              : "CUDA_ERROR_UNKNOWN";
    return 0;
}
int cuGetErrorString(int, const char** text) {
    *text = "as the fake driver was told";
    return 0;
}
}
