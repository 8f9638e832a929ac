package dev.gantry.app.ui.data;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.data.DataInspection;
import dev.gantry.lora.data.tokens.OverLong;
import java.util.List;
import java.util.Locale;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The histogram of lengths with its limit, what the limit does to how many rows, and the rule for rows over it.
final class LengthsView extends VBox {
    private final Texts texts;
    private final CheckViewModel model;
    private final HistogramChart chart = new HistogramChart();

    LengthsView(Texts texts, CheckViewModel model) {
        this.texts = texts;
        this.model = model;
        getStyleClass().add("lengths");
        chart.setId("data-histogram");
        chart.setAccessibleText(texts.get("data.limit"));
        chart.setAccessibleHelp(texts.get("data.limit.help"));
        Label effect = new Label();
        effect.setId("data-limit-effect");
        effect.setWrapText(true);
        effect.textProperty()
                .bind(Bindings.createStringBinding(
                        this::effect, chart.limitProperty(), model.overLongProperty(), model.inspectionProperty()));
        Segments<OverLong> rule = new Segments<>(
                "data-over-long",
                model.overLongProperty(),
                List.of(OverLong.values()),
                value -> texts.get("data.over-long." + value.name().toLowerCase(Locale.ROOT)));
        rule.setHelp(texts.get("data.over-long.help"));
        Button usual = new Button(texts.get("data.limit.usual"));
        usual.getStyleClass().add("quiet");
        usual.setOnAction(event -> suggested());
        usual.visibleProperty().bind(model.maxTokensProperty().isNotEqualTo(0));
        Label over = new Label(texts.get("data.over-long"));
        over.getStyleClass().addAll("small", "muted");
        getChildren().addAll(chart, effect, over, rule, usual);
        model.inspectionProperty().subscribe(this::show);
        chart.limitProperty().subscribe((before, now) -> take(now.intValue()));
    }

    private void show(@Nullable DataInspection found) {
        if (found == null || found.tokens() == null) {
            return;
        }
        DataInspection.TokenView tokens = found.tokens();
        int chosen = model.maxTokensProperty().get();
        int shown = chosen == 0 ? tokens.suggestedMaxTokens() : chosen;
        chart.show(tokens.histogram(), Integer.MAX_VALUE);
        chart.limitProperty().set(shown);
    }

    private void suggested() {
        DataInspection found = model.inspectionProperty().get();
        if (found != null && found.tokens() != null) {
            chart.limitProperty().set(found.tokens().suggestedMaxTokens());
        }
    }

    private void take(int limit) {
        DataInspection found = model.inspectionProperty().get();
        if (found != null && found.tokens() != null) {
            model.maxTokensProperty().set(limit == found.tokens().suggestedMaxTokens() ? 0 : limit);
        }
    }

    private String effect() {
        DataInspection found = model.inspectionProperty().get();
        int limit = chart.limitProperty().get();
        if (found == null || found.tokens() == null) {
            return "";
        }
        if (SplitNumbers.isRunningText(found)) {
            return texts.format("data.limit.pieces", limit);
        }
        long over = SplitNumbers.rowsTooLong(found.tokens(), limit);
        if (over == 0) {
            return texts.format("data.limit.all", limit);
        }
        String key = model.overLongProperty().get() == OverLong.DROP ? "data.limit.dropped" : "data.limit.cut";
        double share = over / (double) Math.max(1, found.tokens().histogram().rows());
        return texts.format(key, limit, over, texts.numbers().decimal(100 * share, 1));
    }
}
