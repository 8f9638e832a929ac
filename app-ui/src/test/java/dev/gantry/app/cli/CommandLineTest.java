package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.app.ui.models.TinyHub;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.ModelEntry;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
    @TempDir
    Path folder;

    private String input = "";
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return TestCommands.run(folder, input, out, err, arguments);
    }

    @Test
    void help_listsTheCommands_whenNoneIsGiven() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("Usage: gantry").contains("doctor");
    }

    @Test
    void everyCommand_isDocumented_andHelpsItself() throws IOException {
        run();
        String page = Files.readString(Path.of("../docs/cli.md"));
        var names = out.toString()
                .lines()
                .dropWhile(line -> !line.startsWith("Commands:"))
                .filter(line -> line.matches("  [a-z].*"))
                .map(line -> line.strip().replaceAll(" .*", ""))
                .toList();

        assertThat(names).contains("demo", "doctor", "import", "models", "rm", "data", "train", "chat", "export");
        for (String name : names) {
            assertThat(page).contains("`gantry " + name);
            assertThat(run(name, "--help")).isZero();
        }
    }

    @Test
    void download_checksAndImports_onlyFromTheHubItIsTold() throws IOException {
        Path far = folder.resolve("far");
        StarterModel.copyTo(far);
        try (TinyHub hub = new TinyHub(far)) {
            assertThat(run(
                            "download",
                            "owner/tiny",
                            "--endpoint",
                            hub.endpoint().toString()))
                    .isZero();
            assertThat(out.toString()).contains("owner/tiny at 0123456789ab").contains("imported as owner--tiny");
            assertThat(folder.resolve("models/owner--tiny/model.safetensors"))
                    .hasSameBinaryContentAs(far.resolve("model.safetensors"));
            assertThat(run(
                            "download",
                            "owner/other",
                            "--endpoint",
                            hub.endpoint().toString()))
                    .isEqualTo(3);
        }
        assertThat(err.toString()).contains("HUB-NOT-FOUND");
    }

    @Test
    void version_isTheOneOfTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("gantry \\d+\\.\\d+.*\\R");
    }

    @Test
    void unknownOption_isAUsageError_thatNamesTheHelp() {
        assertThat(run("doctor", "--jsn")).isEqualTo(2);
        assertThat(err.toString()).contains("--jsn").contains("--json").contains("gantry doctor --help");
    }

    @Test
    void unknownCommand_isAUsageError_withASuggestion() {
        assertThat(run("docter")).isEqualTo(2);
        assertThat(err.toString()).contains("docter").contains("doctor");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dta | there is no such command | did you mean data?",
                "data chek x.jsonl | there is no such command | did you mean check?",
                "data check | it needs FILE (the data file) | gantry data check --help",
                "export run --to merged | it needs --out DIR | gantry export --help",
                "export run --out | --out DIR needs a value | gantry export --help",
                "export run --out a --out b | --out DIR is given more than once | leave one",
                "bench trian | WHAT cannot be \"trian\": it is one of train, prefill, decode | did you mean train?",
                "chat starter --threads x | --threads N cannot be \"x\": it must be a whole number | --help",
                "chat starter --top-p all | --top-p P cannot be \"all\": it must be a number | --help",
                "rm one two | \"two\" is one argument too many: it takes only NAME | quotes",
                "models --jsom | it has no option --jsom | did you mean --json?",
                "chat starter --json | --json writes one answer | --prompt TEXT",
                "chat starter --prompt x --max-new-tokens 0 | must be at least 1 | leave it out",
            })
    void wrongUsage_saysWhatIsWrong_andWhatWasMeant(String typed, String why, String nextStep) {
        assertThat(run(typed.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(why).contains(nextStep);
    }

    @Test
    void wrongUsage_isJsonToo_whenJsonWasAsked() {
        assertThat(run("models", "--json", "extra")).isEqualTo(2);
        JsonNode error = new JsonMapper().readTree(out.toString()).path("error");
        assertThat(error.path("code").asString()).isEqualTo("USAGE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chat strater --prompt x | did you mean starter?",
                "chat my-modle --prompt x | did you mean my-model?",
                "data check rows.jsonl --model My-Mode | did you mean my-model?",
                "rm mymodel | did you mean my-model?",
                "export sft-20300101 --out x | did you mean sft-20300101-120000?",
                "resume sft-20300101-120001 | did you mean sft-20300101-120000?",
                "chat starter --adapter sft-20300101-12000 --prompt x | did you mean sft-20300101-120000?",
            })
    void unknownNames_bringUpNearOnes(String typed, String question) throws IOException {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"prompt\":\"a\",\"completion\":\"b\"}\n");
        Files.createDirectories(folder.resolve("runs/sft-20300101-120000"));
        try (var catalog = Catalog.open(new GantryHome(folder), Duration.ZERO)) {
            catalog.models().put(new ModelEntry("my-model", folder, "gpt2", 1_000, "f32", 4_000, Instant.EPOCH));
        }
        assertThat(run(typed.replace("rows.jsonl", rows.toString()).split(" "))).isEqualTo(3);
        assertThat(err.toString()).contains(question);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train FOLDER | it is a folder",
                "train FOLDER/none.json | there is no such file",
                "train FOLDER/empty | it is empty",
                "plan FOLDER/binary | it is not UTF-8 text",
                "conformance FOLDER/empty | it is not a folder",
                "starter FOLDER/empty | there is something of that name already",
                "chat FOLDER/empty --prompt x | it is a file",
                "resume FOLDER/empty | it is a file",
            })
    void wrongPaths_areBadInput_inPlainWords(String typed, String why) throws IOException {
        Files.writeString(folder.resolve("empty"), "");
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        assertThat(run(typed.replace("FOLDER", folder.toString()).split(" "))).isEqualTo(3);
        assertThat(err.toString()).contains("why:        ").contains(why);
    }

    @Test
    void doctor_describesTheMachine_asJson() {
        assertThat(run("doctor", "--json")).isZero();

        JsonNode report = new JsonMapper().readTree(out.toString());
        assertThat(report.path("cpu").path("logicalCores").asInt()).isPositive();
        assertThat(report.path("memory").path("totalBytes").asLong()).isGreaterThan(1L << 28);
        assertThat(report.path("rates").path("memoryReadBytesPerSecond").asLong())
                .isGreaterThan(100_000_000);
        assertThat(report.path("rates").path("diskWriteBytesPerSecond").asLong())
                .isPositive();
        assertThat(report.path("cuda").path("detail").asString()).isNotBlank();
        assertThat(folder).isEmptyDirectory();
    }

    private static Path shared(String path) {
        Path file = Path.of(System.getProperty("gantry.shared", "none")).resolve(path);
        assumeTrue(Files.exists(file), () -> "no shared data at " + file);
        return file;
    }

    @Test
    void import_saysWhatIsMissing_whenTheFolderHoldsNoModel() {
        assertThat(run("import", folder.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("config.json").contains("what to do: ");
    }

    @Test
    void errors_areJsonToo_whenJsonWasAsked() {
        assertThat(run("import", "--json", folder.resolve("nothing").toString()))
                .isEqualTo(3);

        JsonNode error = new JsonMapper().readTree(out.toString()).path("error");
        assertThat(error.path("code").asString()).isEqualTo("FILE-MISSING");
        assertThat(error.path("exitCode").asInt()).isEqualTo(3);
    }

    @Test
    void models_showsAMissingFolder_andRmForgetsIt() {
        Path gone = folder.resolve("gone");
        try (var catalog = Catalog.open(new GantryHome(folder), Duration.ZERO)) {
            catalog.models().put(new ModelEntry("old", gone, "gpt2", 1_000, "f32", 4_000, Instant.EPOCH));
        }
        assertThat(run("models")).isZero();
        assertThat(out.toString()).contains("old").contains("missing").contains(gone.toString());
        assertThat(run("chat", "old", "--prompt", "hi")).isEqualTo(3);
        assertThat(err.toString()).contains("no longer there").contains("gantry rm old");
        assertThat(run("rm", "old")).isZero();
        assertThat(run("rm", "old")).isEqualTo(3);
    }

    @Test
    void models_listsTheRuns_asTheirFoldersTellThem() throws IOException {
        Path run = Files.createDirectories(folder.resolve("runs/sft-1"));
        Files.writeString(run.resolve("config.json"), "{\"stage\":\"sft\",\"model\":\"starter\"}");
        Files.writeString(run.resolve("events.jsonl"), "{\"kind\":\"state\",\"step\":9,\"state\":\"stopped\"}\n");

        assertThat(run("models", "--json")).isZero();
        JsonNode listed = new JsonMapper().readTree(out.toString()).path("runs").path(0);
        assertThat(listed.path("id").asString()).isEqualTo("sft-1");
        assertThat(listed.path("state").asString()).isEqualTo("stopped");
    }

    @Test
    void dataCheck_listsFaultsByLine_andFails() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        Files.writeString(file, """
            {"instruction":"Say hi","output":"Hi"}
            {"instruction":"Say hi","output":
            {"instruction":"Say ho","output":"Ho"}
            """);
        assertThat(run("data", "check", file.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("alpaca")
                .contains("3 rows, 2 examples")
                .contains("rows.jsonl line 2");
    }

    @Test
    void dataCheck_passes_whenEveryRowIsGood() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        Files.writeString(file, "{\"prompt\":\"a\",\"completion\":\"b\"}\n");

        assertThat(run("data", "check", "--json", file.toString())).isZero();
        assertThat(new JsonMapper()
                        .readTree(out.toString())
                        .path("report")
                        .path("examples")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void bench_measuresAShape_givenByAConfigAlone() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, """
            {"model_type":"llama","vocab_size":100,"hidden_size":32,"intermediate_size":64,
             "num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2}
            """);
        for (String what : new String[] {"train", "prefill", "decode"}) {
            out.getBuffer().setLength(0);
            assertThat(run(
                            "bench",
                            what,
                            "--model",
                            config.toString(),
                            "--tokens",
                            "16",
                            "--rounds",
                            "2",
                            "--new-tokens",
                            "4",
                            "--threads",
                            "1",
                            "--json"))
                    .isZero();
            JsonNode result = new JsonMapper().readTree(out.toString());
            assertThat(result.path("what").asString()).isEqualTo(what);
            assertThat(result.path("bestTokensPerSecond").asDouble()).isPositive();
        }
    }

    @Test
    void benchOffload_countsWhatWasPlanned_andLeavesNoScratchFiles() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, """
                {"model_type":"llama","vocab_size":100,"hidden_size":64,"intermediate_size":128,
                 "num_hidden_layers":6,"num_attention_heads":4,"num_key_value_heads":2}
                """);
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assertThat(run(
                        "bench",
                        "offload",
                        "--model",
                        config.toString(),
                        "--device-memory",
                        "1MB",
                        "--host-memory",
                        "600kB",
                        "--disk-folder",
                        disk.toString(),
                        "--length",
                        "16",
                        "--micro-batches",
                        "2",
                        "--rounds",
                        "2",
                        "--threads",
                        "1",
                        "--json"))
                .as("%s", err)
                .isZero();
        JsonNode result = new JsonMapper().readTree(out.toString()).path("result");
        assertThat(result.path("layout").path("onDisk").asInt()).isPositive();
        for (String moved : new String[] {"blocks", "hostBytes", "diskBytes"}) {
            assertThat(result.path(moved).path("measured").asDouble())
                    .as(moved)
                    .isEqualTo(result.path(moved).path("predicted").asDouble());
        }
        assertThat(result.path("blocks").path("measured").asInt()).isPositive();
        assertThat(result.path("allocationsAfterFirstStep").asInt()).isZero();
        assertThat(disk).isEmptyDirectory();
    }

    @Test
    void bench_namesTheShapes_whenTheModelIsUnknown() {
        assertThat(run("bench", "train", "--model", "gpt5")).isEqualTo(2);
        assertThat(err.toString()).contains("gpt2-124m").contains("llama-160m");
    }

    @Test
    void conformance_passesAReferenceCase() {
        assertThat(run("conformance", shared("fixtures/llama_gqa").toString())).isZero();
        assertThat(out.toString()).contains("forward logits").contains(" 0 failed");
    }

    @Test
    void chat_answersTheSame_onceAndInAConversation() {
        String model = shared("data/gpt2-tinystories-chat-3m").toString();
        assertThat(run("chat", model, "--greedy", "--max-new-tokens", "12", "--prompt", "Hello!"))
                .isZero();
        String once = out.toString();
        out.getBuffer().setLength(0);
        input = "Hello!\n/quit\n";
        assertThat(run("chat", model, "--greedy", "--max-new-tokens", "12")).isZero();

        assertThat(once.strip()).isNotEmpty();
        assertThat(out.toString()).contains(once);
    }

    @Test
    void chat_forgetsOldTurns_ratherThanStop_whenTheContextIsFull() {
        String model = shared("data/gpt2-tinystories-chat-3m").toString();
        input = "Hello there, how are you today?\n".repeat(6);

        assertThat(run("chat", model, "--greedy", "--max-new-tokens", "8", "--context", "48"))
                .isZero();
        assertThat(out.toString().lines().filter(line -> line.contains("tokens/s]")))
                .hasSize(6);
    }
}
