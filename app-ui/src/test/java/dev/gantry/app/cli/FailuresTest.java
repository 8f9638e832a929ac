package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    @Test
    void print_saysWhatWhyAndWhatToDo_underItsCode() {
        var text = new StringWriter();
        var failure =
                GantryException.badInput("SHARD-MISSING", "cannot import /m", "b.safetensors is not there", "copy it");

        Failures.print(new PrintWriter(text), failure);

        assertThat(text.toString().lines())
                .containsExactly(
                        "error: cannot import /m",
                        "  why:        b.safetensors is not there",
                        "  what to do: copy it",
                        "  code:       SHARD-MISSING");
    }

    @ParameterizedTest
    @CsvSource({
        "FAILED_CHECK, 1",
        "USAGE, 2",
        "BAD_INPUT, 3",
        "ENVIRONMENT, 4",
        "CANCELLED, 130",
    })
    void exitCode_followsTheKind(GantryException.Kind kind, int exitCode) {
        assertThat(ExitCode.of(kind).value()).isEqualTo(exitCode);
    }

    @Test
    void explain_looksInsideUncheckedIo() {
        var missing = new UncheckedIOException(new NoSuchFileException("/data/x.jsonl"));

        assertThat(Failures.explain(missing)).hasValueSatisfying(failure -> {
            assertThat(failure.code()).isEqualTo("FILE-MISSING");
            assertThat(failure.what()).contains("/data/x.jsonl");
            assertThat(failure.kind()).isEqualTo(GantryException.Kind.BAD_INPUT);
        });
    }

    @Test
    void explain_knowsAFullDisk() {
        var full = new FileSystemException("/runs/a", null, "No space left on device");

        assertThat(Failures.explain(full))
                .hasValueSatisfying(failure -> assertThat(failure.code()).isEqualTo("DISK-FULL"));
    }

    @Test
    void explain_knowsAFullDisk_fromTheMessageAlone() {
        assertThat(Failures.explain(new IOException("No space left on device")))
                .hasValueSatisfying(failure -> assertThat(failure.code()).isEqualTo("DISK-FULL"));
    }

    @Test
    void explain_namesTheMessage_whenTheInputFailureIsUnknown() {
        assertThat(Failures.explain(new IOException("checksum error on sda")))
                .hasValueSatisfying(failure -> assertThat(failure.why()).contains("checksum error on sda"));
    }

    @Test
    void explain_isEmpty_forADefect() {
        assertThat(Failures.explain(new IllegalStateException("bug"))).isEmpty();
    }
}
