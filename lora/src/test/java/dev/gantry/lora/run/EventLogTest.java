package dev.gantry.lora.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    private static final RunEvent STARTED = new RunEvent.StateChange(Instant.EPOCH, 0, RunState.STARTED, null);
    private static final RunEvent STEP = new RunEvent.Metric(Instant.EPOCH, 1, 0.5, 2.25, 1.5, 1e-3, 64, 32, 100, 7);

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = folder.resolve(EventLog.FILE_NAME);
    }

    @Test
    void append_writesOneObjectALine_withUnitsInTheKeys() throws IOException {
        try (EventLog log = EventLog.open(file)) {
            log.append(STARTED);
            log.append(STEP);
        }
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"kind\":\"state\",\"t\":\"1970-01-01T00:00:00Z\",\"step\":0,\"state\":\"started\"}",
                        "{\"kind\":\"metric\",\"t\":\"1970-01-01T00:00:00Z\",\"step\":1,\"epoch\":0.5,\"loss\":2.25,"
                                + "\"grad_norm\":1.5,\"learning_rate\":0.001,\"tokens\":64,\"learned_tokens\":32,"
                                + "\"tokens_per_second\":100.0,\"remaining_seconds\":7.0}");
        assertThat(EventLog.read(file)).isEqualTo(List.of(STARTED, STEP));
    }

    @Test
    void read_leavesOutATornLastLine() throws IOException {
        try (EventLog log = EventLog.open(file)) {
            log.append(STARTED);
        }
        Files.writeString(file, "{\"kind\":\"metric\",\"t\":\"19", StandardOpenOption.APPEND);
        assertThat(EventLog.read(file)).isEqualTo(List.of(STARTED));
    }

    @Test
    void read_refusesABrokenLineInTheMiddle() throws IOException {
        Files.writeString(file, "nonsense\n{}\n");
        assertThatThrownBy(() -> EventLog.read(file)).hasMessageContaining("line 1");
    }

    @Test
    void open_cutsOffATornLastLine_soThatAppendingGoesOn() throws IOException {
        try (EventLog log = EventLog.open(file)) {
            log.append(STARTED);
        }
        Files.writeString(file, "{\"kind\":\"metric\",\"t\":\"19", StandardOpenOption.APPEND);
        try (EventLog log = EventLog.open(file)) {
            log.append(STEP);
        }
        assertThat(EventLog.read(file)).isEqualTo(List.of(STARTED, STEP));
    }

    @Test
    void current_leavesOutSteps_thatAResumeTakesAgain() throws IOException {
        RunEvent resumed = new RunEvent.StateChange(Instant.EPOCH, 1, RunState.RESUMED, "step-000001");
        try (EventLog log = EventLog.open(file)) {
            List.of(STARTED, STEP, step(2), step(3), resumed, step(2)).forEach(log::append);
        }
        assertThat(EventLog.current(file)).isEqualTo(List.of(STARTED, STEP, resumed, step(2)));
    }

    @Test
    void current_beginsAnew_whenARunWithoutCheckpointIsStartedAgain() throws IOException {
        try (EventLog log = EventLog.open(file)) {
            List.of(STARTED, STEP, step(2), STARTED, STEP).forEach(log::append);
        }
        assertThat(EventLog.current(file)).isEqualTo(List.of(STARTED, STEP));
    }

    private static RunEvent step(long step) {
        return new RunEvent.Metric(Instant.EPOCH, step, 0.5, 2.25, 1.5, 1e-3, 64, 32, 100, 7);
    }
}
