// The calls of NCCL that the backend makes, between threads of one process and in memory of the host: a receive waits for
// its send, a send until it was taken, when a group ends. Refuses what NCCL refuses: a card twice, ranks that are not
// there, ends of different sizes.
#include <condition_variable>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "fake_calls.h"

namespace fake {
constexpr int INVALID_ARGUMENT = 4, INVALID_USAGE = 5, REMOTE_ERROR = 6;

struct Letter {
    const void* data;
    size_t bytes;
    bool taken = false;
};

struct World {
    int ranks;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::deque<std::shared_ptr<Letter>>> boxes; // [from * ranks + to]
    bool aborted = false;
};

struct Communicator {
    std::shared_ptr<World> world;
    int rank;
    int asyncError = 0;
};

std::mutex mutex; // of what is counted
int live;
std::vector<Communicator*> latest;
thread_local int depth; // of groups
thread_local std::vector<std::function<int()>> sends, receives, ends;

int run() {
    int status = 0;
    for (auto* list : {&sends, &receives, &ends}) {
        for (auto& each : *list)
            if (!status) status = each();
        list->clear();
    }
    return status;
}

int whenGroupEnds() { return depth > 0 ? 0 : run(); }

void post(Communicator* c, int to, const void* data, size_t bytes) {
    auto letter = std::make_shared<Letter>(Letter{data, bytes});
    World& w = *c->world;
    int box = c->rank * w.ranks + to;
    sends.push_back([&w, box, letter] {
        std::lock_guard<std::mutex> lock(w.mutex);
        w.boxes[box].push_back(letter);
        w.changed.notify_all();
        return 0;
    });
    ends.push_back([&w, letter] {
        std::unique_lock<std::mutex> lock(w.mutex);
        w.changed.wait(lock, [&] { return letter->taken || w.aborted; });
        return letter->taken ? 0 : REMOTE_ERROR;
    });
}

void take(Communicator* c, int from, void* into, size_t bytes) {
    World& w = *c->world;
    int box = from * w.ranks + c->rank;
    receives.push_back([&w, box, into, bytes] {
        std::unique_lock<std::mutex> lock(w.mutex);
        w.changed.wait(lock, [&] { return !w.boxes[box].empty() || w.aborted; });
        if (w.boxes[box].empty()) return REMOTE_ERROR;
        auto letter = w.boxes[box].front();
        w.boxes[box].pop_front();
        if (letter->bytes != bytes) return INVALID_USAGE;
        std::memcpy(into, letter->data, bytes);
        letter->taken = true;
        w.changed.notify_all();
        return 0;
    });
}

int enterCall(const char* call) {
    std::lock_guard<std::mutex> lock(mutex);
    return enter(call);
}

int end(const char* call, Communicator* c) {
    if (int status = enterCall(call)) return status;
    std::lock_guard<std::mutex> lock(mutex);
    live--;
    (void)c; // the test may still ask it
    return 0;
}
} // namespace fake

#define ENTER(call) \
    if (int status = fake::enterCall(call)) return status

extern "C" {
// for tests
int fakeLive() { return fake::live; }
void fakeAsyncError(int rank, int status) { fake::latest[rank]->asyncError = status; }

int ncclGetVersion(int* version) {
    *version = 23004;
    return 0;
}
const char* ncclGetErrorString(int) { return "as the fake library was told"; }
int ncclCommInitAll(void** communicators, int ranks, const int* devices) {
    ENTER("ncclCommInitAll");
    if (std::set<int>(devices, devices + ranks).size() != (size_t)ranks) return fake::INVALID_USAGE;
    auto world = std::make_shared<fake::World>();
    world->ranks = ranks;
    world->boxes.resize(ranks * ranks);
    fake::latest.clear();
    for (int rank = 0; rank < ranks; rank++) {
        fake::latest.push_back(new fake::Communicator{world, rank});
        communicators[rank] = fake::latest.back();
        fake::live++;
    }
    return 0;
}
int ncclCommDestroy(fake::Communicator* c) { return fake::end("ncclCommDestroy", c); }
int ncclCommAbort(fake::Communicator* c) {
    {
        std::lock_guard<std::mutex> lock(c->world->mutex);
        c->world->aborted = true;
        c->world->changed.notify_all();
    }
    return fake::end("ncclCommAbort", c);
}
int ncclCommGetAsyncError(fake::Communicator* c, int* status) {
    ENTER("ncclCommGetAsyncError");
    *status = c->asyncError;
    return 0;
}
int ncclGroupStart() {
    ENTER("ncclGroupStart");
    fake::depth++;
    return 0;
}
int ncclGroupEnd() {
    fake::depth--;
    int failed = fake::enterCall("ncclGroupEnd");
    return failed ? failed : fake::whenGroupEnds();
}
int ncclSend(const void* data, size_t count, int type, int to, fake::Communicator* c, void*) {
    ENTER("ncclSend");
    if (type != 0 || to < 0 || to >= c->world->ranks) return fake::INVALID_ARGUMENT;
    fake::post(c, to, data, count);
    return fake::whenGroupEnds();
}
int ncclRecv(void* into, size_t count, int type, int from, fake::Communicator* c, void*) {
    ENTER("ncclRecv");
    if (type != 0 || from < 0 || from >= c->world->ranks) return fake::INVALID_ARGUMENT;
    fake::take(c, from, into, count);
    return fake::whenGroupEnds();
}
int ncclAllGather(const void* share, void* all, size_t count, int type, fake::Communicator* c, void*) {
    ENTER("ncclAllGather");
    if (type != 0) return fake::INVALID_ARGUMENT;
    for (int other = 0; other < c->world->ranks; other++) {
        char* into = (char*)all + other * count;
        if (other != c->rank) {
            fake::post(c, other, share, count);
            fake::take(c, other, into, count);
        } else if (into != share) {
            std::memcpy(into, share, count);
        }
    }
    return fake::whenGroupEnds();
}
int ncclBroadcast(const void* from, void* into, size_t count, int type, int root, fake::Communicator* c, void*) {
    ENTER("ncclBroadcast");
    if (type != 0 || root < 0 || root >= c->world->ranks) return fake::INVALID_ARGUMENT;
    for (int other = 0; other < c->world->ranks; other++)
        if (c->rank == root && other != root) fake::post(c, other, from, count);
    if (c->rank != root) fake::take(c, root, into, count);
    return fake::whenGroupEnds();
}
}
