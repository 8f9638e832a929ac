package dev.gantry.app.ui.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.ListView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyModelsTest {
    /// A hundred thousand for the figures in docs/performance.md, with -Dgantry.test.rows.
    private static final int ROWS = Integer.getInteger("gantry.test.rows", 3_000);

    private static final System.Logger LOG = System.getLogger(ManyModelsTest.class.getName());

    @TempDir
    private Path home;

    /// The list beside the catalog, from which it takes what it does not hold yet.
    private void manyModels() throws IOException {
        Path list = Files.createDirectories(home.resolve("catalog")).resolve("references.json");
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            out.write("{\"adapters\":[],\"datasets\":[],\"models\":[");
            for (int i = 0; i < ROWS; i++) {
                out.write((i == 0 ? "" : ",") + "{\"name\":\"model-" + i + "\",\"folder\":\"/models/" + i
                        + "\",\"family\":\"llama\",\"parameters\":" + (1_000_000L + i)
                        + ",\"dtype\":\"f32\",\"bytes\":4000000,\"imported\":\"2026-01-01T00:00:00Z\"}");
            }
            out.write("]}");
        }
    }

    private static void open(OpenWindow open, ListView<?> list, String what) {
        long asked = System.nanoTime();
        open.go(ScreenName.MODELS);
        open.until(() -> list.getItems().size() == ROWS);
        LOG.log(System.Logger.Level.INFO, "{0} rows, {1}: {2} ms", ROWS, what, (System.nanoTime() - asked) / 1e6);
    }

    @Test
    void manyModels_areListed_scrolled_andReadAgain_withoutKeepingTheWindow() throws IOException {
        manyModels();
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.MODELS);
            ListView<?> list = open.find("#list", ListView.class);
            open(open, list, "first time");
            open.go(ScreenName.HOME);
            open(open, list, "again");
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                for (int row : new int[] {ROWS - 1, ROWS / 2, 0}) {
                    OpenWindow.onWindow(() -> {
                        list.scrollTo(row);
                        list.getSelectionModel().clearAndSelect(row);
                        return true;
                    });
                    open.settle();
                }
                open.go(ScreenName.HOME);
                open(open, list, "watched");
                // drawing in software on a busy machine is not work of the screen
                assertThat(watchdog.blocks()).allMatch(block -> block.contains("waitForRenderingToComplete"));
            }
        }
    }
}
