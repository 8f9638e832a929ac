package dev.gantry.app.ui.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.run.RunFiles;
import dev.gantry.app.run.TinyRuns;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.lora.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With real trainers of a tiny model: what every screen says of them.
class TrainingStatusTest {
    @TempDir
    private Path folder;

    private TinyRuns tiny;

    @BeforeEach
    void makeModel() throws IOException {
        tiny = new TinyRuns(folder);
    }

    @AfterEach
    void endTrainers() throws IOException, InterruptedException {
        tiny.endTrainers();
    }

    private static TrainingStatus status(FakeServices fake) {
        Services services = fake.services();
        return new TrainingStatus(
                services.texts(),
                services.runs(),
                services.status(),
                services.notices(),
                services.navigation(),
                services.tasks());
    }

    @Test
    void runOfAnEarlierWindow_isFound_shown_andAskedFor() throws IOException, InterruptedException {
        Path run = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "tiny");
        Path next = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "next");
        tiny.runs().train(run);
        TinyRuns.awaitStep(run, 1);
        try (FakeServices fake = new FakeServices(tiny.runs());
                TrainingStatus _ = status(fake)) {
            List<String> closed = new ArrayList<>();
            fake.status.onClose(() -> closed.add("closed"));
            fake.services().runs().queue().submit(next);
            fake.services().runs().look();
            assertThat(fake.status.runProperty().get())
                    .isNotNull()
                    .satisfies(pill ->
                            assertThat(Objects.requireNonNull(pill).text()).startsWith("Training · step "));
            assertThat(fake.notices.infos).containsExactly("tiny was training while no window was open.");
            fake.notices.choices.getFirst().action().run();
            assertThat(fake.visited).containsExactly(new Destination.ShowRun(run));

            Question question = fake.status.questionBeforeClosing().orElseThrow();
            assertThat(question.text()).contains("tiny").contains("when a window is open: 1");
            question.choices().getLast().action().run();
            assertThat(closed).hasSize(1);
            TinyRuns.awaitState(run, RunState.STOPPED);
            assertThat(fake.failures).isEmpty();
        }
    }

    @Test
    void endOfARun_isTold_andTheNextInTheQueueBegins() throws IOException, InterruptedException {
        Path run = tiny.runs().create(tiny.config(3), "short");
        Path next = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "next");
        try (FakeServices fake = new FakeServices(tiny.runs());
                TrainingStatus _ = status(fake)) {
            var monitor = fake.services().runs();
            monitor.look();
            assertThat(fake.status.questionBeforeClosing()).isEmpty();
            monitor.queue().submit(run);
            monitor.queue().submit(next);
            monitor.look();
            while (!Files.exists(run.resolve(RunFiles.EXIT))) {
                Thread.sleep(5);
            }
            monitor.look();
            monitor.look();
            assertThat(fake.notices.infos).containsExactly("short has finished.");
            fake.notices.choices.getFirst().action().run();
            assertThat(fake.visited).containsExactly(new Destination.Compare(run));
            TinyRuns.awaitStep(next, 1);
            monitor.look();
            assertThat(Objects.requireNonNull(fake.status.runProperty().get()).destination())
                    .isEqualTo(new Destination.ShowRun(next));
        }
    }
}
