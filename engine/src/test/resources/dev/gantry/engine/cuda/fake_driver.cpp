// The calls of NVIDIA's driver that the backend makes, on the host: memory is malloc's, a module's image is the name of
// its family. Refuses what the driver of the smallest supported device would refuse. It comes after the kernels and their
// list, in one source.
#include <mutex>
#include <tuple>

#include "fake_calls.h"
#include "fake_streams.h"

namespace fake {
constexpr int INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, INVALID_HANDLE = 400,
              NOT_FOUND = 500, NOT_READY = 600, ILLEGAL_ADDRESS = 700, REACHED_BEFORE = 704;
constexpr size_t DEVICE_BYTES = 1ull << 30; // of each card
constexpr int MOST_DEVICES = 16, HOST = -1;
constexpr size_t MODULE_BYTES = 16 << 10; // as HostCuda's images

// A kernel with its parameters.
struct Bound {
    std::function<void()> run;
    std::vector<Range> touched;
};

struct Kernel {
    Bound (*bind)(void** parameters);
    size_t dynamicBytes = 48 << 10;

    bool takes(uint3 grid, uint3 extent, size_t sharedBytes) const {
        uint64_t threads = (uint64_t)extent.x * extent.y * extent.z;
        bool empty = grid.x * (uint64_t)grid.y * grid.z * threads == 0;
        bool tooMany = threads > 1024 || grid.x > 0x7fffffff || grid.y > 65535 || grid.z > 65535;
        return !empty && !tooMany && sharedBytes <= dynamicBytes;
    }
};

std::map<std::string, Kernel> kernels;
// A card: its primary context.
struct Context {
    size_t usedBytes;
    size_t moduleBytes; // beside them
    bool reaches[MOST_DEVICES]; // other cards
};
// What the driver gave, and whose kernels reach it: those of one card, or of all where it lies on the host.
struct Allocation {
    size_t bytes;
    int device;
};
std::map<void*, Allocation> allocations;
size_t hostBytes;
std::mutex mutex;
Context cards[MOST_DEVICES];
thread_local Context* context;
int devices = 1;
int links = 1; // whether cards reach each other
int failingCard = HOST; // whose kernels fail
int capability = 75; // Turing

int current() { return (int)(context - cards); }
size_t heldBytes() { return context->usedBytes + context->moduleBytes; }

// Whether the driver gave all of these bytes, to whichever card.
bool given(const void* address, size_t bytes, const Allocation** of = nullptr) {
    auto after = allocations.upper_bound((void*)address);
    if (after == allocations.begin()) return false;
    --after;
    if (of) *of = &after->second;
    return (char*)address + bytes <= (char*)after->first + after->second.bytes;
}

// What else the process has, kernels do not reach, and memory of another card is copied, never computed with.
bool reached(const std::vector<Range>& ranges) {
    for (const Range& each : ranges) {
        const Allocation* of;
        if (!given(each.from, each.bytes, &of)) return false;
        if (of->device != HOST && of->device != current()) return false;
    }
    return true;
}

// What a kernel may follow of a parameter: numbers have no place, pointers and views have.
template <class T>
void touch(std::vector<Range>&, const T&) {}
template <class T>
void touch(std::vector<Range>& ranges, T* const& pointer) {
    if (pointer) ranges.push_back({(const char*)pointer, 1});
}
void touch(std::vector<Range>& ranges, const Matrix& m) {
    if (!m.data || m.rows == 0 || m.columns == 0) return;
    ranges.push_back({(const char*)m.data, size_t((m.rows - 1) * m.rowStride + m.columns) * (m.dtype == 0 ? 4 : 2)});
}
void touch(std::vector<Range>& ranges, const Heads& heads) { touch(ranges, heads.matrix); }
void touch(std::vector<Range>& ranges, const Grouped& grouped) {
    touch(ranges, grouped.codes);
    touch(ranges, grouped.scales);
}

template <class... A, size_t... I>
Bound bindTo(void (*kernel)(A...), void** parameters, std::index_sequence<I...>) {
    Bound bound;
    (touch(bound.touched, *(std::remove_const_t<A>*)parameters[I]), ...);
    bound.run = [kernel, values = std::make_tuple(*(A*)parameters[I]...)] { std::apply(kernel, values); };
    return bound;
}

template <class... A>
Bound bindTo(void (*kernel)(A...), void** parameters) {
    return bindTo(kernel, parameters, std::index_sequence_for<A...>());
}

int allocate(void** address, size_t bytes, int device) {
    if (bytes == 0) return INVALID_VALUE;
    *address = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*address, 0xff, bytes); // NaN
    allocations[*address] = {bytes, device};
    (device == HOST ? hostBytes : cards[device].usedBytes) += bytes;
    return 0;
}

