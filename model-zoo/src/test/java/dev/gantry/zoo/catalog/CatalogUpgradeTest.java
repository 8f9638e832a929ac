package dev.gantry.zoo.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a new version of the program finds of an old one, and an old one of a new one.
class CatalogUpgradeTest {
    private static final ModelEntry MODEL = Entries.model("tiny");
    private static final AdapterEntry ADAPTER =
            new AdapterEntry("pirate", Path.of("/a"), "tiny", 8, Instant.ofEpochMilli(5));
    private static final DatasetEntry DATA =
            new DatasetEntry("manual", Path.of("/d.jsonl"), "messages", 300, Instant.ofEpochMilli(6));
    private static final ChatEntry CHAT =
            new ChatEntry("a", "Cranes", "tiny", 0, "{}", Instant.EPOCH, Instant.ofEpochMilli(7));
    private static final ChatMessageEntry MESSAGE = new ChatMessageEntry(0, -1, "user", "hello", "{}");

    @TempDir
    Path folder;

    private GantryHome home;

    @BeforeEach
    void writeWhatIsNoTable() throws IOException {
        home = new GantryHome(folder);
        Files.createDirectories(home.catalog());
        Files.writeString(folder.resolve("settings.json"), "{\"theme\":\"DARK\"}");
        Path run = Files.createDirectories(home.runs().resolve("run-1"));
        Files.writeString(run.resolve("config.json"), "{\"stage\":\"sft\",\"model\":\"tiny\"}");
        Files.writeString(run.resolve("events.jsonl"), "{\"kind\":\"metric\",\"step\":1,\"loss\":2.5}\n");
    }

    private interface Work {
        void run(Sql sql) throws SQLException;
    }

    /// The file as it lies there, without what this version would do to it.
    private void inFile(Work work) throws SQLException {
        String address = "jdbc:h2:async:" + home.catalog().resolve(Database.NAME) + ";WRITE_DELAY=0";
        try (var connection = DriverManager.getConnection(address, "sa", "")) {
            work.run(new Sql(connection));
        }
    }

    /// A catalog with something in every table, as the version that knew so many files of tables left it.
    private void writtenBy(int version) throws SQLException {
        inFile(sql -> {
            Migrations.apply(sql, Migrations.FILES.subList(0, version));
            EntryMapping.MODELS.addMissing(sql, List.of(MODEL));
            EntryMapping.ADAPTERS.addMissing(sql, List.of(ADAPTER));
            EntryMapping.DATASETS.addMissing(sql, List.of(DATA));
            sql.update("insert into metrics values ('run-0', 3, 'loss', 1.25)");
            if (version >= 2) {
                sql.update(
                        "insert into chats values ('a', 'Cranes', 'tiny', 0, '{}', ?, ?)",
                        CHAT.created(),
                        CHAT.changed());
                sql.update("insert into chat_messages values ('a', 0, -1, 'user', 'hello', '{}')");
            }
        });
    }

    static IntStream versions() {
        return IntStream.rangeClosed(1, Migrations.FILES.size());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void catalogOfEachVersion_isBroughtUpToDate_withAllThatIsInIt(int version) throws Exception {
        writtenBy(version);
        try (Catalog catalog = Catalog.open(home, Duration.ZERO)) {
            assertThat(catalog.repair()).isEmpty();
            assertThat(catalog.models().all()).containsExactly(MODEL);
            assertThat(catalog.adapters().all()).containsExactly(ADAPTER);
            assertThat(catalog.datasets().all()).containsExactly(DATA);
            assertThat(catalog.metrics().of("run-0", "loss")).containsExactly(new MetricPoint(3, "loss", 1.25));
            catalog.refreshRuns();
            assertThat(catalog.runs().all()).extracting(RunEntry::id).containsExactly("run-1");
            if (version < 2) {
                catalog.chats().put(CHAT, List.of(MESSAGE));
            }
            assertThat(catalog.chats().all()).containsExactly(CHAT);
            assertThat(catalog.chats().messages("a")).containsExactly(MESSAGE);
        }
        inFile(sql -> assertThat(sql.query("select version from schema_version order by version", row -> row.getInt(1)))
                .containsExactlyElementsOf(versions().boxed().toList()));
        assertThat(folder.resolve("settings.json")).hasContent("{\"theme\":\"DARK\"}");
        assertThat(home.runs().resolve("run-1/events.jsonl")).exists();
    }

    @Test
    void catalogOfANewerVersion_isRefused_saysWhy_andIsLeftAsItWas() throws Exception {
        int newer = Migrations.FILES.size() + 1;
        writtenBy(newer - 1);
        inFile(sql -> {
            sql.update("create table from_later (id int primary key)");
            sql.update("insert into from_later values (42)");
            sql.update("insert into schema_version values (?, 1, ?)", newer, Instant.EPOCH);
        });

        assertThatThrownBy(() -> Catalog.open(home, Duration.ZERO))
                .isInstanceOfSatisfying(GantryException.class, refused -> {
                    assertThat(refused.code()).isEqualTo("CATALOG-NEWER");
                    assertThat(refused.kind()).isEqualTo(GantryException.Kind.ENVIRONMENT);
                    assertThat(refused.why())
                            .isEqualTo("a newer version of Gantry made it (format %d, this one knows %d)"
                                    .formatted(newer, newer - 1));
                    assertThat(refused.nextStep()).contains("use the newer version", "GANTRY_HOME");
                });

        inFile(sql -> {
            assertThat(sql.query("select id from from_later", row -> row.getInt(1)))
                    .containsExactly(42);
            assertThat(sql.query("select name from models", row -> row.getString(1)))
                    .containsExactly("tiny");
        });
        try (var files = Files.list(home.catalog())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains("damaged") || name.contains("rebuild"));
        }
    }
}
