package dev.gantry.app.preferences;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferenceStoreTest {
    @TempDir
    Path folder;

    private PreferenceStore open() {
        return PreferenceStore.open(folder.resolve("home/settings.json"), Runnable::run);
    }

    @Test
    void changes_areTold_andKept() {
        List<Preferences> heard = new ArrayList<>();
        PreferenceStore store = open();
        store.onChange(heard::add);
        store.change(now -> now.withTheme(ThemeChoice.DARK).withLanguage(Language.CHINESE));
        store.change(now -> now.withValue("chat.temperature", "0.7"));
        store.change(now -> now);

        assertThat(heard).hasSize(2);
        assertThat(open().current()).isEqualTo(heard.getLast());
        assertThat(open().current().value("chat.temperature", "1")).isEqualTo("0.7");
    }

    @Test
    void damagedOrForeignFile_isReadAsFarAsItMakesSense() throws IOException {
        Path file = folder.resolve("settings.json");
        Files.writeString(file, "{\"theme\": \"DARK\", \"textSizePercent\": 900, \"fromLater\": 1}");
        assertThat(PreferenceStore.open(file, Runnable::run).current())
                .isEqualTo(Preferences.DEFAULT.withTheme(ThemeChoice.DARK).withTextSizePercent(200));
        Files.writeString(file, "{");
        assertThat(PreferenceStore.open(file, Runnable::run).current()).isEqualTo(Preferences.DEFAULT);
    }

    @Test
    void systemLanguage_isTheDesktops_whenWeHaveIt() {
        assertThat(Language.SYSTEM.locale(Locale.TRADITIONAL_CHINESE)).isEqualTo(Locale.TRADITIONAL_CHINESE);
        assertThat(Language.SYSTEM.locale(Locale.ITALY)).isEqualTo(Locale.ENGLISH);
        assertThat(Language.ENGLISH.locale(Locale.UK)).isEqualTo(Locale.UK);
        assertThat(Language.CHINESE.locale(Locale.UK)).isEqualTo(Locale.CHINESE);
    }
}
