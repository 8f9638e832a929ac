package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.catalog.GantryHome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        var outWriter = new PrintWriter(out);
        var errWriter = new PrintWriter(err);
        var progress = new TerminalProgress(errWriter, BarStyle.LINES, new CancelFlag(), System::nanoTime);
        var context = new CliContext(outWriter, errWriter, progress, new GantryHome(folder), new JsonOutput());
        return new GantryCli(context).execute(arguments);
    }

    @Test
    void help_listsTheCommands_whenNoneIsGiven() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("Usage: gantry").contains("doctor");
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
}
