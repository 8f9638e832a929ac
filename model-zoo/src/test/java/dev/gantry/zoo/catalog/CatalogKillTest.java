package dev.gantry.zoo.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kills a writing process as hard as the system can and looks for every row it said was written.
@Timeout(120)
class CatalogKillTest {
    @TempDir
    Path folder;

    @Test
    void everyAcknowledgedRow_isThere_afterKill() throws Exception {
        long seed = Long.getLong("gantry.seed", System.nanoTime());
        System.out.println("everyAcknowledgedRow_isThere_afterKill: -Dgantry.seed=" + seed);
        var random = new Random(seed);
        for (int kill = 0; kill < 3; kill++) {
            int last = writeAndKill(5 + random.nextInt(60));
            try (var catalog = Catalog.open(new GantryHome(folder), Duration.ofSeconds(20))) {
                var models =
                        catalog.models().all().stream().map(ModelEntry::name).collect(Collectors.toSet());
                var steps = catalog.metrics().of("run", "loss").stream()
                        .map(MetricPoint::step)
                        .collect(Collectors.toSet());
                for (int i = 0; i <= last; i++) {
                    assertThat(i % 2 == 0 ? models.contains("m" + i) : steps.contains((long) i))
                            .as("row %d of %d after kill %d", i, last, kill)
                            .isTrue();
                }
                assertThat(catalog.repair()).isEmpty();
            }
        }
    }

    private int writeAndKill(int rows) throws IOException, InterruptedException {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CatalogWriter.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader()) {
            String line = "";
            for (int i = 0; i < rows; i++) {
                line = lines.readLine();
                assertThat(line).as("the writer ended by itself").isNotNull();
            }
            // through the handle, which leaves the pipe open to be read to its end
            child.toHandle().destroyForcibly();
            // rows that were told of before the kill arrived count as well
            int last = Integer.parseInt(line);
            for (String more = lines.readLine(); more != null; more = lines.readLine()) {
                last = more.equals(Integer.toString(last + 1)) ? last + 1 : last;
            }
            return last;
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
