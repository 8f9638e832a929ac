package dev.gantry.offload.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.TrainingCase.Trains;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What N ranks save, M ranks resume to the same bits; and nothing else than a whole checkpoint of this job is taken.
@Timeout(600)
class RankedCheckpointTest {
    private static final double CLIPS = 0.05;

    @TempDir
    Path temp;

    @ParameterizedTest
    @EnumSource(Trains.class)
    void everyNumberOfRanks_resumesWhatAnyOtherSaved(Trains trains) throws IOException {
        TrainingCase job = TrainingCase.of("gpt2", ComputeType.BF16, trains, 5, CLIPS);
        Outcome expected = Outcome.ofOneRank(job);
        ZeroStage[] stages = ZeroStage.values();
        for (int saving = 1; saving <= 4; saving++) {
            for (int resuming = 1; resuming <= 4; resuming++) {
                int stage = (saving + 2 * resuming) % stages.length;
                int other = (3 * saving + resuming) % stages.length;
                Path folder = Files.createDirectory(temp.resolve(saving + "-" + resuming));
                assertResumes(job, folder, saving, stages[stage], resuming, stages[other], expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void tensorsCutElsewhere_areReadFromAllFiles(ComputeType compute) throws IOException {
        TrainingCase job = TrainingCase.wide(compute, MatmulChoice.VECTOR);
        Outcome expected = Outcome.ofOneRank(job);
        int[][] changes = {{4, 3}, {3, 4}, {2, 3}, {4, 1}, {1, 4}};
        for (int[] change : changes) {
            Path folder = Files.createDirectory(temp.resolve(compute + "-" + change[0] + "-" + change[1]));
            assertResumes(job, folder, change[0], ZeroStage.PARAMETERS, change[1], ZeroStage.GRADIENTS, expected);
        }
    }

    private static void assertResumes(
            TrainingCase job,
            Path folder,
            int saving,
            ZeroStage stage,
            int resuming,
            ZeroStage other,
            Outcome expected) {
        List<String> results = new ArrayList<>();
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, Outcome.STEPS);
            try (RankedTraining before = Outcome.training(job, start, saving, stage)) {
                results.add(Outcome.step(before, start.steps().get(0), 0));
                results.add(Outcome.step(before, start.steps().get(1), 1));
                before.save(folder);
            }
        }
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, Outcome.STEPS);
            try (RankedTraining after = Outcome.training(job, start, resuming, other)) {
                after.resume(folder);
                assertThat(after.steps()).isEqualTo(2);
                results.add(Outcome.step(after, start.steps().get(2), 2));
                new Outcome(results, Outcome.tensors(after, start, arena)).assertSameAs(expected);
            }
        }
    }

