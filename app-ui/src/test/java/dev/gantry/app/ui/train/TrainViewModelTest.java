package dev.gantry.app.ui.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.library.DataShelf;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.train.Planning;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.offload.Tier;
import dev.gantry.zoo.catalog.DatasetEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The form without a toolkit, with plans of the starter model made by the real planner.
class TrainViewModelTest {
    @TempDir
    Path home;

    private FakeServices fake;
    private TrainViewModel model;
    private final List<TrainConfig> started = new ArrayList<>();
    private Path rows;

    @BeforeEach
    void open() throws IOException {
        fake = new FakeServices(home);
        DataShelf shelf = new DataShelf(fake.services().home(), fake.services().catalog());
        rows = shelf.sample();
        shelf.put(new DatasetEntry("gus", rows, "messages", 1167, FakeServices.NOW), DataSection.of(rows.toString()));
        model = new TrainViewModel(
                fake.services(),
                new RunPlanner(fake.services().home(), Planning.FIXED),
                (config, name) -> {
                    started.add(config);
                    return home.resolve("runs").resolve(name);
                },
                0);
    }

    @AfterEach
    void close() {
        fake.close();
    }

    private RunPlan plan() {
        return Objects.requireNonNull(model.plan().planProperty().get());
    }

    @Test
    void withoutModelOrData_startSaysWhatIsMissing() {
        assertThat(model.obstacleProperty().get()).isEqualTo("Choose a model first.");
        model.refresh(new Destination.Teach("starter", home.resolve("other")));
        // the only data there is was taken
        assertThat(model.draft().data()).isNotNull();
    }

    @Test
    void settingsFile_thatTheWindowWasStartedWith_fillsTheForm() throws IOException {
        model.refresh(new Destination.Teach("starter", rows));
        model.set("optimizer.learning_rate", "0.0123");
        TrainConfig wanted = model.draft().config();
        Path file = Files.writeString(home.resolve("mine.gantry"), TrainConfigJson.write(wanted));
        model.resetAll();
        model.refresh(new Destination.OpenSettings(file));

        assertThat(model.draft().config()).isEqualTo(wanted);
    }

    @Test
    void settingsFile_mayNameAModel_orAFolderBesideIt() throws IOException {
        model.refresh(new Destination.Teach("starter", rows));
        TrainConfig wanted = model.draft().config();
        Path file = home.resolve("mine.gantry");
        Files.writeString(file, TrainConfigJson.write(wanted.withModel("starter")));
        model.refresh(new Destination.OpenSettings(file));
        assertThat(model.draft().config()).isEqualTo(wanted);

        Path beside = Files.createDirectory(home.resolve("starter"));
        model.refresh(new Destination.OpenSettings(file));
        assertThat(model.draft().config().model()).isEqualTo(beside.toString());
    }

    @Test
    void plan_isOfTheVeryConfigThatStarts() {
        model.refresh(new Destination.Teach("starter", rows));
        model.useGoal(Goal.QUICK);

        assertThat(model.obstacleProperty().get()).isEmpty();
        assertThat(plan().steps()).isEqualTo(30);
        assertThat(plan().memory().fits()).isTrue();

        model.nameProperty().set("first");
        model.start();
        assertThat(started).containsExactly(model.draft().config());
        assertThat(started.getFirst().duration().maxSteps()).isEqualTo(30);
        assertThat(fake.visited).contains(new Destination.ShowRun(home.resolve("runs/first")));
    }

    @Test
    void wrongSetting_keepsFromStarting_andIsNamed() {
        model.refresh(new Destination.Teach("starter", rows));
        model.set("lora.r", "0");

        assertThat(model.obstacleProperty().get()).isEqualTo("Rank: Must be 1 or more.");
        model.start();
        assertThat(started).isEmpty();

        model.set("lora.r", "four");
        assertThat(model.obstacleProperty().get()).isEqualTo("Rank: Write a whole number.");
        model.reset("lora.r");
        assertThat(model.obstacleProperty().get()).isEmpty();
    }

