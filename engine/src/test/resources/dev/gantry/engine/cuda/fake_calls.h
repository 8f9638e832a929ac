// What a library of ours counts of its calls, and which of them fails on demand. For libraries of one source: each has
// counts of its own.
#pragma once
#include <map>
#include <string>

namespace fake {
static std::map<std::string, int> calls;
static std::string failing; // the call that fails, and with what
static int failure;

static int enter(const char* call) {
    calls[call]++;
    return failing == call ? failure : 0;
}
} // namespace fake

extern "C" {
int fakeCalls(const char* call) { return fake::calls[call]; }
void fakeFail(const char* call, int status) {
    fake::failing = call;
    fake::failure = status;
}
}
