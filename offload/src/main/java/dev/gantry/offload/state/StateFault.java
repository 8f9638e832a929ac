package dev.gantry.offload.state;

import dev.gantry.engine.GantryException;
import java.nio.file.Path;
import java.util.List;

/// What can be wrong with a file of states, in plain words.
final class StateFault {
    private StateFault() {}

    static GantryException unreadable(Path file) {
        return GantryException.badInput(
                "STATE-FILE-DAMAGED",
                "cannot use the optimizer states in " + file,
                "neither of its two headers is whole",
                "start the run again from a checkpoint that holds its states itself");
    }

    static GantryException otherLayout(Path file, StateLayout wanted, StateLayout found) {
        return GantryException.badInput(
                "STATE-FILE-OTHER",
                "cannot use the optimizer states in " + file,
                "they belong to %s, not to %s".formatted(words(found), words(wanted)),
                "give every run a disk folder of its own");
    }

    private static String words(StateLayout layout) {
        return "%s with %,d records of %d x %,d numbers"
                .formatted(layout.fingerprint(), layout.records(), layout.arrays(), layout.elements());
    }

    static GantryException wrongSize(Path file, long bytes, long needed) {
        return GantryException.badInput(
                "STATE-FILE-DAMAGED",
                "cannot use the optimizer states in " + file,
                "it has %,d bytes and should have %,d".formatted(bytes, needed),
                "put the whole file back, or start the run again");
    }

    static GantryException noGeneration(Path file, long step, List<Long> there) {
        return GantryException.badInput(
                "STATE-GENERATION-MISSING",
                "cannot resume from step " + step,
                there.isEmpty()
                        ? file + " holds no finished states"
                        : "%s holds the states of step %s"
                                .formatted(
                                        file,
                                        there.stream().map(String::valueOf).toList()),
                "resume from a checkpoint of one of these steps");
    }

    static GantryException wrongRecord(Path file, RecordTag expected) {
        return GantryException.badInput(
                "STATE-FILE-DAMAGED",
                "cannot use the optimizer states in " + file,
                "record %d is not that of step %d".formatted(expected.record(), expected.step()),
                "something else wrote to this file: resume from another checkpoint");
    }
}
