package dev.gantry.app.ui.runs;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.RunEvent.MemoryMap.Tier;
import java.util.Map;
import java.util.stream.Collectors;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.VBox;

/// One tier of memory: how much of it a run holds, and what for.
final class MemoryTile {
    private static final int OWNERS = 4;

    private MemoryTile() {}

    static Node of(Tier tier, Texts texts) {
        String key = "runs.tier." + tier.tier();
        Label name = new Label(texts.getOr(key, tier.tier()));
        name.getStyleClass().add("strong");
        Long budget = tier.budgetBytes();
        String held = texts.numbers().bytes(tier.heldBytes());
        Label amount = new Label(
                budget == null
                        ? texts.format("runs.held", held)
                        : texts.format("runs.held-of", held, texts.numbers().bytes(budget)));
        ProgressBar bar = new ProgressBar(budget == null || budget == 0 ? 0 : (double) tier.heldBytes() / budget);
        bar.setAccessibleText(name.getText() + ", " + amount.getText());
        bar.setFocusTraversable(false);
        bar.setVisible(budget != null);
        bar.setManaged(budget != null);
        Label owners = new Label(owners(tier, texts));
        owners.getStyleClass().addAll("small", "muted");
        owners.setWrapText(true);
        VBox tile = new VBox(name, amount, bar, owners);
        tile.getStyleClass().addAll("card", "memory-tile");
        return tile;
    }

    private static String owners(Tier tier, Texts texts) {
        return tier.ownerBytes().entrySet().stream()
                .filter(owner -> owner.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(OWNERS)
                .map(owner -> texts.word(owner.getKey()) + " " + texts.numbers().bytes(owner.getValue()))
                .collect(Collectors.joining(", "));
    }
}