int release(void* address) {
    auto found = allocations.find(address);
    if (found == allocations.end()) return INVALID_VALUE;
    if (inUse((char*)address, found->second.bytes)) return ILLEGAL_ADDRESS; // what a card would run into later
    (found->second.device == HOST ? hostBytes : cards[found->second.device].usedBytes) -= found->second.bytes;
    allocations.erase(found);
    std::free(address);
    return 0;
}

// A stream belongs to the card on which it was made.
bool owns(Stream* stream) { return stream->card == current(); }
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
long long fakeUsedBytes() {
    size_t bytes = fake::hostBytes;
    for (auto& card : fake::cards) bytes += card.usedBytes;
    return (long long)bytes;
}
void fakeFailCard(int card) { fake::failingCard = card; }
void fakeLinks(int links) { fake::links = links; }
void fakeCapability(int capability) { fake::capability = capability; }
void fakeDevices(int devices) { fake::devices = devices; }
void fakeReverse(int reversed) { host::reversed = reversed; }
// With 0 work is done at once from now on, else deferred, in an order drawn from the seed.
void fakeDefer(int seed) {
    std::lock_guard<std::mutex> lock(fake::mutex);
    fake::finishAll();
    fake::deferred = seed != 0;
    fake::lots.seed(seed);
}
// For libraries whose calls a stream takes.
int fakeEnqueue(fake::Stream* stream, void (*run)(void*), void* data, void** touched, int count) {
    std::lock_guard<std::mutex> lock(fake::mutex);
    fake::Work work{[=] { run(data); }};
    for (int i = 0; i < count; i++) fake::touch(work.touched, touched[i]);
    return fake::enqueue(stream, std::move(work));
}

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
    return ordinal < fake::devices ? 0 : fake::INVALID_DEVICE;
}
int cuDeviceGetName(char* name, int length, int) {
    std::strncpy(name, "Host", length);
    return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
    *value = attribute == 75 ? fake::capability / 10
            : attribute == 76 ? fake::capability % 10
            : attribute == 16 ? 4 // processors
            : attribute == 88 ? 0 // kernels do not reach what the process has of itself
                              : 1;
    return 0;
}
int cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = fake::DEVICE_BYTES;
    return 0;
}
int cuDevicePrimaryCtxRetain(void** context, int device) {
    ENTER("cuDevicePrimaryCtxRetain");
    *context = &fake::cards[device];
    return 0;
}
int cuDeviceCanAccessPeer(int* can, int from, int to) {
    ENTER("cuDeviceCanAccessPeer");
    if (from == to) return fake::INVALID_DEVICE;
    *can = fake::links;
    return 0;
}
int cuCtxEnablePeerAccess(void* peer, unsigned) {
    ENTER_CONTEXT("cuCtxEnablePeerAccess");
    auto other = (fake::Context*)peer;
    if (other == fake::context || !fake::links) return fake::INVALID_CONTEXT;
    bool& reaches = fake::context->reaches[other - fake::cards];
    if (reaches) return fake::REACHED_BEFORE;
    reaches = true;
    return 0;
}
int cuDevicePrimaryCtxRelease_v2(int) {
    ENTER("cuDevicePrimaryCtxRelease_v2");
    return 0;
}
int cuCtxSetCurrent(void* context) {
    fake::context = (fake::Context*)context;
    return 0;
}
int cuCtxSynchronize() {
    ENTER_CONTEXT("cuCtxSynchronize");
    fake::finishAll();
    return 0;
}
int cuMemGetInfo_v2(size_t* freeBytes, size_t* total) {
    ENTER_CONTEXT("cuMemGetInfo_v2");
    *freeBytes = fake::DEVICE_BYTES - fake::heldBytes();
    *total = fake::DEVICE_BYTES;
    return 0;
}
int cuMemAlloc_v2(void** address, size_t bytes) {
    ENTER_CONTEXT("cuMemAlloc_v2");
    if (fake::heldBytes() + bytes > fake::DEVICE_BYTES) return fake::OUT_OF_MEMORY;
    return fake::allocate(address, bytes, fake::current());
}
int cuMemAllocManaged(void** address, size_t bytes, unsigned) {
    ENTER_CONTEXT("cuMemAllocManaged");
    return fake::allocate(address, bytes, fake::current());
}
int cuMemHostAlloc(void** address, size_t bytes, unsigned) {
    ENTER_CONTEXT("cuMemHostAlloc");
    return fake::allocate(address, bytes, fake::HOST);
}
int cuMemFree_v2(void* address) {
    ENTER_CONTEXT("cuMemFree_v2");
    return fake::release(address);
}
int cuMemFreeHost(void* address) {
    ENTER_CONTEXT("cuMemFreeHost");
    return fake::release(address);
}
int cuMemsetD8Async(void* address, unsigned char value, size_t bytes, fake::Stream* stream) {
    ENTER_CONTEXT("cuMemsetD8Async");
    if (!fake::owns(stream)) return fake::INVALID_HANDLE;
    if (!fake::given(address, bytes)) return fake::INVALID_VALUE;
    return fake::enqueue(stream, {[=] { std::memset(address, value, bytes); }, {{(char*)address, bytes}}});
}
// Of memory that the driver did not give, bytes are taken by the call, and are there when it returns.
int cuMemcpyAsync(void* to, void* from, size_t bytes, fake::Stream* stream) {
    ENTER_CONTEXT("cuMemcpyAsync");
    if (!fake::owns(stream)) return fake::INVALID_HANDLE;
    fake::Work work{[=] { std::memcpy(to, from, bytes); }, {{(char*)to, bytes}, {(char*)from, bytes}}};
    if (fake::deferred && !fake::given(from, bytes)) {
        std::vector<char> taken((char*)from, (char*)from + bytes);
        work = {[=] { std::memcpy(to, taken.data(), bytes); }, {{(char*)to, bytes}}};
    }
    int status = fake::enqueue(stream, std::move(work));
    if (fake::deferred && !fake::given(to, bytes)) fake::finish(stream);
    return status;
}
int cuStreamCreate(fake::Stream** stream, unsigned) {
    ENTER_CONTEXT("cuStreamCreate");
    *stream = new fake::Stream();
    (*stream)->card = fake::current();
    fake::streams.push_back(*stream);
    return 0;
}
// What it holds is still carried out.
int cuStreamDestroy_v2(fake::Stream* stream) {
    ENTER_CONTEXT("cuStreamDestroy_v2");
    if (!fake::owns(stream)) return fake::INVALID_HANDLE;
    stream->destroyed = true;
    fake::forgetDestroyed();
    return 0;
}
int cuStreamSynchronize(fake::Stream* stream) {
    ENTER_CONTEXT("cuStreamSynchronize");
    if (!fake::owns(stream)) return fake::INVALID_HANDLE;
    fake::finish(stream);
    return 0;
}
// The card works on while it is asked.
int cuStreamQuery(fake::Stream* stream) {
    ENTER_CONTEXT("cuStreamQuery");
    if (!fake::owns(stream)) return fake::INVALID_HANDLE;
    if (stream->queue.empty()) return 0;
    fake::step(fake::draw(nullptr));
    return fake::NOT_READY;
}
int cuEventCreate(fake::Event** event, unsigned) {
    ENTER_CONTEXT("cuEventCreate");
    *event = new fake::Event();
    return 0;
}
int cuEventDestroy_v2(fake::Event* event) {
    ENTER_CONTEXT("cuEventDestroy_v2");
    delete event;
    return 0;
}
int cuEventRecord(fake::Event* event, fake::Stream* stream) {
    ENTER_CONTEXT("cuEventRecord");
    event->latest = std::make_shared<bool>(false);
    return fake::enqueue(stream, {nullptr, {}, event->latest});
}
int cuEventSynchronize(fake::Event* event) {
    ENTER_CONTEXT("cuEventSynchronize");
    fake::finish(*event);
    return 0;
}
int cuStreamWaitEvent(fake::Stream* stream, fake::Event* event, unsigned) {
    ENTER_CONTEXT("cuStreamWaitEvent");
    if (!event->latest) return 0;
    return fake::enqueue(stream, {nullptr, {}, nullptr, event->latest});
}
int cuModuleLoadData(void** module, const void* image) {
    ENTER_CONTEXT("cuModuleLoadData");
    *module = strdup((const char*)image);
    fake::context->moduleBytes += fake::MODULE_BYTES;
    return 0;
}
int cuModuleUnload(void* module) {
    ENTER_CONTEXT("cuModuleUnload");
    std::free(module);
    fake::context->moduleBytes -= fake::MODULE_BYTES;
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
        unsigned sharedBytes, fake::Stream* stream, void** parameters, void**) {
    ENTER_CONTEXT("cuLaunchKernel");
    if (!fake::owns(stream)) return fake::INVALID_HANDLE;
    if (fake::current() == fake::failingCard) return fake::ILLEGAL_ADDRESS;
    auto kernel = (fake::Kernel*)function;
    if (!kernel->takes({gx, gy, gz}, {bx, by, bz}, sharedBytes)) return fake::INVALID_VALUE;
    fake::Bound bound = kernel->bind(parameters);
    if (!fake::reached(bound.touched)) return fake::ILLEGAL_ADDRESS;
    auto launch = [=, run = bound.run] { host::launch({gx, gy, gz}, {bx, by, bz}, sharedBytes, run); };
    return fake::enqueue(stream, {launch, bound.touched});
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

#include "fake_graphs.h"
