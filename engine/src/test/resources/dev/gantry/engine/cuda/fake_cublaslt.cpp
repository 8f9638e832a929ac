// The calls of cuBLASLt that the backend makes, on the host: products by plain loops, k ascending. It refuses what the
// library's documentation rules out, and algorithms that were proposed for other matrices.
#include "fake_calls.h"
#include "host_cuda.h"

namespace fake {
constexpr int NOT_INITIALIZED = 1, INVALID_VALUE = 7, NOT_SUPPORTED = 15;
constexpr int F32 = 0, F16 = 2, BF16 = 14, COMPUTE_F32 = 68;
constexpr int EPILOGUE_DEFAULT = 1, EPILOGUE_BIAS = 4;
constexpr size_t WORKSPACE_NEEDED = 1 << 20;

struct Layout {
    int type;
    uint64_t rows, columns; // of column-major memory
    int64_t stride;
};

struct Description {
    int transposed[2] = {0, 0}, epilogue = EPILOGUE_DEFAULT;
    const void* bias = nullptr;
};

struct Preference {
    uint64_t workspace = 0;
    unsigned reductions = 7, alignments[4] = {256, 256, 256, 256};
};

struct Algorithm { // 64 bytes
    uint64_t problem, workspace;
    unsigned alignments[4], biasAlignment, unused[7];
};

struct Proposal { // 96 bytes
    Algorithm algorithm;
    size_t workspace;
    int state;
    float waves;
    int reserved[4];
};
static_assert(sizeof(Algorithm) == 64 && sizeof(Proposal) == 96, "as in cublasLt.h");

int live; // descriptions and handles that were made and not destroyed
char theHandle;

size_t bytes(int type) { return type == F32 ? 4 : 2; }

float load(const void* data, int type, uint64_t index) {
    if (type == F32) return ((const float*)data)[index];
    unsigned short bits = ((const unsigned short*)data)[index];
    return type == F16 ? widenF16(bits) : __int_as_float((int)((unsigned)bits << 16));
}

void store(void* data, int type, uint64_t index, float value) {
    if (type == F32) {
        ((float*)data)[index] = value;
    } else if (type == F16) {
        ((unsigned short*)data)[index] = narrowF16(value);
    } else {
        unsigned bits = (unsigned)__float_as_int(value);
        ((unsigned short*)data)[index] =
                value != value ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    }
}

uint64_t mix(uint64_t hash, uint64_t value) { return (hash ^ value) * 0x100000001b3ull; }

uint64_t problemOf(const Description& d, const Layout& a, const Layout& b, const Layout& c) {
    uint64_t hash = mix(mix(mix(14695981039346656037ull, d.transposed[0]), d.transposed[1]), d.epilogue);
    for (const Layout* each : {&a, &b, &c})
        hash = mix(mix(mix(mix(hash, each->type), each->rows), each->columns), each->stride);
    return hash;
}

// The table of types of the documentation of cublasLtMatmul, as far as it concerns us; a bias is of the type of D.
bool joins(int a, int b, int d) { return a == b && (d == F32 || (a != F32 && d == a)); }

bool fit(const Description& d, const Layout& a, const Layout& b, const Layout& c) {
    uint64_t m = d.transposed[0] ? a.columns : a.rows, k = d.transposed[0] ? a.rows : a.columns;
    uint64_t n = d.transposed[1] ? b.rows : b.columns, kOfB = d.transposed[1] ? b.columns : b.rows;
    return m == c.rows && n == c.columns && k == kOfB && m && n && k && a.stride >= (int64_t)a.rows
            && b.stride >= (int64_t)b.rows && c.stride >= (int64_t)c.rows;
}

bool aligned(const void* address, unsigned alignment) { return (uintptr_t)address % alignment == 0; }

// A product with all it needs, whatever becomes of its descriptions.
struct Product {
    Description description;
    Layout left, right, out;
    float alpha, beta;
    const void *a, *b;
    void *c, *workspace;
    uint64_t workspaceBytes;