    /// Saves a checkpoint of two ranks that the tests below spoil.
    private Path saved() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("saved"));
        try (TensorArena arena = new TensorArena()) {
            TrainingCase job = job();
            TrainingCase.Start start = job.start(arena, 1);
            try (RankedTraining training = Outcome.training(job, start, 2, ZeroStage.OPTIMIZER)) {
                training.take(start.steps().getFirst(), 0.01, 0);
                training.save(folder);
                assertThatThrownBy(() -> training.save(folder))
                        .isInstanceOf(GantryException.class)
                        .hasMessageContaining("it holds parts of another one");
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("rank-0-of-2.shard", "rank-1-of-2.shard");
        }
        return folder;
    }

    private static TrainingCase job() {
        return TrainingCase.of("llama-gqa", ComputeType.F32, Trains.EVERYTHING, 4, CLIPS);
    }

    private static void assertRefused(TrainingCase job, Path folder, String code, String why) {
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 1);
            try (RankedTraining training = Outcome.training(job, start, 3, ZeroStage.GRADIENTS)) {
                assertThatThrownBy(() -> training.resume(folder))
                        .isInstanceOfSatisfying(GantryException.class, failure -> {
                            assertThat(failure.code()).isEqualTo(code);
                            assertThat(failure.why()).contains(why);
                        });
            }
        }
    }

    @Test
    void emptyFolder_isRefused() {
        assertRefused(job(), temp, "CHECKPOINT-DAMAGED", "it holds no part of a checkpoint of ranks");
    }

    @Test
    void missingPart_isRefused() throws IOException {
        Path folder = saved();
        Files.delete(folder.resolve("rank-1-of-2.shard"));
        assertRefused(job(), folder, "CHECKPOINT-DAMAGED", "of 2 parts 1 are missing");
    }

    @Test
    void partsOfTwoCheckpoints_areRefused() throws IOException {
        Path folder = saved();
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job().start(arena, 1);
            Path other = Files.createDirectory(temp.resolve("other"));
            try (RankedTraining training = Outcome.training(job(), start, 2, ZeroStage.OPTIMIZER)) {
                training.save(other);
            }
            Files.delete(folder.resolve("rank-0-of-2.shard"));
            Files.move(other.resolve("rank-0-of-2.shard"), folder.resolve("rank-0-of-2.shard"));
        }
        assertRefused(job(), folder, "CHECKPOINT-DAMAGED", "parts of two checkpoints: of step 0");
    }

    @Test
    void truncatedPart_isRefused_whereverItEnds() throws IOException {
        Path folder = saved();
        Path part = folder.resolve("rank-1-of-2.shard");
        byte[] whole = Files.readAllBytes(part);
        for (int length : new int[] {0, 10, 19, 20, 100, 4096, whole.length - 4096}) {
            Files.write(part, Arrays.copyOf(whole, length));
            try (TensorArena arena = new TensorArena()) {
                TrainingCase.Start start = job().start(arena, 1);
                try (RankedTraining training = Outcome.training(job(), start, 2, ZeroStage.NONE)) {
                    assertThatThrownBy(() -> training.resume(folder))
                            .as("%d bytes", length)
                            .isInstanceOf(GantryException.class)
                            .hasMessageContaining("rank-1-of-2.shard");
                }
            }
        }
    }

    @Test
    void changedBytes_areRefused() throws IOException {
        Path folder = saved();
        Path part = folder.resolve("rank-0-of-2.shard");
        flip(part, 30);
        assertRefused(job(), folder, "CHECKPOINT-DAMAGED", "the list of what it holds is not what was written");
        flip(part, 30);
        flip(part, 2);
        assertRefused(job(), folder, "CHECKPOINT-DAMAGED", "it does not begin like a part of a checkpoint");
        flip(part, 2);
        flip(part, 11);
        assertRefused(job(), folder, "CHECKPOINT-DAMAGED", "its version is");
        flip(part, 11);
        long data = Files.size(part) - 4096;
        flip(part, data + 1);
        assertRefused(job(), folder, "CHECKPOINT-DAMAGED", "in it is not what was written");
        flip(part, data + 1);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job().start(arena, 1);
            try (RankedTraining training = Outcome.training(job(), start, 2, ZeroStage.NONE)) {
                training.resume(folder);
                assertThat(training.steps()).isEqualTo(1);
            }
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 0x40);
        }
    }

    @Test
    void checkpointOfAnotherJob_isRefused_andTrainingGoesOn() throws IOException {
        Path folder = saved();
        TrainingCase adapters = TrainingCase.of("llama-gqa", ComputeType.F32, Trains.ADAPTERS, 4, CLIPS);
        assertRefused(adapters, folder, "CHECKPOINT-OTHER", "it has no ");
        OptimizerSettings lars = new OptimizerSettings.Lars(0.9, 0.1, 0.001, 1e-8);
        assertRefused(job().with(lars), folder, "CHECKPOINT-OTHER", "it has no ");
        TrainingCase other = TrainingCase.of("gpt2", ComputeType.F32, Trains.EVERYTHING, 4, CLIPS);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = other.start(arena, 1);
            try (RankedTraining training = Outcome.training(other, start, 2, ZeroStage.NONE)) {
                assertThatThrownBy(() -> training.resume(folder)).isInstanceOf(GantryException.class);
                assertThat(training.take(start.steps().getFirst(), 0.01, 0).isFinite())
                        .isTrue();
            }
        }
    }

    @Test
    void folderThatIsNotThere_isSaid() {
        assertRefused(job(), temp.resolve("nowhere"), "CHECKPOINT-FOLDER", "nowhere");
    }
}
