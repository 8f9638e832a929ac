package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Full fine-tuning from the command line, with values where `--placement` or the budgets put them.
class FullTrainingCommandTest {
    private static final String ON_DISK = "gradients=0/0,masters=0/0,moments=0/0";
    private static final Path MODEL = Path.of("checkpoints", "step-000002", "model", "model.safetensors");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return TestCommands.run(folder.resolve("home"), "", out, err, arguments);
    }

    private String config() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            rows.append("{\"messages\":[{\"role\":\"user\",\"content\":\"What is number %d?\"},".formatted(i))
                    .append("{\"role\":\"assistant\",\"content\":\"Number %d is a good number.\"}]}\n".formatted(i));
        }
        Files.writeString(folder.resolve("rows.jsonl"), rows);
        Path file = folder.resolve("full.json");
        Files.writeString(file, """
                {"stage": "full", "model": "starter", "data": {"path": "rows.jsonl"},
                 "batch": {"effective_rows": 4, "micro_rows": 2}, "duration": {"max_steps": 2},
                 "cadence": {"checkpoint_steps": 1, "keep_last": 1}, "machine": {"threads": 1}}
                """);
        return file.toString();
    }

    @Test
    void statesOnDiskTrainToTheBitsOfMemory_andMayComeBack() throws IOException {
        String config = config();
        Path free = folder.resolve("free");
        Path disk = folder.resolve("disk");
        assertThat(run("train", config, "--run", free.toString()))
                .as(err::toString)
                .isZero();
        assertThat(run("train", config, "--run", disk.toString(), "--placement", ON_DISK))
                .as(err::toString)
                .isZero();
        assertThat(disk.resolve(MODEL)).hasSameBinaryContentAs(free.resolve(MODEL));
        assertThat(disk.resolve("states")).isNotEmptyDirectory();
        assertThat(run("resume", disk.toString(), "--placement", "auto"))
                .as(err::toString)
                .isZero();
        assertThat(disk.resolve(MODEL)).hasSameBinaryContentAs(free.resolve(MODEL));
    }

    @Test
    void thePlanSaysWhatLivesWhere() throws IOException {
        String config = config();
        assertThat(run("plan", config, "--placement", ON_DISK))
                .as(err::toString)
                .isZero();
        assertThat(out.toString())
                .contains("moments  0 of ")
                .containsPattern("grads    \\d+ of \\d+ on the device, 0 in host memory, [1-9]\\d* on disk")
                .contains("disk     ")
                .contains("fits");
        assertThat(run("plan", config, "--device-memory", "200MB", "--host-memory", "200MB", "--json"))
                .as(err::toString)
                .isZero();
        JsonNode plan = new JsonMapper().readTree(out.toString());
        for (JsonNode tier : plan.path("memory").path("tiers")) {
            long bytes = 0;
            for (JsonNode use : tier.path("uses")) {
                bytes += use.path("bytes").asLong();
            }
            assertThat(bytes)
                    .isPositive()
                    .isLessThanOrEqualTo(tier.path("budgetBytes").asLong());
        }
    }

    @Test
    void impossiblePlacesAreRefusedWithAReason() throws IOException {
        String config = config();
        assertThat(run("plan", config, "--placement", "gradients=1/1")).isEqualTo(2);
        assertThat(err.toString()).contains("CONFIG-PLACEMENT").contains("more than the whole");
        assertThat(run("plan", config, "--placement", "blocks=0/1")).isEqualTo(2);
        assertThat(err.toString()).contains("no frozen blocks");
    }
}
