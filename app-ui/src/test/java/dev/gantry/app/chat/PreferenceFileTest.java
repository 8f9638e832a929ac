package dev.gantry.app.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.DatasetInspector;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.zoo.catalog.DatasetEntry;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferenceFileTest {
    private static final List<ChatMessage> PROMPT =
            List.of(new ChatMessage(Role.SYSTEM, "be brief"), new ChatMessage(Role.USER, "a \"quoted\"\nquestion"));

    @TempDir
    Path folder;

    private CatalogAccess catalog;
    private PreferenceFile file;

    @BeforeEach
    void open() {
        GantryHome home = new GantryHome(folder);
        catalog = new CatalogAccess(home, repair -> {});
        file = new PreferenceFile(home, catalog, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    private static List<PreferencePair> pair(String chosen, String rejected) {
        return List.of(new PreferencePair(PROMPT, chosen, rejected));
    }

    private List<DatasetEntry> datasets() {
        return catalog.call(open -> open.datasets().all());
    }

    @Test
    void rows_areReadAsPreferences_byTheDataCheck() throws IOException {
        file.replace("chat", 0, pair("good", "bad"));
        file.replace("chat", 4, pair("better", "worse"));

        var found = DatasetInspector.inspect(DataRequest.of(file.file()));
        assertThat(found.format()).isEqualTo(DataFormat.PREFERENCE);
        assertThat(found.report().rows()).isEqualTo(2);
        assertThat(found.report().firstFaults()).isEmpty();
        assertThat(datasets())
                .singleElement()
                .extracting(DatasetEntry::name, DatasetEntry::rows)
                .containsExactly("preferences", 2L);
    }

    @Test
    void aChangedVerdict_replacesItsRows_andNoVerdictRemovesThem() throws IOException {
        file.replace("chat", 0, pair("one", "two"));
        file.replace("other", 0, pair("x", "y"));
        assertThat(file.replace("chat", 0, pair("two", "one"))).isEqualTo(2);
        assertThat(Files.readString(file.file()))
                .doesNotContain("\"chosen\":[{\"role\":\"assistant\",\"content\":\"one\"");

        assertThat(file.replace("chat", 0, List.of())).isEqualTo(1);
        assertThat(file.replace("other", 0, List.of())).isZero();
        assertThat(datasets()).isEmpty();
    }

    @Test
    void withoutAnyRow_noFileIsMade() throws IOException {
        assertThat(file.replace("chat", 0, List.of())).isZero();
        assertThat(file.file()).doesNotExist();
    }
}
