package dev.gantry.zoo.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
    @TempDir
    Path folder;

    private GantryHome home;

    @BeforeEach
    void chooseHome() {
        home = new GantryHome(folder.resolve("a home with spaces"));
    }

    private Catalog open() {
        return Catalog.open(home, Duration.ZERO);
    }

    @Test
    void entries_areThere_afterReopening() {
        var model = Entries.model("tiny");
        var adapter = new AdapterEntry("pirate", Path.of("/a"), "tiny", 8, Instant.ofEpochMilli(5));
        var dataset = new DatasetEntry("manual", Path.of("/d.jsonl"), "messages", 300, Instant.ofEpochMilli(6));
        try (var catalog = open()) {
            catalog.models().put(model);
            catalog.adapters().put(adapter);
            catalog.datasets().put(dataset);
            catalog.metrics().add("r1", List.of(new MetricPoint(2, "loss", 1.5), new MetricPoint(1, "loss", 2.5)));
        }
        try (var catalog = open()) {
            assertThat(catalog.models().all()).containsExactly(model);
            assertThat(catalog.adapters().find("pirate")).contains(adapter);
            assertThat(catalog.datasets().all()).containsExactly(dataset);
            assertThat(catalog.metrics().of("r1", "loss"))
                    .containsExactly(new MetricPoint(1, "loss", 2.5), new MetricPoint(2, "loss", 1.5));
            assertThat(catalog.repair()).isEmpty();
        }
    }

    @Test
    void put_replacesTheEntryOfTheSameName() {
        try (var catalog = open()) {
            catalog.models().put(Entries.model("tiny"));
            var moved = new ModelEntry("tiny", Path.of("/else"), "gpt2", 5, "f32", 20, Instant.ofEpochMilli(9));
            catalog.models().put(moved);

            assertThat(catalog.models().all()).containsExactly(moved);
        }
    }

    @Test
    void remove_forgetsOneEntry_andSaysWhetherThereWasOne() {
        try (var catalog = open()) {
            catalog.models().put(Entries.model("one"));
            catalog.models().put(Entries.model("two"));

            assertThat(catalog.models().remove("one")).isTrue();
            assertThat(catalog.models().remove("one")).isFalse();
            assertThat(catalog.models().all()).containsExactly(Entries.model("two"));
        }
    }

    @Test
    void names_areData_whateverTheyContain() {
        String hostile = "x'; drop table models; -- \"\u6f22";
        try (var catalog = open()) {
            catalog.models().put(Entries.model("plain"));
            catalog.datasets().put(new DatasetEntry(hostile, Path.of("/d"), "text", 1, Instant.EPOCH));

            assertThat(catalog.datasets().find(hostile)).isPresent();
            assertThat(catalog.models().all()).hasSize(1);
        }
    }

    @Test
    void open_namesTheOtherProcess_whenTheCatalogIsInUse() {
        try (var catalog = open()) {
            catalog.models().put(Entries.model("tiny"));
            assertThatThrownBy(this::open).isInstanceOfSatisfying(GantryException.class, e -> {
                assertThat(e.code()).isEqualTo("CATALOG-IN-USE");
                assertThat(e.why())
                        .contains(Long.toString(ProcessHandle.current().pid()));
            });
            assertThat(catalog.models().all()).hasSize(1);
        }
    }

    @Test
    void interrupts_doNoHarm_whileWriting() throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        try (var catalog = open()) {
            var writer = Thread.ofPlatform().unstarted(() -> {
                for (int i = 0; i < 200; i++) {
                    catalog.models().put(Entries.model("m" + i));
                }
            });
            writer.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            writer.start();
            while (writer.isAlive()) {
                writer.interrupt();
                Thread.onSpinWait();
            }
            writer.join();

            assertThat(failure.get()).isNull();
            assertThat(catalog.models().all()).hasSize(200);
        }
    }

    @Test
    void interrupt_staysSet_forTheCaller() {
        try (var catalog = open()) {
            Thread.currentThread().interrupt();
            catalog.models().put(Entries.model("tiny"));

            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void open_rebuildsFromReferencesAndRuns_whenTheFileIsGarbage() throws IOException {
        try (var catalog = open()) {
            catalog.models().put(Entries.model("tiny"));
            catalog.models().put(Entries.model("other"));
        }
        writeRun("run-1", "{\"kind\":\"metric\",\"step\":1,\"loss\":2.5}\n");
        Files.writeString(home.catalog().resolve("catalog.mv.db"), "this is no database at all ".repeat(1000));

        try (var catalog = open()) {
            assertThat(catalog.models().all()).containsExactly(Entries.model("other"), Entries.model("tiny"));
            assertThat(catalog.metrics().of("run-1", "loss")).containsExactly(new MetricPoint(1, "loss", 2.5));
            assertThat(catalog.repair()).hasValueSatisfying(repair -> {
                assertThat(repair.models()).isEqualTo(2);
                assertThat(repair.runs()).isEqualTo(1);
                assertThat(repair.damagedFile()).exists();
            });
        }
        try (var catalog = open()) {
            assertThat(catalog.repair()).isEmpty();
        }
    }

    @Test
    void open_keepsTheReferences_whereverTheFileIsCut() throws IOException {
        try (var catalog = open()) {
            catalog.models().put(Entries.model("tiny"));
            catalog.models().put(Entries.model("other"));
        }
        Path file = home.catalog().resolve("catalog.mv.db");
        byte[] whole = Files.readAllBytes(file);
        for (int part = 1; part < 8; part++) {
            Files.write(file, Arrays.copyOf(whole, whole.length * part / 8));
            try (var catalog = open()) {
                assertThat(catalog.models().all()).as("cut at %d/8", part).hasSize(2);
            }
        }
    }

    @Test
    void open_keepsTheReferences_whenARebuildWasCutShort() throws IOException {
        try (var catalog = open()) {
            catalog.models().put(Entries.model("tiny"));
        }
        // as a kill leaves it: the new file is made, nothing is in it yet
        Files.delete(home.catalog().resolve("catalog.mv.db"));
        Files.writeString(home.catalog().resolve("catalog.rebuild"), "");

        try (var catalog = open()) {
            assertThat(catalog.models().all()).containsExactly(Entries.model("tiny"));
        }
        assertThat(home.catalog().resolve("catalog.rebuild")).doesNotExist();
    }

    @Test
    void open_startsEmpty_whenTheReferencesAreDamagedToo() throws IOException {
        try (var catalog = open()) {
            catalog.models().put(Entries.model("tiny"));
        }
        Files.delete(home.catalog().resolve("catalog.mv.db"));
        Files.writeString(home.catalog().resolve("references.json"), "{\"models\":[{");

        try (var catalog = open()) {
            assertThat(catalog.models().all()).isEmpty();
            assertThat(home.catalog().resolve("references-damaged.json")).exists();
        }
    }

    private void writeRun(String id, String events) throws IOException {
        Path run = Files.createDirectories(home.runs().resolve(id));
        Files.writeString(run.resolve("config.json"), "{\"stage\":\"sft\",\"model\":\"tiny\"}");
        Files.writeString(run.resolve("events.jsonl"), events);
    }
}
