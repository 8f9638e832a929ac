package dev.gantry.app.ui.train;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.plan.TierUse;
import java.util.Locale;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// The memory of one tier as a bar: who takes how much of what there is.
final class TierBar extends VBox {
    private static final int SERIES = 6;
    private static final double LEAST_SHARE = 0.004;

    private final Texts texts;

    TierBar(Texts texts, TierUse use) {
        this.texts = texts;
        getStyleClass().add("tier");
        String name = texts.get("train.tier." + use.tier().name().toLowerCase(Locale.ROOT));
        boolean limited = use.budgetBytes() != MemoryAccount.UNLIMITED;
        String amount = limited
                ? texts.format("train.tier.of", bytes(use.bytes()), bytes(use.budgetBytes()))
                : bytes(use.bytes());
        Label title = new Label(name);
        title.getStyleClass().add("strong");
        Label numbers = new Label(amount);
        numbers.getStyleClass().add(use.fits() ? "muted" : "bad");
        numbers.setMinWidth(USE_PREF_SIZE);
        title.setWrapText(true);
        HBox.setHgrow(title, Priority.ALWAYS);
        title.setMaxWidth(Double.MAX_VALUE);
        HBox head = new HBox(title, numbers);
        head.getStyleClass().add("tier-line");
        HBox bar = new HBox();
        bar.getStyleClass().add("tier-bar");
        if (!use.fits()) {
            bar.getStyleClass().add("over");
        }
        bar.setAccessibleRole(AccessibleRole.TEXT);
        bar.setAccessibleText(name + ", " + amount);
        getChildren().addAll(head, bar);
        long whole = limited ? Math.max(use.budgetBytes(), use.bytes()) : use.bytes();
        for (int i = 0; i < use.uses().size(); i++) {
            TierUse.Use part = use.uses().get(i);
            String series = "series-" + (i % SERIES + 1);
            double share = part.bytes() / (double) Math.max(1, whole);
            if (share >= LEAST_SHARE) {
                Region piece = new Region();
                piece.getStyleClass().addAll("piece", series);
                piece.prefWidthProperty().bind(bar.widthProperty().multiply(share));
                piece.setMinWidth(0);
                bar.getChildren().add(piece);
            }
            getChildren().add(line(part, series));
        }
    }

    private HBox line(TierUse.Use part, String series) {
        Region swatch = new Region();
        swatch.getStyleClass().addAll("swatch", series);
        String key = "train.use." + part.what().replaceAll("[^a-z]+", "-");
        Label what = new Label(texts.getOr(key, part.what()));
        what.getStyleClass().add("small");
        what.setWrapText(true);
        HBox.setHgrow(what, Priority.ALWAYS);
        what.setMaxWidth(Double.MAX_VALUE);
        Label bytes = new Label(bytes(part.bytes()));
        bytes.getStyleClass().addAll("small", "muted");
        bytes.setMinWidth(USE_PREF_SIZE);
        HBox line = new HBox(swatch, what, bytes);
        line.getStyleClass().add("tier-line");
        return line;
    }

    private String bytes(long bytes) {
        return texts.numbers().bytes(bytes);
    }
}