    void run() const;
};

// The driver's: how its streams take a product.
int (*enqueue)(void* stream, void (*run)(void*), void* data, const void** touched, int count);

void Product::run() const {
    std::memset(workspace, 0xff, workspaceBytes); // it is the library's to write
    bool biased = description.epilogue == EPILOGUE_BIAS;
    uint64_t depth = description.transposed[0] ? left.rows : left.columns;
    for (uint64_t j = 0; j < out.columns; j++) {
        for (uint64_t i = 0; i < out.rows; i++) {
            float sum = 0;
            for (uint64_t k = 0; k < depth; k++) {
                uint64_t atA = description.transposed[0] ? k + i * left.stride : i + k * left.stride;
                uint64_t atB = description.transposed[1] ? j + k * right.stride : k + j * right.stride;
                sum += load(a, left.type, atA) * load(b, right.type, atB);
            }
            float value = alpha * sum;
            uint64_t at = i + j * out.stride;
            if (beta != 0) value += beta * load(c, out.type, at);
            if (biased) value += load(description.bias, out.type, i);
            store(c, out.type, at, value);
        }
    }
}

void runOnce(void* product) {
    ((Product*)product)->run();
    delete (Product*)product;
}

unsigned alignmentOf(const void* address) {
    unsigned alignment = 16;
    while (!aligned(address, alignment)) alignment /= 2;
    return alignment;
}
} // namespace fake

#define ENTER(call) \
    if (int status = fake::enter(call)) return status

