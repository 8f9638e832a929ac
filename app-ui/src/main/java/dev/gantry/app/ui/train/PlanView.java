package dev.gantry.app.ui.train;

import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;

/// What the run will take: always beside the form.
final class PlanView extends VBox {
    private final Services services;
    private final Texts texts;
    private final TrainViewModel model;
    private final PlanViewModel plan;
    private final VBox shown = new VBox();

    PlanView(Services services, TrainViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        this.plan = model.plan();
        getStyleClass().add("plan");
        shown.getStyleClass().add("plan-shown");
        Label heading = new Label(texts.get("train.plan"));
        heading.getStyleClass().add("heading");
        ProgressBar busy = new ProgressBar();
        busy.setMaxWidth(Double.MAX_VALUE);
        busy.setAccessibleText(texts.get("train.planning"));
        busy.visibleProperty().bind(plan.planningProperty());
        getChildren().addAll(heading, busy, shown);
        plan.planningProperty().subscribe(planning -> shown.setOpacity(planning ? 0.5 : 1));
        plan.planProperty().subscribe(made -> show());
        plan.failureProperty().subscribe(refused -> show());
        plan.fixes().subscribe(this::show);
    }

    private void show() {
        shown.getChildren().clear();
        GantryException refused = plan.failureProperty().get();
        RunPlan made = plan.planProperty().get();
        if (refused != null) {
            shown.getChildren().add(new ErrorCard(texts, refused, ways(refused), services.host()::copy));
        } else if (made != null) {
            showPlan(made);
        } else {
            Label empty = new Label(texts.get("train.plan.empty"));
            empty.getStyleClass().add("muted");
            empty.setWrapText(true);
            shown.getChildren().add(empty);
        }
    }

    /// Bad rows are mended where they are shown.
    private List<Choice> ways(GantryException refused) {
        var data = model.draft().data();
        if (data == null || !refused.code().startsWith("DATA-")) {
            return List.of();
        }
        Choice skip = new Choice(texts.get("train.fix.skip-rows"), () -> model.set("data.fault_policy", "skip"));
        Choice look = new Choice(
                texts.get("train.fix.look"),
                () -> services.navigation().go(new Destination.CheckData(Path.of(data.path()))));
        return refused.code().equals("DATA-ROWS") ? List.of(skip, look) : List.of(look);
    }

    private void showPlan(RunPlan made) {
        TrainingPlan memory = made.memory();
        Label verdict = new Label(
                texts.get(made.fits() ? "train.plan.fits" : "train.plan.too-large"),
                new IconView(made.fits() ? Icon.CHECK : Icon.WARNING));
        verdict.setId("train-verdict");
        verdict.getStyleClass().addAll("strong", made.fits() ? "good" : "bad");
        verdict.setWrapText(true);
        shown.getChildren().add(verdict);
        plan.fixes().forEach(fix -> shown.getChildren().add(fixButton(fix)));
        if (!made.fits() && plan.fixes().isEmpty()) {
            note(texts.get("train.plan.no-fix"));
        }
        shown.getChildren().add(numbers(made));
        memory.tiers().forEach(tier -> shown.getChildren().add(new TierBar(texts, tier)));
        note(texts.get("train.plan.kept." + memory.retention().name().toLowerCase(Locale.ROOT)));
        if (memory.placement().weights() instanceof Placement.Weights.Tiered tiered) {
            FrozenPlan blocks = tiered.plan();
            note(texts.format(
                    "train.plan.blocks", blocks.count(Tier.DEVICE), blocks.count(Tier.HOST), blocks.count(Tier.DISK)));
        }
    }

    private GridPane numbers(RunPlan made) {
        TrainingPlan memory = made.memory();
        GridPane grid = new GridPane();
        grid.getStyleClass().add("plan-numbers");
        String time = texts.numbers().roughly(Duration.ofMillis((long) (1000 * memory.seconds())));
        number(grid, "time", time);
        number(grid, "steps", texts.numbers().count(made.steps()));
        number(
                grid,
                "rate",
                texts.format("train.plan.per-second", texts.numbers().count(Math.round(memory.tokensPerSecond()))));
        number(
                grid,
                "rows",
                texts.format(
                        "train.plan.rows-held",
                        texts.numbers().count(made.data().trainRows()),
                        texts.numbers().count(made.data().evalRows())));
        long lost = made.data().droppedRows() + made.data().maskedRows();
        if (lost > 0) {
            number(grid, "dropped", texts.numbers().count(lost));
        }
        number(
                grid,
                "bound",
                texts.get("train.bound." + memory.step().bound().name().toLowerCase(Locale.ROOT)));
        return grid;
    }

    private void number(GridPane grid, String key, String value) {
        Label name = new Label(texts.get("train.plan." + key));
        name.getStyleClass().add("muted");
        name.setMinWidth(USE_PREF_SIZE);
        Label amount = new Label(value);
        amount.getStyleClass().add(key.equals("time") ? "title" : "strong");
        amount.setWrapText(true);
        grid.addRow(grid.getRowCount(), name, amount);
    }

    private Button fixButton(Fix fix) {
        Remedy remedy = fix.remedy();
        String amount = remedy.key().equals("memory") || remedy.key().equals("stream")
                ? texts.numbers().bytes(remedy.amount())
                : texts.numbers().count(remedy.amount());
        TrainingPlan then = fix.plan().memory();
        String brings = texts.format(
                "train.fix.brings",
                texts.numbers().bytes(then.tier(Tier.DEVICE).bytes()),
                texts.numbers().roughly(Duration.ofMillis((long) (1000 * then.seconds()))));
        Button button = new Button(texts.format("train.fix." + remedy.key(), amount) + "\n" + brings);
        button.setWrapText(true);
        button.setId("train-fix-" + remedy.key());
        button.getStyleClass().add("fix");
        button.setMaxWidth(Double.MAX_VALUE);
        button.setOnAction(event -> model.apply(fix));
        return button;
    }

    private void note(String text) {
        Label note = new Label(text);
        note.getStyleClass().addAll("small", "muted");
        note.setWrapText(true);
        shown.getChildren().add(note);
    }
}
