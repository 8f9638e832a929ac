package dev.gantry.app.ui.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.export.TinyAdapter;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.machine.MeasuredRates;
import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Export screen by robot.
class ExportScreenTest {
    @TempDir
    private Path folder;

    @Test
    void withoutARun_itSaysWhatToDo() {
        try (OpenWindow open = OpenWindow.on(folder.resolve("home"))) {
            open.go(ScreenName.EXPORT);
            open.untilItShows("Teach a model");
        }
    }

    @Test
    void anExport_isStartedByKey_leavesTheWindowFree_andEndsWithAReceipt() throws IOException {
        Path adapter = TinyAdapter.in(folder);
        Path home = folder.resolve("home");
        new MeasuredRates(Instant.EPOCH, new MachineReport.Rates(1 << 30, 1 << 30, 1 << 30, 1 << 30, "direct"))
                .keep(new GantryHome(home));
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window.go(new Destination.ExportRun(adapter));
                return true;
            });
            open.settle();
            open.untilItShows("There is room for it.", "GGUF file");
            assertThat(open.unnamed()).isEmpty();
            OpenWindow.onWindow(() -> {
                open.find("#export-merged").requestFocus();
                return true;
            });
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                open.robot.press(KeyCode.CONTROL).type(KeyCode.ENTER).release(KeyCode.CONTROL);
                open.until(() -> open.robot.lookup("#export-verdict").tryQuery().isPresent());
                open.settle();
                // building the receipt for the first time loads classes and styles
                assertThat(watchdog.blocks()).allMatch(block -> !block.contains("dev.gantry.lora"));
            }
            assertThat(open.find("#export-verdict", Label.class).getText()).startsWith("Exported. It loads");
            assertThat(open.unnamed()).isEmpty();
            assertThat(home.resolve("exports/tuned-merged/model.safetensors")).exists();
            OpenWindow.onWindow(() -> {
                open.find("#export-more", Button.class).fire();
                return true;
            });
            open.settle();
            assertThat(open.find("#export-start", Button.class).isDisabled()).isFalse();
        }
    }
}
