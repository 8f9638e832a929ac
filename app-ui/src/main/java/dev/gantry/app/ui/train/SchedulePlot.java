package dev.gantry.app.ui.train;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.config.ResolvedSettings;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;
import javafx.scene.shape.Polyline;
import org.jspecify.annotations.Nullable;

/// The learning rate over the steps of a run.
final class SchedulePlot extends Region {
    private static final int POINTS = 120;
    private static final double MARGIN = 4;

    private final Texts texts;
    private final Polyline curve = new Polyline();
    private final Label highest = new Label();
    private final Label last = new Label();
    private @Nullable RunPlan plan;

    SchedulePlot(Texts texts) {
        this.texts = texts;
        getStyleClass().add("schedule-plot");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        curve.getStyleClass().add("curve");
        curve.setManaged(false);
        highest.getStyleClass().addAll("small", "muted");
        last.getStyleClass().addAll("small", "muted");
        getChildren().addAll(curve, highest, last);
    }

    void show(@Nullable RunPlan shown) {
        plan = shown;
        if (shown != null) {
            double rate = new ResolvedSettings(shown.config()).loopPlan().learningRate();
            highest.setText(texts.format("train.plot.rate", SettingText.decimal(rate)));
            last.setText(texts.format("train.plot.steps", shown.steps()));
            setAccessibleText(texts.format("train.plot", SettingText.decimal(rate), shown.steps()));
        }
        requestLayout();
    }

    @Override
    protected void layoutChildren() {
        curve.getPoints().clear();
        RunPlan shown = plan;
        double below = last.prefHeight(Control.USE_COMPUTED_SIZE);
        highest.autosize();
        highest.relocate(MARGIN, 0);
        last.autosize();
        last.relocate(getWidth() - last.getWidth() - MARGIN, getHeight() - below);
        if (shown == null) {
            return;
        }
        Schedule schedule = new ResolvedSettings(shown.config()).loopPlan().schedule();
        double height = getHeight() - 2 * below - MARGIN;
        for (int i = 0; i <= POINTS; i++) {
            double share = i / (double) POINTS;
            double factor = schedule.factor(Math.round(share * shown.steps()));
            curve.getPoints()
                    .addAll(MARGIN + share * (getWidth() - 2 * MARGIN), below + MARGIN + height * (1 - factor));
        }
    }
}
