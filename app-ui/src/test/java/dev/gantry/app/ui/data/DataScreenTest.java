package dev.gantry.app.ui.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.Destination;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Drives the real window.
class DataScreenTest {
    @TempDir
    Path home;

    @Test
    void badRows_areSeenByLine_skipped_andTheDataIsReadyToLearnFrom() throws Exception {
        Path rows = home.resolve("rows.jsonl");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            text.append("{\"prompt\":\"How are you, ").append(i).append("?\",\"completion\":\"Fine, thank you.\"}\n");
            text.append(i == 40 ? "{\"prompt\": broken}\n" : "");
        }
        Files.writeString(rows, text);
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window.go(new Destination.CheckData(rows));
                return true;
            });
            open.settle();
            open.robot.clickOn("#next");
            open.robot.clickOn("#next");
            open.settle();
            open.until(
                    () -> !open.find("#data-faults", ListView.class).getItems().isEmpty());

            assertThat(open.find("#data-row", TextArea.class).getText()).isEqualTo("{\"prompt\": broken}");
            assertThat(open.find("#next", Button.class).isDisabled()).isTrue();
            OpenWindow.onWindow(() -> {
                open.find("#data-skip", CheckBox.class).requestFocus();
                return true;
            });
            open.robot.type(KeyCode.SPACE);
            open.settle();
            assertThat(open.find("#next", Button.class).isDisabled()).isFalse();

            // the limit by keyboard: three tokens less than the longest row
            HistogramChart chart = open.find("#data-histogram", HistogramChart.class);
            OpenWindow.onWindow(() -> {
                chart.requestFocus();
                chart.limitProperty().set(12);
                return true;
            });
            open.robot.type(KeyCode.LEFT);
            open.settle();
            assertThat(chart.limitProperty().get()).isEqualTo(11);
            assertThat(open.find("#data-limit-effect", Label.class).getText()).contains("longer than 11 tokens");
        }
    }
}
