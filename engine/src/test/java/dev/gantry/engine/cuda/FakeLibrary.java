package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;

/// A library of ours that stands in for one of NVIDIA's: it counts its calls, and they fail on demand.
abstract class FakeLibrary {
    private final NativeLibrary library;

    /// @param library with what `fake_calls.h` declares
    FakeLibrary(NativeLibrary library) {
        this.library = library;
    }

    final NativeLibrary library() {
        return library;
    }

    /// How often a function was called so far.
    final int calls(String function) {
        try (Arena arena = Arena.ofConfined()) {
            return library.call("fakeCalls", arena.allocateFrom(function));
        }
    }

    /// From now on a function fails; with an empty name none does.
    final void fail(String function, int status) {
        try (Arena arena = Arena.ofConfined()) {
            library.call("fakeFail", arena.allocateFrom(function), status);
        }
    }
}
