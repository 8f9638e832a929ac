package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
        return TestCommands.run(folder.resolve("home"), "", out, err, arguments);
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

    @ParameterizedTest
    @ValueSource(strings = {"prefill", "decode"})
    void bench_countsWhatStreams_withinItsBudgets(String what) throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"model_type":"llama","vocab_size":100,"hidden_size":64,"intermediate_size":128,
                 "num_hidden_layers":12,"num_attention_heads":4,"num_key_value_heads":2}
                """);
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String[] arguments = {
            "bench",
            what,
            "--model",
            config.toString(),
            "--tokens",
            "16",
            "--new-tokens",
            "4",
            "--rounds",
            "2",
            "--threads",
            "1",
            "--device-memory",
            "600kB",
            "--host-memory",
            "500kB",
            "--json"
        };
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains("BENCH-NO-DISK").contains("--disk-folder");
        String[] withDisk = Arrays.copyOf(arguments, arguments.length + 2);
        withDisk[arguments.length] = "--disk-folder";
        withDisk[arguments.length + 1] = disk.toString();
        assertThat(run(withDisk)).as(err::toString).isZero();
        assertThat(json().path("bestTokensPerSecond").asDouble()).isPositive();
        JsonNode streaming = json().path("streaming");
        assertThat(streaming.path("onDisk").asInt()).isPositive();
        assertThat(streaming.path("blocks").asDouble()).isPositive();
        assertThat(streaming.path("diskBytes").asDouble()).isPositive();
        assertThat(streaming.path("devicePeakBytes").asLong()).isBetween(1L, 600_000L);
        assertThat(streaming.path("hostPeakBytes").asLong()).isBetween(1L, 500_000L);
        assertThat(disk).isEmptyDirectory();
    }

    @Test
    void benchTrain_hasNoLimits() {
        assertThat(run("bench", "train", "--device-memory", "1MB")).isEqualTo(2);
        assertThat(err.toString()).contains("gantry bench offload");
    }

    @Test
    void conformance_passesAReferenceCase_withinItsBudgets() {
        Path cases = Path.of(System.getProperty("gantry.shared", "nowhere"), "fixtures", "gpt2");
        assumeTrue(Files.isDirectory(cases), "the reference cases are not beside this project");
        String[] arguments = {
            "conformance", cases.toString(), "--device-memory", "1.8MB", "--host-memory", "3MB", "--json"
        };
        assertThat(run(arguments)).as(out::toString).isZero();
        assertThat(json().path("failed").asInt()).isZero();
        assertThat(json().path("passed").asInt()).isGreaterThan(10);
        assertThat(json().path("memory").path("devicePeakBytes").asLong()).isBetween(1L, 1_800_000L);
        assertThat(json().path("memory").path("hostPeakBytes").asLong()).isBetween(1L, 3_000_000L);
    }
}
