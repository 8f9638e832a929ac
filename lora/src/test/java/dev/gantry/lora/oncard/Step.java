package dev.gantry.lora.oncard;

import java.io.IOException;

/// Something that is run in a process of its own, for so long at most: a fault of the card ends no other step.
///
/// @param name of its file, too
/// @param seconds after which it is ended
/// @param waitsForLaunches whether every launch of a kernel returns when the kernel is done (`CUDA_LAUNCH_BLOCKING`)
record Step(String name, int seconds, boolean waitsForLaunches, Program program) {
    Step(String name, int seconds, Program program) {
        this(name, seconds, false, program);
    }

    /// What it does.
    interface Program {
        void run(Ground ground, Recorder recorder) throws IOException;
    }
}