extern "C" {
// for tests
int fakeLive() { return fake::live; }
void fakeStreamsOf(void* enqueue) { fake::enqueue = (decltype(fake::enqueue))enqueue; }

size_t cublasLtGetVersion() { return FAKE_VERSION; }
size_t cublasLtGetCudartVersion() { return 13010; }
const char* cublasLtGetStatusName(int status) {
    return status == 7 ? "CUBLAS_STATUS_INVALID_VALUE" : status == 13 ? "CUBLAS_STATUS_EXECUTION_FAILED" : "CUBLAS_STATUS";
}
const char* cublasLtGetStatusString(int) { return "as the fake library was told"; }
int cublasLtCreate(void** handle) {
    ENTER("cublasLtCreate");
    fake::live++;
    *handle = &fake::theHandle;
    return 0;
}
int cublasLtDestroy(void* handle) {
    fake::live--;
    return handle == &fake::theHandle ? 0 : fake::NOT_INITIALIZED;
}
int cublasLtMatmulDescCreate(void** description, int compute, int scale) {
    ENTER("cublasLtMatmulDescCreate");
    if (compute != fake::COMPUTE_F32 || scale != fake::F32) return fake::INVALID_VALUE;
    fake::live++;
    *description = new fake::Description();
    return 0;
}
int cublasLtMatmulDescSetAttribute(fake::Description* d, int attribute, const void* value, size_t bytes) {
    ENTER("cublasLtMatmulDescSetAttribute");
    if (bytes != (attribute == 8 ? 8 : 4)) return fake::INVALID_VALUE;
    switch (attribute) {
        case 3: d->transposed[0] = *(const int*)value; return 0;
        case 4: d->transposed[1] = *(const int*)value; return 0;
        case 7: d->epilogue = *(const int*)value; return 0;
        case 8: d->bias = *(const void* const*)value; return 0;
        default: return fake::INVALID_VALUE;
    }
}
int cublasLtMatmulDescDestroy(fake::Description* d) {
    fake::live--;
    delete d;
    return 0;
}
int cublasLtMatrixLayoutCreate(void** layout, int type, uint64_t rows, uint64_t columns, int64_t stride) {
    ENTER("cublasLtMatrixLayoutCreate");
    fake::live++;
    *layout = new fake::Layout{type, rows, columns, stride};
    return 0;
}
int cublasLtMatrixLayoutDestroy(fake::Layout* layout) {
    fake::live--;
    delete layout;
    return 0;
}
int cublasLtMatmulPreferenceCreate(void** preference) {
    fake::live++;
    *preference = new fake::Preference();
    return 0;
}
int cublasLtMatmulPreferenceSetAttribute(fake::Preference* p, int attribute, const void* value, size_t bytes) {
    if (bytes != (attribute == 1 ? 8 : 4)) return fake::INVALID_VALUE;
    switch (attribute) {
        case 1: p->workspace = *(const uint64_t*)value; return 0;
        case 3: p->reductions = *(const unsigned*)value; return 0;
        case 5: case 6: case 7: case 8: p->alignments[attribute - 5] = *(const unsigned*)value; return 0;
        default: return fake::INVALID_VALUE;
    }
}
int cublasLtMatmulPreferenceDestroy(fake::Preference* p) {
    fake::live--;
    delete p;
    return 0;
}
// Two proposals, the first of which does not work.
int cublasLtMatmulAlgoGetHeuristic(
        void* handle, const fake::Description* d, const fake::Layout* a, const fake::Layout* b, const fake::Layout* c,
        const fake::Layout* out, const fake::Preference* p, int asked, fake::Proposal* proposals, int* count) {
    *count = 0;
    ENTER("cublasLtMatmulAlgoGetHeuristic");
    if (handle != &fake::theHandle) return fake::NOT_INITIALIZED;
    if (asked < 2 || c != out || !fake::fit(*d, *a, *b, *c)) return fake::INVALID_VALUE;
    if ((p->reductions & 5) || p->workspace < fake::WORKSPACE_NEEDED) return fake::INVALID_VALUE; // sums in f32 alone
    if (!fake::joins(a->type, b->type, c->type)) return fake::NOT_SUPPORTED;
    std::memset(proposals, 0xff, asked * sizeof *proposals);
    fake::Proposal& good = proposals[1];
    good.algorithm.problem = fake::problemOf(*d, *a, *b, *c);
    good.algorithm.workspace = good.workspace = fake::WORKSPACE_NEEDED;
    std::memcpy(good.algorithm.alignments, p->alignments, sizeof p->alignments);
    good.algorithm.biasAlignment = fake::alignmentOf(d->bias);
    good.state = 0;
    proposals[0].state = fake::NOT_SUPPORTED;
    *count = 2;
    return 0;
}
int cublasLtMatmul(
        void* handle, const fake::Description* d, const float* alpha, const void* a, const fake::Layout* aLayout,
        const void* b, const fake::Layout* bLayout, const float* beta, const void* c, const fake::Layout* cLayout,
        void* out, const fake::Layout* outLayout, const fake::Algorithm* algorithm, void* workspace,
        size_t workspaceBytes, void* stream) {
    ENTER("cublasLtMatmul");
    if (handle != &fake::theHandle) return fake::NOT_INITIALIZED;
    if (c != out || cLayout != outLayout || !algorithm) return fake::INVALID_VALUE;
    if (algorithm->problem != fake::problemOf(*d, *aLayout, *bLayout, *cLayout)) return fake::INVALID_VALUE;
    if (workspaceBytes < algorithm->workspace || !fake::aligned(workspace, 256)) return fake::INVALID_VALUE;
    const void* addresses[4] = {a, b, c, out};
    for (int i = 0; i < 4; i++)
        if (!fake::aligned(addresses[i], algorithm->alignments[i])) return fake::INVALID_VALUE;
    bool biased = d->epilogue == fake::EPILOGUE_BIAS;
    if (biased && (!d->bias || !fake::aligned(d->bias, algorithm->biasAlignment))) return fake::INVALID_VALUE;
    auto product = new fake::Product{
            *d, *aLayout, *bLayout, *cLayout, *alpha, *beta, a, b, out, workspace, algorithm->workspace};
    const void* touched[] = {a, b, out, workspace, biased ? d->bias : nullptr};
    if (fake::enqueue) return fake::enqueue(stream, fake::runOnce, product, touched, 5);
    fake::runOnce(product);
    return 0;
}
}