    @Test
    void planThatDoesNotFit_offersFixes_thatFitWhenApplied() {
        model.refresh(new Destination.Teach("starter", rows));
        model.set("machine.device_memory", "8MiB");

        assertThat(plan().memory().fits()).isFalse();
        assertThat(model.obstacleProperty().get()).startsWith("It does not fit");
        assertThat(model.plan().fixes()).isNotEmpty();

        Fix fix = model.plan().fixes().getFirst();
        long promised = fix.plan().memory().tier(Tier.DEVICE).bytes();
        model.apply(fix);
        assertThat(plan().memory().fits()).isTrue();
        assertThat(plan().memory().tier(Tier.DEVICE).bytes()).isEqualTo(promised);
        assertThat(model.plan().fixes()).isEmpty();
        assertThat(model.obstacleProperty().get()).isEmpty();
    }

    @Test
    void settings_savedAndOpened_areTheSame() throws IOException {
        model.refresh(new Destination.Teach("starter", rows));
        model.set("lora.r", "4");
        model.set("samples.prompts", "Who are you?\nWhere do you live?");
        Path file = home.resolve("run.json");
        fake.host.chosen.add(file);
        model.save();
        TrainConfig saved = model.draft().config();
        assertThat(TrainConfigJson.read(file)).isEqualTo(saved);

        model.resetAll();
        model.load(file);
        assertThat(model.draft().config()).isEqualTo(saved);
        assertThat(model.draft().goal()).isEqualTo(Goal.OWN);
    }

    @Test
    void command_namesAFile_thatTheCommandReads() throws IOException {
        model.refresh(new Destination.Teach("starter", rows));
        model.nameProperty().set("my run");
        model.copyCommand();

        Path file = home.resolve("settings").resolve("my-run.json");
        assertThat(fake.host.copied).containsExactly("gantry train \"" + file + "\"");
        assertThat(TrainConfigJson.read(file)).isEqualTo(model.draft().config());
    }

    @Test
    void badRows_areSaid_andSkippingThemPlans() throws IOException {
        Path bad = home.resolve("bad.jsonl");
        Files.writeString(bad, "{\"prompt\":\"a\",\"completion\":\"b\"}\nnot json\n".repeat(30));
        DataShelf shelf = new DataShelf(fake.services().home(), fake.services().catalog());
        shelf.put(
                new DatasetEntry("bad", bad, "prompt_completion", 60, FakeServices.NOW),
                DataSection.of(bad.toString()));
        model.refresh(new Destination.Teach("starter", bad));

        assertThat(Objects.requireNonNull(model.plan().failureProperty().get()).code())
                .isEqualTo("DATA-ROWS");
        model.set("data.fault_policy", "skip");
        assertThat(model.plan().failureProperty().get()).isNull();
        assertThat(plan().data().trainRows() + plan().data().evalRows()).isEqualTo(30);
    }

    @Test
    void plansOfAMinute_andTheirFixes_areMadeOfOneMoment() {
        Planner real = new RunPlanner(fake.services().home(), Planning.FIXED);
        List<Integer> moments = new ArrayList<>();
        Planner counting = new Planner() {
            private int begun;

            @Override
            public Planner atOneMoment() {
                int moment = ++begun;
                return (config, progress) -> {
                    moments.add(moment);
                    return real.plan(config, progress);
                };
            }

            @Override
            public RunPlan plan(TrainConfig config, Progress progress) {
                throw new AssertionError("a plan of no moment");
            }
        };
        PlanViewModel planned = new PlanViewModel(fake.services(), counting, 0);
        model.refresh(new Destination.Teach("starter", rows));
        planned.show(model.draft().with("machine.device_memory", "8MiB"));
        assertThat(planned.fixes()).isNotEmpty();
        assertThat(moments).hasSizeGreaterThan(1).containsOnly(1);
        int made = moments.size();
        planned.show(model.draft());
        assertThat(moments).hasSize(made + 1).containsOnly(1);
        fake.pass(Duration.ofMinutes(1));
        planned.show(model.draft().with("lora.r", "4"));
        assertThat(moments.getLast()).isEqualTo(2);
    }
}
