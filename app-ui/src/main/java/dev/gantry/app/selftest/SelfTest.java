package dev.gantry.app.selftest;

import dev.gantry.app.failure.Failure;
import dev.gantry.app.library.StarterFolder;
import dev.gantry.app.machine.LibraryProbe;
import dev.gantry.app.machine.MachineProbe;
import dev.gantry.app.selftest.Finding.Words;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.chat.ChatModel;
import dev.gantry.lora.chat.ChatSettings;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The checks on this machine. Together they take some five seconds and leave nothing behind.
public final class SelfTest implements Checker {
    private static final String QUESTION = "Who are you?";
    private static final int NEW_TOKENS = 24;

    private final MachineProbe probe = new MachineProbe();
    private final GantryHome home;
    private final boolean display;

    /// @param display whether a window can be shown
    public SelfTest(GantryHome home, boolean display) {
        this.home = home;
        this.display = display;
    }

    @Override
    public Finding check(Part part) {
        try {
            return switch (part) {
                case JAVA ->
                    Thresholds.java(
                            Runtime.version().feature(),
                            Runtime.version().toString(),
                            Runtime.getRuntime().maxMemory());
                case DISPLAY -> Thresholds.display(display);
                case MEMORY ->
                    Thresholds.memory(
                            probe.memory().availableBytes(), probe.memory().totalBytes());
                case FOLDER -> folder();
                case LIBRARIES -> Thresholds.library(new LibraryProbe().probe().getFirst());
                case DISK ->
                    Thresholds.disk(probe.disk(home.folder()).freeBytes(), (long)
                            probe.diskRates(home.folder()).read().queue().bytesPerSecond());
                case STARTER -> starter();
            };
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            return Finding.of(
                    part,
                    Grade.BAD,
                    "failed",
                    new Words(String.valueOf(Failure.told(e).getMessage())));
        }
    }

    /// Writes a file where Gantry keeps everything, reads it again, and takes it away.
    private Finding folder() throws IOException {
        boolean made = !Files.isDirectory(home.folder());
        Path folder = Files.createDirectories(home.folder());
        Path file = Files.createTempFile(folder, "check", ".tmp");
        try {
            Files.writeString(file, QUESTION);
            boolean same = Files.readString(file).equals(QUESTION);
            return Finding.of(
                    Part.FOLDER,
                    same ? Grade.GOOD : Grade.BAD,
                    same ? "writable" : "failed",
                    new Words(folder.toString()));
        } finally {
            Files.delete(file);
            if (made) {
                Files.delete(folder);
            }
        }
    }

    /// With the model where it lies, or written out for this moment where it is not in use yet.
    private Finding starter() throws IOException {
        if (StarterFolder.isWhole(home)) {
            return starter(StarterFolder.in(home));
        }
        Path folder = Files.createTempDirectory("gantry-check");
        try {
            StarterModel.copyTo(folder);
            return starter(folder);
        } finally {
            DurableFiles.deleteFolder(folder);
        }
    }

    private Finding starter(Path model) throws IOException {
        ChatSettings settings = new ChatSettings(model, null, null, ComputeType.BF16, 0);
        try (CpuBackend backend = new CpuBackend(probe.cpu().logicalCores());
                ChatModel chat = ChatModel.open(backend, settings, Progress.silent())) {
            String answer = chat.answer(
                            List.of(new ChatMessage(Role.USER, QUESTION)), Sampling.GREEDY, NEW_TOKENS, _ -> true)
                    .text()
                    .strip();
            return answer.isEmpty()
                    ? Finding.of(Part.STARTER, Grade.BAD, "silent")
                    : Finding.of(Part.STARTER, Grade.GOOD, "answers", new Words(QUESTION), new Words(answer));
        }
    }
}
