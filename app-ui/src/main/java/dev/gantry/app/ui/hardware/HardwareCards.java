package dev.gantry.app.ui.hardware;

import dev.gantry.app.machine.MachineParts;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Numbers;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.cuda.CudaReport;
import dev.gantry.engine.cuda.CudaTier;
import java.util.List;
import java.util.Locale;
import javafx.geometry.VPos;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// Fills the cards with what was found.
final class HardwareCards {
    private final Texts texts;
    private final Numbers numbers;

    HardwareCards(Texts texts) {
        this.texts = texts;
        this.numbers = texts.numbers();
    }

    void processor(GridPane grid, MachineParts parts) {
        grid.getChildren().clear();
        row(grid, "hardware.model", parts.cpu().model());
        row(grid, "hardware.cores", numbers.count(parts.cpu().logicalCores()));
        row(grid, "hardware.vectors", texts.sentence(parts.cpu().simd()));
        for (MachineReport.NativeLibrary library : parts.nativeLibraries()) {
            boolean loaded = library.state() == MachineReport.NativeLibrary.State.LOADED;
            Label value = row(
                    grid,
                    "hardware.products",
                    texts.format("hardware.products." + (loaded ? "found" : "missing"), library.name()));
            value.setGraphic(new IconView(loaded ? Icon.CHECK : Icon.WARNING));
            value.getStyleClass().add(loaded ? "good" : "warn");
            if (!loaded) {
                Label why = new Label(texts.sentence(library.detail()));
                why.getStyleClass().addAll("small", "muted");
                why.setWrapText(true);
                grid.add(why, 1, grid.getRowCount());
            }
        }
        row(grid, "hardware.java", parts.java().version());
        row(grid, "hardware.heap", numbers.bytes(parts.memory().maxHeapBytes()));
        row(grid, "hardware.system", parts.operatingSystem());
        row(grid, "hardware.architecture", parts.cpu().architecture());
    }

    private Label row(GridPane grid, String key, String value) {
        Label name = new Label(texts.get(key));
        name.getStyleClass().add("muted");
        name.setMinWidth(Region.USE_PREF_SIZE);
        GridPane.setValignment(name, VPos.TOP);
        Label shown = new Label(value);
        shown.setWrapText(true);
        grid.addRow(grid.getRowCount(), name, shown);
        return shown;
    }

    /// The parts that computing on a card takes, in the order in which they depend on each other.
    void graphics(VBox card, MachineReport.Cuda cuda) {
        card.getChildren().clear();
        boolean driver = cuda.driverVersion() > 0;
        boolean some = !cuda.gpus().isEmpty();
        Label summary = new Label(texts.get(some ? "hardware.cuda.some" : "hardware.cuda.none"));
        summary.setWrapText(true);
        card.getChildren().add(summary);
        int version = cuda.driverVersion();
        card.getChildren()
                .add(piece(
                        driver,
                        texts.get("hardware.cuda.driver"),
                        driver
                                ? texts.format("hardware.cuda.driver.found", version / 1000 + "." + version % 1000 / 10)
                                : texts.get("hardware.cuda.driver.missing")));
        if (!driver || cuda.tier() == CudaTier.NONE) {
            card.getChildren().add(why(cuda.detail()));
        }
        for (MachineReport.Gpu gpu : cuda.gpus()) {
            card.getChildren()
                    .add(piece(
                            true,
                            gpu.device() + " " + gpu.name(),
                            texts.format(
                                    "hardware.cuda.card", numbers.bytes(gpu.memoryBytes()), gpu.computeCapability())));
        }
        if (!some) {
            card.getChildren()
                    .add(piece(false, texts.get("hardware.cuda.cards"), texts.get("hardware.cuda.cards.missing")));
        }
        cuda.libraries().stream().skip(1).forEach(library -> library(card, library)); // the driver is above
        card.getChildren()
                .add(piece(false, texts.get("hardware.cuda.backend"), texts.get("hardware.cuda.backend.missing")));
    }

    private void library(VBox card, MachineReport.CudaLibrary library) {
        boolean found = library.state() == CudaReport.State.FOUND;
        String purpose = texts.get("hardware.cuda.library." + library.name().toLowerCase(Locale.ROOT));
        card.getChildren()
                .add(piece(
                        found,
                        library.name(),
                        found
                                ? purpose + " " + texts.format("hardware.cuda.library.found", library.version())
                                : purpose));
        card.getChildren().add(why(library.detail()));
    }

    private Label why(String detail) {
        Label why = new Label(texts.sentence(detail));
        why.getStyleClass().addAll("muted", "small", "hardware-why");
        why.setWrapText(true);
        return why;
    }

