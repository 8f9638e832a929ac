package dev.gantry.app.ui.hardware;

import dev.gantry.app.machine.MachineReport;

/// An upper bound for answering with a model in 16 bits, from the rate at which its weights can be read.
///
/// @param bytes of its weights
/// @param fromMemory whether they fit into the memory that is free; else they are read from the disk for every token
record AnswerSpeed(long parameters, long bytes, boolean fromMemory, double tokensPerSecond) {
    private static final int BYTES_PER_PARAMETER = 2;

    static AnswerSpeed of(long parameters, long availableBytes, MachineReport.Rates rates) {
        long bytes = parameters * BYTES_PER_PARAMETER;
        boolean fits = bytes <= availableBytes;
        long rate = fits ? rates.memoryReadBytesPerSecond() : rates.diskReadBytesPerSecond();
        return new AnswerSpeed(parameters, bytes, fits, rate / (double) bytes);
    }
}
