package dev.gantry.zoo.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunIndexTest {
    @TempDir
    Path folder;

    @Test
    void refreshRuns_readsOnlyWhatIsNew_andWaitsForAHalfWrittenLine() throws IOException {
        var home = new GantryHome(folder);
        Path run = Files.createDirectories(home.runs().resolve("r"));
        Path events = run.resolve("events.jsonl");
        Files.writeString(run.resolve("config.json"), "{\"stage\":\"sft\",\"model\":\"starter\"}");
        Files.writeString(events, """
                {"t":1,"kind":"state","state":"running"}
                {"t":2,"step":1,"kind":"metric","loss":2.5,"tokens_per_s":100}
                not json
                {"t":3,"step":2,"kind":"met""");
        try (var catalog = Catalog.open(home, Duration.ZERO)) {
            catalog.refreshRuns();
            assertThat(catalog.metrics().of("r", "loss")).containsExactly(new MetricPoint(1, "loss", 2.5));
            assertThat(catalog.metrics().names("r")).containsExactly("loss", "tokens_per_s");

            Files.writeString(
                    events,
                    "ric\",\"loss\":2.25}\n{\"kind\":\"state\",\"state\":\"finished\"}\n",
                    StandardOpenOption.APPEND);
            catalog.refreshRuns();
            assertThat(catalog.metrics().of("r", "loss"))
                    .containsExactly(new MetricPoint(1, "loss", 2.5), new MetricPoint(2, "loss", 2.25));
            assertThat(catalog.runs().find("r")).hasValueSatisfying(entry -> {
                assertThat(entry.state()).isEqualTo("finished");
                assertThat(entry.stage()).isEqualTo("sft");
                assertThat(entry.eventsReadBytes()).isEqualTo(events.toFile().length());
            });
        }
    }

    @Test
    void refreshRuns_forgetsARun_whenItsFolderIsGone() throws IOException {
        var home = new GantryHome(folder);
        Path run = Files.createDirectories(home.runs().resolve("r"));
        Files.writeString(run.resolve("config.json"), "{}");
        Files.writeString(run.resolve("events.jsonl"), "{\"kind\":\"metric\",\"step\":0,\"loss\":1}\n");
        try (var catalog = Catalog.open(home, Duration.ZERO)) {
            catalog.refreshRuns();
            assertThat(catalog.runs().all()).hasSize(1);

            Files.delete(run.resolve("config.json"));
            catalog.refreshRuns();
            assertThat(catalog.runs().all()).isEmpty();
            assertThat(catalog.metrics().names("r")).isEmpty();
        }
    }

    @Test
    void refreshRuns_readsALogAgain_whenItIsNoLongerTheOldOne() throws IOException {
        var home = new GantryHome(folder);
        Path run = Files.createDirectories(home.runs().resolve("r"));
        Files.writeString(run.resolve("config.json"), "{}");
        Path events = run.resolve("events.jsonl");
        Files.writeString(events, metric(1, 3.5) + metric(2, 2.5) + metric(3, 1.5));
        try (var catalog = Catalog.open(home, Duration.ZERO)) {
            catalog.refreshRuns();
            Files.writeString(
                    events, metric(1, 3.5) + metric(2, 2.25) + "{\"kind\":\"eval\",\"step\":2,\"eval_loss\":4}\n");
            catalog.refreshRuns();
            catalog.refreshRuns();

            assertThat(catalog.metrics().of("r", "loss")).contains(new MetricPoint(2, "loss", 2.25));
            assertThat(catalog.metrics().of("r", "eval_loss")).containsExactly(new MetricPoint(2, "eval_loss", 4));
        }
    }

    @Test
    void refreshRuns_dropsStepsThatAResumeTakesAgain() throws IOException {
        var home = new GantryHome(folder);
        Path run = Files.createDirectories(home.runs().resolve("r"));
        Files.writeString(run.resolve("config.json"), "{}");
        Path events = run.resolve("events.jsonl");
        Files.writeString(events, metric(1, 3.5) + metric(2, 2.5) + metric(3, 1.5));
        try (var catalog = Catalog.open(home, Duration.ZERO)) {
            catalog.refreshRuns();
            Files.writeString(
                    events,
                    "{\"kind\":\"state\",\"step\":1,\"state\":\"resumed\"}\n" + metric(2, 2.5),
                    StandardOpenOption.APPEND);
            catalog.refreshRuns();

            assertThat(catalog.metrics().of("r", "loss"))
                    .containsExactly(new MetricPoint(1, "loss", 3.5), new MetricPoint(2, "loss", 2.5));
        }
    }

    private static String metric(int step, double loss) {
        return "{\"kind\":\"metric\",\"step\":" + step + ",\"loss\":" + loss + "}\n";
    }
}
