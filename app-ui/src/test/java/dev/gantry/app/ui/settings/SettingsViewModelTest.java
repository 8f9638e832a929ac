package dev.gantry.app.ui.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.chat.ChatMemory;
import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.FakeServices;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsViewModelTest {
    @TempDir
    Path home;

    @Test
    void choices_holdAtOnce_andAreKept() {
        try (FakeServices services = new FakeServices(home)) {
            SettingsViewModel model = new SettingsViewModel(services.services());
            model.themeProperty().set(ThemeChoice.CONTRAST);
            model.languageProperty().set(Language.CHINESE);
            model.larger();

            var kept = PreferenceStore.open(home.resolve("settings.json"), Runnable::run)
                    .current();
            assertThat(kept.theme()).isEqualTo(ThemeChoice.CONTRAST);
            assertThat(kept.language()).isEqualTo(Language.CHINESE);
            assertThat(kept.textSizePercent()).isEqualTo(110);
        }
    }

    @Test
    void changesFromElsewhere_areShown_untilTheScreenIsClosed() {
        try (FakeServices services = new FakeServices(home)) {
            SettingsViewModel model = new SettingsViewModel(services.services());
            services.services().preferences().change(now -> now.withTheme(ThemeChoice.DARK));
            assertThat(model.themeProperty().get()).isEqualTo(ThemeChoice.DARK);
            model.close();
            services.services().preferences().change(now -> now.withTheme(ThemeChoice.LIGHT));
            assertThat(model.themeProperty().get()).isEqualTo(ThemeChoice.DARK);
        }
    }

    @Test
    void memoryForChats_isKeptAsItIsWritten_unlessItIsNoSize() {
        try (FakeServices services = new FakeServices(home)) {
            SettingsViewModel model = new SettingsViewModel(services.services());
            model.chatDeviceProperty().set("1.5 GB");
            model.chatHostProperty().set("plenty");
            assertThat(model.badSizeProperty().get()).isTrue();
            var kept = services.services().preferences();
            assertThat(kept.current().value(ChatMemory.DEVICE, "")).isEqualTo("1.5 GB");
            assertThat(kept.current().value(ChatMemory.HOST, "")).isEmpty();

            model.chatHostProperty().set("");
            model.chatDeviceProperty().set(" ");
            assertThat(model.badSizeProperty().get()).isFalse();
            assertThat(kept.current().values()).doesNotContainKey(ChatMemory.DEVICE);
        }
    }

    @Test
    void textSize_staysBetween90And200() {
        try (FakeServices services = new FakeServices(home)) {
            SettingsViewModel model = new SettingsViewModel(services.services());
            for (int i = 0; i < 15; i++) {
                model.larger();
            }
            assertThat(model.textSizePercentProperty().get()).isEqualTo(200);
            for (int i = 0; i < 15; i++) {
                model.smaller();
            }
            assertThat(model.textSizePercentProperty().get()).isEqualTo(90);
        }
    }

    @Test
    void details_areCopied_andTheHomeFolderOpened() {
        try (FakeServices services = new FakeServices(home)) {
            SettingsViewModel model = new SettingsViewModel(services.services());
            model.copyAbout();
            model.openHome();

            assertThat(services.host.copied).singleElement().asString().startsWith("Gantry ");
            assertThat(services.host.opened).containsExactly(home);
        }
    }
}
