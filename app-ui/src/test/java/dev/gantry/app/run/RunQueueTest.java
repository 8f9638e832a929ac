package dev.gantry.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The queue's file, while this very process stands for a trainer, so that nothing is started.
class RunQueueTest {
    private static final Logger LOGGER = Logger.getLogger(RunQueue.class.getName());
    private static final int CHANGES = 60;

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord told) {
            warnings.add(told.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @SuppressWarnings("NullAway.Init") // set before each test
    private Runs runs;

    @SuppressWarnings("NullAway.Init")
    private RunQueue queue;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void fillTheQueue() throws IOException {
        LOGGER.addHandler(collector);
        LOGGER.setUseParentHandlers(false);
        TinyRuns tiny = new TinyRuns(folder);
        runs = tiny.runs();
        file = runs.home().folder().resolve("queue.json");
        TrainerMark.announce(runs.create(tiny.config(1), "training"), ProcessHandle.current());
        queue = new RunQueue(runs);
        assertThat(queue.submit(runs.create(tiny.config(1), "first"))).isEmpty();
        assertThat(queue.submit(runs.create(tiny.config(1), "second"))).isEmpty();
    }

    @AfterEach
    void letWarningsBeSeenAgain() {
        LOGGER.removeHandler(collector);
        LOGGER.setUseParentHandlers(true);
    }

    private Path run(String name) {
        return runs.home().runs().resolve(name);
    }

    @Test
    void file_isWholeAtEveryMoment_forWhoeverReadsIt() throws Exception {
        AtomicBoolean changed = new AtomicBoolean();
        CompletableFuture<List<List<String>>> reader = CompletableFuture.supplyAsync(() -> {
            List<List<String>> seen = new ArrayList<>();
            do {
                seen.add(read());
            } while (!changed.get());
            return seen;
        });
        for (int change = 0; change < CHANGES; change++) {
            queue.move(run("second"), change % 2 == 0 ? -1 : 1);
        }
        changed.set(true);

        assertThat(reader.get())
                .isNotEmpty()
                .allSatisfy(names -> assertThat(names).containsExactlyInAnyOrder("first", "second"));
        assertThat(queue.waiting()).containsExactly(run("first"), run("second"));
        assertThat(warnings).isEmpty();
    }

    private List<String> read() {
        try {
            return RunJson.LINES
                    .readValue(Files.readAllBytes(file), RunQueue.Saved.class)
                    .waiting();
        } catch (IOException e) {
            throw new AssertionError("there was a moment without the file", e);
        }
    }

    @Test
    void whatAKillLeftHalfWritten_isNotRead_andReplacedByTheNextChange() throws IOException {
        Path half = DurableFiles.temporary(file);
        Files.writeString(half, "{\"waiting\":[\"sec");

        assertThat(new RunQueue(runs).waiting()).containsExactly(run("first"), run("second"));
        queue.move(run("second"), -1);
        assertThat(queue.waiting()).containsExactly(run("second"), run("first"));
        assertThat(half).doesNotExist();
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "{\"waiting\":[null]}", "{\"waiting\":[\"first\""})
    void damagedFile_isPutAside_andToldOnce(String damaged) throws IOException {
        Files.writeString(file, damaged);

        assertThat(queue.waiting()).isEmpty();
        assertThat(queue.waiting()).isEmpty();
        assertThat(warnings).hasSize(1).first().asString().contains("queue-damaged.json");
        assertThat(file.resolveSibling("queue-damaged.json")).hasContent(damaged);
        assertThat(queue.submit(run("first"))).isEmpty();
        assertThat(new RunQueue(runs).waiting()).containsExactly(run("first"));
    }
}