    /// A missing part is neutral, not an error: everything works without a card.
    private HBox piece(boolean found, String name, String text) {
        IconView icon = new IconView(found ? Icon.CHECK : Icon.REMOVE);
        Label title = new Label(name);
        title.getStyleClass().add("strong");
        Label state = new Label(texts.get(found ? "hardware.found" : "hardware.missing"));
        state.getStyleClass().add("pill");
        if (found) {
            state.getStyleClass().add("good");
            icon.getStyleClass().add("good");
        }
        state.setMinWidth(Region.USE_PREF_SIZE);
        HBox head = new HBox(title, state);
        head.getStyleClass().add("hardware-piece-head");
        Label words = new Label(text);
        words.getStyleClass().add("muted");
        words.setWrapText(true);
        VBox body = new VBox(head, words);
        HBox.setHgrow(body, Priority.ALWAYS);
        HBox line = new HBox(icon, body);
        line.getStyleClass().add("hardware-piece");
        return line;
    }

    /// @param rates null while nothing was measured
    void tiers(VBox card, MachineParts parts, MachineReport.@Nullable Rates rates) {
        MachineReport.Memory memory = parts.memory();
        MachineReport.Disk disk = parts.disk();
        String memoryFree = texts.format(
                "hardware.free", numbers.bytes(memory.availableBytes()), numbers.bytes(memory.totalBytes()));
        String diskFree =
                texts.format("hardware.free", numbers.bytes(disk.freeBytes()), numbers.bytes(disk.totalBytes()));
        VBox device = tier("device", Icon.HARDWARE, memoryFree, -1, null);
        VBox host = tier(
                "host",
                Icon.MEMORY,
                memoryFree,
                1 - memory.availableBytes() / (double) memory.totalBytes(),
                rates == null ? null : perSecond(rates.memoryReadBytesPerSecond()));
        VBox store = tier(
                "disk",
                Icon.DISK,
                diskFree,
                1 - disk.freeBytes() / (double) disk.totalBytes(),
                rates == null ? null : perSecond(rates.diskReadBytesPerSecond()));
        Label folder = new Label(disk.folder());
        folder.getStyleClass().addAll("mono", "muted", "small");
        folder.setWrapText(true);
        store.getChildren().add(folder);
        card.getChildren().setAll(device, host, store);
    }

    private VBox tier(String key, Icon icon, String free, double used, @Nullable String rate) {
        Label name = new Label(texts.get("hardware.tier." + key), new IconView(icon));
        name.getStyleClass().add("strong");
        name.setMinWidth(Region.USE_PREF_SIZE);
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        Label amount = new Label(rate == null ? free : free + " · " + texts.format("hardware.reads", rate));
        amount.setWrapText(true);
        HBox head = new HBox(name, space, amount);
        head.getStyleClass().add("hardware-tier-head");
        VBox tier = new VBox(head);
        tier.getStyleClass().add("hardware-tier");
        if (used >= 0) {
            ProgressBar bar = new ProgressBar(used);
            bar.setMaxWidth(Double.MAX_VALUE);
            bar.setAccessibleText(name.getText() + ", " + free);
            tier.getChildren().add(bar);
        }
        Label help = new Label(texts.get("hardware.tier." + key + ".help"));
        help.getStyleClass().addAll("small", "muted");
        help.setWrapText(true);
        tier.getChildren().add(help);
        return tier;
    }

    void rates(GridPane grid, MachineReport.Rates rates) {
        row(grid, "hardware.rate.read", perSecond(rates.memoryReadBytesPerSecond()));
        row(grid, "hardware.rate.copy", perSecond(rates.memoryCopyBytesPerSecond()));
        row(
                grid,
                "hardware.rate.disk-read",
                perSecond(rates.diskReadBytesPerSecond()) + " · " + texts.word(rates.diskReadKind()));
        row(grid, "hardware.rate.disk-write", perSecond(rates.diskWriteBytesPerSecond()));
    }

    private String perSecond(long bytes) {
        return texts.format("hardware.per-second", numbers.bytes(bytes));
    }

    void speeds(GridPane grid, List<AnswerSpeed> speeds) {
        grid.getChildren().clear();
        for (AnswerSpeed speed : speeds) {
            Label size = new Label(texts.format(
                    "hardware.speed.model", numbers.parameters(speed.parameters()), numbers.bytes(speed.bytes())));
            size.setWrapText(true);
            boolean fast = speed.tokensPerSecond() >= 1;
            Label rate = new Label(
                    fast
                            ? texts.format("hardware.speed.tokens", numbers.decimal(speed.tokensPerSecond(), 1))
                            : texts.format("hardware.speed.seconds", numbers.decimal(1 / speed.tokensPerSecond(), 1)));
            rate.getStyleClass().add("strong");
            rate.setMinWidth(Region.USE_PREF_SIZE);
            Label from = new Label(texts.get(speed.fromMemory() ? "hardware.speed.memory" : "hardware.speed.disk"));
            from.getStyleClass().add("muted");
            from.setMinWidth(Region.USE_PREF_SIZE);
            grid.addRow(grid.getRowCount(), size, rate, from);
        }
    }
}
