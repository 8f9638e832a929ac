package dev.gantry.app.ui.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.FakeServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeViewModelTest {
    @TempDir
    Path home;

    private void run(String name, String state, long second) throws IOException {
        Path run = Files.createDirectories(home.resolve("runs").resolve(name));
        Files.writeString(run.resolve("config.json"), "{\"stage\":\"sft\",\"model\":\"starter\"}");
        Path events = run.resolve("events.jsonl");
        String t = "\"t\":\"2026-01-01T00:00:00Z\"";
        String metric = "{\"kind\":\"metric\"," + t + ",\"step\":9,\"loss\":1.5}\n";
        Files.writeString(
                events,
                "{\"kind\":\"state\"," + t + ",\"step\":0,\"state\":\"started\"}\n"
                        + metric.repeat(2000)
                        + "{\"kind\":\"state\"," + t + ",\"step\":9,\"state\":\"" + state + "\"}\n");
        Files.setLastModifiedTime(events, FileTime.from(Instant.ofEpochSecond(second)));
    }

    @Test
    void recentRuns_areTheNewestSix_withTheirStateInWords() throws IOException {
        for (int i = 1; i <= 7; i++) {
            run("run-" + i, i == 7 ? "failed" : "finished", 1000L * i);
        }
        try (FakeServices services = new FakeServices(home)) {
            HomeViewModel model = new HomeViewModel(services.services());
            model.refresh();

            assertThat(model.runs()).hasSize(6);
            assertThat(model.runs().getFirst())
                    .satisfies(run -> assertThat(run.name()).isEqualTo("run-7"))
                    .satisfies(run -> assertThat(run.words()).startsWith("Failed · "))
                    .satisfies(run -> assertThat(run.mark()).isEqualTo("bad"));
            assertThat(model.runs()).extracting(RecentRun::name).doesNotContain("run-1");
            assertThat(model.machineProperty().get()).contains("memory").contains("free on the disk");
            assertThat(services.failures).isEmpty();
        }
    }
}
