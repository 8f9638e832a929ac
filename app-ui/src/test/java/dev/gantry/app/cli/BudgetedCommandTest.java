package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Commands held to `--device-memory` and `--host-memory`: the same outcome, within the budgets.
class BudgetedCommandTest {
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var errWriter = new PrintWriter(err);
        var context = new CliContext(
                new LineInput(new StringReader("")),
                new PrintWriter(out),
                errWriter,
                new TerminalProgress(errWriter, BarStyle.LINES, new CancelFlag(), System::nanoTime),
                new GantryHome(folder.resolve("home")),
                new JsonOutput());
        return new GantryCli(context).execute(arguments);
    }

    private JsonNode json() {
        return new JsonMapper().readTree(out.toString());
    }

    private Path trained() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            rows.append("{\"messages\":[{\"role\":\"user\",\"content\":\"What is number %d?\"},".formatted(i))
                    .append("{\"role\":\"assistant\",\"content\":\"Number %d is a good number.\"}]}\n".formatted(i));
        }
        Files.writeString(folder.resolve("rows.jsonl"), rows);
        Path config = Files.writeString(folder.resolve("lora.json"), """
                {"stage": "sft", "model": "starter", "data": {"path": "rows.jsonl"}, "duration": {"max_steps": 1},
                 "batch": {"effective_rows": 2, "micro_rows": 2}, "machine": {"threads": 1}}
                """);
        Path run = folder.resolve("run");
        assertThat(run("train", config.toString(), "--run", run.toString()))
                .as(err::toString)
                .isZero();
        return run;
    }

    @Test
    void export_writesTheSameModel_withinItsBudgets() throws IOException {
        String run = trained().toString();
        Path free = folder.resolve("free");
        Path tight = folder.resolve("tight");
        assertThat(run("export", run, "--out", free.toString(), "--json"))
                .as(err::toString)
                .isZero();
        JsonNode reload = json().path("reload");
        assertThat(run(
                        "export",
                        run,
                        "--out",
                        tight.toString(),
                        "--device-memory",
                        "13MB",
                        "--host-memory",
                        "2MB",
                        "--json"))
                .as(err::toString)
                .isZero();
        assertThat(tight.resolve(WEIGHTS)).hasSameBinaryContentAs(free.resolve(WEIGHTS));
        assertThat(json().path("reload")).isEqualTo(reload);
        assertThat(json().path("memory").path("devicePeakBytes").asLong()).isBetween(1L, 13_000_000L);
        assertThat(json().path("memory").path("hostPeakBytes").asLong()).isBetween(1L, 2_000_000L);
        Path refused = folder.resolve("refused");
        assertThat(run("export", run, "--out", refused.toString(), "--device-memory", "3MB"))
                .isEqualTo(4);
        assertThat(refused).doesNotExist();
        assertThat(err.toString()).contains("MEMORY-BUDGET").contains("at least");
    }
}
