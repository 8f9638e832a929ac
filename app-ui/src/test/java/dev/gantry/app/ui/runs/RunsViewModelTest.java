package dev.gantry.app.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.run.RunFiles;
import dev.gantry.app.run.RunStatus;
import dev.gantry.app.run.TinyRuns;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.lora.run.RunCommand;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With real trainers of a tiny model, and no toolkit.
class RunsViewModelTest {
    @TempDir
    private Path folder;

    private TinyRuns tiny;
    private FakeServices fake;
    private RunsViewModel model;

    @BeforeEach
    void open() throws IOException {
        tiny = new TinyRuns(folder);
        fake = new FakeServices(tiny.runs());
        model = new RunsViewModel(fake.services());
        model.setShown(true);
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        tiny.endTrainers();
        model.close();
        fake.close();
    }

    private void look() {
        fake.services().runs().look();
    }

    private RunDetail detail() {
        look();
        return Objects.requireNonNull(model.detailProperty().get());
    }

    private static void awaitExit(Path run) throws InterruptedException {
        while (!Files.exists(run.resolve(RunFiles.EXIT))) {
            Thread.sleep(5);
        }
    }

    @Test
    void killedTrainer_isSeen_explained_andResumed() throws IOException, InterruptedException {
        Path run = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "tiny");
        assertThat(detail().run().status()).isEqualTo(RunStatus.WAITING);
        model.actions().resume();
        TinyRuns.awaitStep(run, 3);
        assertThat(detail().run().status()).isEqualTo(RunStatus.TRAINING);
        assertThat(detail().charts().loss().isEmpty()).isFalse();
        assertThat(detail().gauges())
                .extracting(Gauge::name)
                .contains("Processor", "Memory of the machine", "Disk", "Memory of the trainer");

        model.actions().tell(RunCommand.PAUSE);
        TinyRuns.awaitState(run, RunState.PAUSED);
        assertThat(detail().run().status()).isEqualTo(RunStatus.PAUSED);

        ProcessHandle trainer = TrainerMark.require(run).process().orElseThrow();
        trainer.destroyForcibly();
        trainer.onExit().join();
        awaitExit(run);
        assertThat(detail().run().status()).isEqualTo(RunStatus.INTERRUPTED);
        assertThat(detail().reason()).contains("signal 9");
        assertThat(detail().gauges()).isEmpty();

        model.actions().resume();
        TinyRuns.awaitState(run, RunState.RESUMED);
        model.actions().tell(RunCommand.STOP);
        TinyRuns.awaitState(run, RunState.STOPPED);
        awaitExit(run);
        assertThat(fake.failures).isEmpty();
    }

    @Test
    void sampleAndSave_areDoneNow_andTheCheckpointIsKept_andCanBeTalkedTo() throws IOException, InterruptedException {
        Path run = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "tiny");
        look();
        model.actions().resume();
        TinyRuns.awaitStep(run, 2);
        look();
        model.actions().tell(RunCommand.SAMPLE);
        TinyRuns.await(run, event -> event instanceof RunEvent.Samples && event.step() > 0);
        model.actions().tell(RunCommand.SAVE);
        TinyRuns.await(run, RunEvent.CheckpointSaved.class::isInstance);
        model.actions().tell(RunCommand.STOP);
        awaitExit(run);

        RunContents files = detail().files();
        assertThat(files.checkpoints()).anyMatch(RunContents.SavedState::kept);
        assertThat(files.checkpoints().getFirst().newest()).isTrue();
        assertThat(files.files())
                .extracting(RunContents.NamedFile::name)
                .contains("config.json", "events.jsonl", "samples", "log.txt");
        assertThat(detail().samples().steps()).hasSizeGreaterThan(1);
        RunContents.SavedState newest = files.checkpoints().getFirst();
        model.actions().chat(newest);
        assertThat(fake.visited)
                .containsExactly(new Destination.ChatWith(
                        newest.folder().resolve("model").toString(), null));
        model.actions().open(newest);
        assertThat(fake.host.opened).containsExactly(newest.folder());
    }

    @Test
    void queue_isReordered_leftOut_andJumped() throws IOException, InterruptedException {
        Path first = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "first");
        Path second = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "second");
        Path third = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "third");
        var queue = fake.services().runs().queue();
        queue.submit(first);
        queue.submit(second);
        queue.submit(third);
        model.choose(third);
        assertThat(detail().turn()).isEqualTo(2);
        assertThat(model.lines()).extracting(RunLine::name).containsExactly("second", "third", "first");

        model.actions().moveTurn(-1);
        assertThat(detail().turn()).isEqualTo(1);
        assertThat(model.lines().getFirst().words()).isEqualTo("Waiting, number 1 in the queue");
        model.actions().waitNoLonger();
        assertThat(detail().turn()).isZero();
        assertThat(detail().status()).isEqualTo("Not started");

        model.choose(second);
        look();
        model.startNow();
        assertThat(fake.notices.questions)
                .singleElement()
                .satisfies(question -> assertThat(question.text()).contains("first"));
        fake.notices.questions.getFirst().choices().get(1).action().run();
        TinyRuns.awaitStep(second, 1);
        assertThat(queue.waiting()).isEmpty();
        assertThat(tiny.runs().alive()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void atMostSix_areCompared() throws IOException {
        for (int i = 0; i < 8; i++) {
            tiny.runs().create(tiny.config(10 + i), "run-" + i);
        }
        look();
        model.lines().stream().map(RunLine::run).toList().forEach(model.compared()::tick);
        look();
        assertThat(model.compared().ticksProperty().get()).isEqualTo(6);
        assertThat(fake.notices.infos).hasSize(2);
        Comparison comparison =
                Objects.requireNonNull(model.compared().comparisonProperty().get());
        assertThat(comparison.difference().rows())
                .singleElement()
                .satisfies(row -> assertThat(row.setting()).isEqualTo("duration.max_steps"));
        model.compared().tickNone();
        look();
        assertThat(model.compared().comparisonProperty().get()).isNull();
        assertThat(model.lines()).noneMatch(RunLine::ticked);
    }
}
