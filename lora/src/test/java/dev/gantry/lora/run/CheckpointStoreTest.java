package dev.gantry.lora.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    @TempDir
    private Path run;

    private static TrainerState state(long step, TrainerState.Best best) {
        return new TrainerState(TrainerState.FORMAT, step, 0, step, 42, 0, 0, 0, 0, null, best, null);
    }

    private Checkpoint save(long step, TrainerState.Best best) throws IOException {
        return new CheckpointStore(run)
                .save(state(step, best), 2, folder -> Files.writeString(folder.resolve("x"), "step " + step));
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> inside = Files.list(run.resolve("checkpoints"))) {
            return inside.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void save_keepsTheNewest_andTheBest() throws IOException {
        TrainerState.Best second = new TrainerState.Best(1.0, 2, 0);
        save(1, new TrainerState.Best(2.0, 1, 0));
        save(2, second);
        save(3, second);
        save(4, second);
        save(5, second);
        assertThat(folders()).containsExactly("step-000002", "step-000004", "step-000005");
        CheckpointStore store = new CheckpointStore(run);
        assertThat(store.best().orElseThrow().state().step()).isEqualTo(2);
        assertThat(store.newest().orElseThrow().state().step()).isEqualTo(5);
        assertThat(run.resolve("last")).hasContent("step-000005");
        assertThat(run.resolve("best")).hasContent("step-000002");
    }

    @Test
    void best_isTheNewest_whenNothingWasEvaluated() throws IOException {
        save(1, TrainerState.Best.NONE);
        save(2, TrainerState.Best.NONE);
        assertThat(new CheckpointStore(run).best().orElseThrow().name()).isEqualTo("step-000002");
    }

    @Test
    void save_leavesTheOldCheckpointAlone_whenWritingFails() throws IOException {
        save(1, TrainerState.Best.NONE);
        assertThatThrownBy(() -> new CheckpointStore(run).save(state(2, TrainerState.Best.NONE), 1, folder -> {
                    Files.writeString(folder.resolve("half"), "written");
                    throw new IOException("No space left on device");
                }))
                .hasMessageContaining("No space left");
        CheckpointStore store = new CheckpointStore(run);
        assertThat(store.newest().orElseThrow().state().step()).isEqualTo(1);
        store.deleteLeftovers();
        assertThat(folders()).containsExactly("step-000001");
    }

    @Test
    void newest_isRefused_whenItsStateIsDamaged() throws IOException {
        Checkpoint saved = save(1, TrainerState.Best.NONE);
        Files.writeString(saved.folder().resolve(Checkpoint.STATE_FILE), "{\"format\":");
        assertThatThrownBy(() -> new CheckpointStore(run).newest())
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("step-000001");
    }

    @Test
    void newest_isEmpty_beforeTheFirst() throws IOException {
        assertThat(new CheckpointStore(run).newest()).isEmpty();
        assertThat(new CheckpointStore(run).best()).isEmpty();
    }

    @Test
    void runFolder_isHeldByOneTrainerAtATime() throws IOException {
        try (RunFolder first = RunFolder.create(run.resolve("a"))) {
            assertThatThrownBy(() -> RunFolder.create(first.path())).hasMessageContaining("another process");
        }
        assertThatThrownBy(() -> RunFolder.open(run.resolve("b"))).hasMessageContaining("config.json");
    }
}
