package dev.gantry.app.ui.train;

import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The plan of the form as it stands: made anew a moment after every change, the one before it cancelled.
final class PlanViewModel {
    private static final int MOST_FIXES = 3;
    private static final long LOOK_MILLIS = 20;

    /// How long the rates of a machine stand for it.
    private static final Duration MOMENT = Duration.ofMinutes(1);

    private final Services services;
    private final Planner planner;
    private final long pauseMillis;
    private final ReadOnlyObjectWrapper<@Nullable RunPlan> plan = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyBooleanWrapper planning = new ReadOnlyBooleanWrapper();
    private final ObservableList<Fix> fixes = FXCollections.observableArrayList();
    private @Nullable Planner moment;
    private Instant momentBegan = Instant.MIN;
    private @Nullable BackgroundTask<?> running;
    private @Nullable Draft wanted;
    private Map<String, String> values = Map.of();

    /// @param pauseMillis how long after a change the plan is made, so that typing does not plan every letter
    PlanViewModel(Services services, Planner planner, long pauseMillis) {
        this.services = services;
        this.planner = planner;
        this.pauseMillis = pauseMillis;
    }

    /// A plan with what makes it fit, if it does not.
    private record Planned(RunPlan plan, Map<String, String> values, List<Fix> fixes) {}

    /// Plans `draft`, in place of whatever is planned now; null when there is nothing to plan.
    void show(@Nullable Draft draft) {
        wanted = draft;
        if (draft == null) {
            plan.set(null);
            fixes.clear();
            failure.set(null);
        }
        BackgroundTask<?> now = running;
        if (now == null) {
            begin();
        } else {
            now.cancel();
        }
    }

    private void begin() {
        Draft draft = wanted;
        planning.set(draft != null);
        if (draft == null) {
            return;
        }
        TrainConfig config = draft.config();
        Planner now = ofThisMoment();
        BackgroundTask<Planned> task = services.tasks()
                .task(services.texts().get("train.planning"), progress -> planned(now, draft, config, progress));
        running = task;
        task.onDone(made -> {
                    if (draft.equals(wanted)) {
                        failure.set(null);
                        values = made.values();
                        plan.set(made.plan());
                        fixes.setAll(made.fixes());
                    }
                })
                .onFailed(refused -> {
                    if (draft.equals(wanted)) {
                        plan.set(null);
                        fixes.clear();
                        failure.set(refused);
                    }
                })
                .onEnd(() -> ended(draft))
                .start();
    }

    /// Who changes one setting after another does not wait for the machine to be measured after each.
    private Planner ofThisMoment() {
        Planner before = moment;
        Instant now = services.clock().instant();
        if (before != null && now.isBefore(momentBegan.plus(MOMENT))) {
            return before;
        }
        Planner next = planner.atOneMoment();
        moment = next;
        momentBegan = now;
        return next;
    }

    /// Goes on with what was asked for meanwhile.
    private void ended(Draft draft) {
        running = null;
        if (draft.equals(wanted)) {
            planning.set(false);
        } else {
            begin();
        }
    }

    private Planned planned(Planner now, Draft draft, TrainConfig config, Progress progress) throws Exception {
        for (long waited = 0; waited < pauseMillis; waited += LOOK_MILLIS) {
            progress.throwIfCancelled();
            Thread.sleep(LOOK_MILLIS);
        }
        progress.throwIfCancelled();
        RunPlan made = now.plan(config, progress);
        return new Planned(
                made, SettingText.flat(made.config()), made.fits() ? List.of() : fixes(now, draft, made, progress));
    }

    /// Plans every remedy, so that a button promises only what its click brings.
    private static List<Fix> fixes(Planner planner, Draft draft, RunPlan made, Progress progress) throws IOException {
        List<Fix> found = new ArrayList<>();
        Set<String> kinds = new HashSet<>();
        for (Remedy remedy : Remedy.of(draft, made)) {
            progress.throwIfCancelled();
            if (kinds.contains(remedy.key())) {
                continue;
            }
            try {
                RunPlan tried = planner.plan(remedy.draft().config(), progress);
                if (tried.fits()) {
                    kinds.add(remedy.key());
                    found.add(new Fix(remedy, tried));
                }
            } catch (GantryException e) {
                // not a way out of it, such as rows too short for this data
                if (e.kind() == GantryException.Kind.CANCELLED) {
                    throw e;
                }
            }
        }
        found.sort(Comparator.comparing((Fix fix) -> fix.remedy().changesResult())
                .thenComparingDouble(fix -> fix.plan().memory().seconds()));
        return found.subList(0, Math.min(MOST_FIXES, found.size()));
    }

    /// Stops what is going on.
    void stop() {
        wanted = null;
        if (running != null) {
            running.cancel();
        }
    }

    /// The last plan that was made; it stays while the next is made.
    ReadOnlyObjectProperty<@Nullable RunPlan> planProperty() {
        return plan.getReadOnlyProperty();
    }

    /// Every setting of the last plan as a text, with what was left to be chosen filled in.
    Map<String, String> values() {
        return values;
    }

    /// Why there is no plan.
    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    /// Whether the plan is being made anew.
    ReadOnlyBooleanProperty planningProperty() {
        return planning.getReadOnlyProperty();
    }

    /// What makes it fit, the fastest first.
    ObservableList<Fix> fixes() {
        return fixes;
    }
}
