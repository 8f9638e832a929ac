package dev.gantry.app.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OneWindowTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    private GantryHome home() {
        return new GantryHome(folder);
    }

    /// A process of its own that has the window, answers by leaving a file, and ends when it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Path home = Path.of(args[0]);
            OneWindow window = OneWindow.takeOrAsk(new GantryHome(home), OneWindow.PATIENCE, "")
                    .orElseThrow();
            if (args.length == 1) {
                window.answer(wish -> {
                    try {
                        Files.writeString(home.resolve("shown"), wish);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
            Files.writeString(home.resolve("held"), "");
            Thread.sleep(60_000);
        }
    }

    private Process holder(String... more) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Holder.class.getName(),
                folder.toString()));
        command.addAll(List.of(more));
        Process started = new ProcessBuilder(command).inheritIO().start();
        while (!Files.exists(folder.resolve("held"))) {
            assertThat(started.isAlive()).isTrue();
            Thread.sleep(10);
        }
        return started;
    }

    @Test
    void secondStart_isAnsweredByTheFirst_andHasNothing() throws IOException, InterruptedException {
        Process first = holder();
        try {
            assertThat(OneWindow.takeOrAsk(home(), OneWindow.PATIENCE, "/a run.gantry"))
                    .isEmpty();
            assertThat(folder.resolve("shown")).hasContent("/a run.gantry");
            assertThat(folder.resolve("window.ask")).doesNotExist();
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    @Test
    void processThatWasKilled_leavesNothingInTheWay() throws IOException, InterruptedException {
        Process first = holder();
        first.destroyForcibly().waitFor();
        Files.writeString(folder.resolve("window.ask"), "");
        AtomicInteger shown = new AtomicInteger();
        try (OneWindow taken =
                OneWindow.takeOrAsk(home(), OneWindow.PATIENCE, "").orElseThrow()) {
            assertThat(folder.resolve("window.ask")).doesNotExist();
            taken.answer(wish -> shown.incrementAndGet());
            assertThat(OneWindow.takeOrAsk(home(), OneWindow.PATIENCE, "")).isEmpty();
            assertThat(shown).hasValue(1);
        }
    }

    @Test
    void firstThatDoesNotAnswer_isNamed() throws IOException, InterruptedException {
        Process first = holder("silent");
        try {
            assertThatThrownBy(() -> OneWindow.takeOrAsk(home(), SHORT, ""))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining("(" + first.pid() + ")");
            assertThat(folder.resolve("window.ask")).doesNotExist();
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    @Test
    void windowThatWasClosed_isFollowedByTheNext() throws IOException {
        Optional<OneWindow> first = OneWindow.takeOrAsk(home(), SHORT, "");
        first.orElseThrow().close();
        try (OneWindow second = OneWindow.takeOrAsk(home(), SHORT, "").orElseThrow()) {
            assertThat(second).isNotSameAs(first.get());
        }
    }
}
