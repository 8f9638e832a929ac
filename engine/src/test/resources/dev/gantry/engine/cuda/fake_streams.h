// Streams and events of the host's driver. What they are given is done at once; or, deferred, when somebody waits, in an
// order that is drawn by lot from those that CUDA allows: each stream in its order, a wait for an event after its record,
// nothing else sooner than it must.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <vector>

namespace fake {
struct Range {
    const char* from;
    size_t bytes;

    bool meets(const char* other, size_t otherBytes) const { return from < other + otherBytes && other < from + bytes; }
};

// Something to do, or a record of an event, or a wait for one.
struct Work {
    std::function<void()> run;
    std::vector<Range> touched; // memory that it reads or writes
    std::shared_ptr<bool> recorded, awaited;
};

struct Stream {
    std::deque<Work> queue;
    bool destroyed = false;
    int card = 0; // on which it was made

    bool ready() const {
        return !queue.empty() && (!queue.front().awaited || *queue.front().awaited);
    }
};

struct Event {
    std::shared_ptr<bool> latest; // whether its latest record was carried out; none before the first
};

enum Luck { ALL_OTHERS_LATE, ALL_OTHERS_FIRST, MIXED };

std::vector<Stream*> streams;
bool deferred;
std::mt19937 lots;

void carryOut(Work& work) {
    if (work.run) work.run();
    if (work.recorded) *work.recorded = true;
}

void step(Stream* stream) {
    Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    carryOut(work);
}

// One that can go on, or null; `unwanted` only if it is the only one.
Stream* draw(const Stream* unwanted) {
    std::vector<Stream*> able;
    for (Stream* each : streams)
        if (each != unwanted && each->ready()) able.push_back(each);
    if (able.empty()) return unwanted && unwanted->ready() ? const_cast<Stream*>(unwanted) : nullptr;
    return able[lots() % able.size()];
}

Stream* recording(const std::shared_ptr<bool>& mark) {
    for (Stream* each : streams)
        for (Work& work : each->queue)
            if (work.recorded == mark) return each;
    return nullptr;
}

// The stream itself, or that without which it cannot go on.
Stream* needed(Stream* stream) {
    while (!stream->ready()) stream = recording(stream->queue.front().awaited);
    return stream;
}

void finish(Stream* stream) {
    int luck = lots() % 3;
    while (!stream->queue.empty())
        step(luck == ALL_OTHERS_LATE ? needed(stream) : draw(luck == ALL_OTHERS_FIRST ? stream : nullptr));
}

// Streams that were destroyed, once nothing is left in them.
void forgetDestroyed() {
    for (size_t i = streams.size(); i-- > 0;) {
        if (!streams[i]->destroyed || !streams[i]->queue.empty()) continue;
        delete streams[i];
        streams.erase(streams.begin() + i);
    }
}

void finishAll() {
    while (Stream* stream = draw(nullptr)) step(stream);
    forgetDestroyed();
}

void finish(const Event& event) {
    while (event.latest && !*event.latest) step(needed(recording(event.latest)));
}

int enqueue(Stream* stream, Work work) {
    if (deferred) {
        stream->queue.push_back(std::move(work));
    } else {
        carryOut(work);
    }
    return 0;
}

// Whether something that is not done yet will touch this memory.
bool inUse(const char* from, size_t bytes) {
    for (Stream* stream : streams)
        for (Work& work : stream->queue)
            for (Range& range : work.touched)
                if (range.meets(from, bytes)) return true;
    return false;
}
} // namespace fake
