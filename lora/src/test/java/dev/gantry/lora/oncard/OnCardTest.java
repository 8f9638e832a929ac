package dev.gantry.lora.oncard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Steps in processes of their own: what fails, ends in a crash or does not end holds up nothing else.
class OnCardTest {
    @TempDir
    private Path folder;

    /// Steps that a process of its own finds again.
    static final class Samples {
        private static final List<Step> ALL = List.of(
                new Step("fine", 60, true, (_, recorder) -> {
                    recorder.part("one", () -> System.getenv("CUDA_LAUNCH_BLOCKING"));
                    recorder.leaveOut("two", "it is not here");
                }),
                new Step("partly", 60, (_, recorder) -> {
                    recorder.part("bad", () -> {
                        throw new IllegalStateException("so it is");
                    });
                    recorder.part("good", () -> System.getenv("CUDA_LAUNCH_BLOCKING") == null);
                }),
                new Step("crash", 60, (_, recorder) -> {
                    recorder.part("before", () -> null);
                    Runtime.getRuntime().halt(9);
                }),
                new Step("endless", 1, (_, _) -> {
                    while (true) {
                        LockSupport.park();
                    }
                }),
                new Step("nothing", 60, (_, recorder) -> recorder.leaveOut("all", "it is not here")));

        private Samples() {}

        public static void main(String[] arguments) throws IOException {
            OnCard.runOne(_ -> ALL, arguments);
        }
    }

    @Test
    void everyStepIsInTheResult_whateverBecameOfTheOthers() throws IOException {
        Path file = folder.resolve("result.json");
        StepProcess process = new StepProcess(Samples.class, new Ground(folder, folder));
        assertThat(OnCard.run(process, Samples.ALL, file)).isFalse();
        JsonNode result = JsonMapper.shared().readTree(Files.readString(file));
        assertThat(result.path("passed").asBoolean()).isFalse();
        assertThat(result.path("machine").path("processors").asInt()).isPositive();
        assertThat(StreamSupport.stream(result.path("steps").spliterator(), false)
                        .map(step -> step.path("step").asString() + " "
                                + step.path("outcome").asString() + " "
                                + step.path("why").asString() + " "
                                + step.path("parts").size()))
                .containsExactly(
                        "fine PASSED  2",
                        "partly FAILED  2",
                        "crash FAILED the step ended with exit code 9 1",
                        "endless FAILED the step was ended after 1 s 0",
                        "nothing LEFT_OUT  1");
        JsonNode partly = result.path("steps").get(1).path("parts");
        assertThat(partly.get(0).path("why").asString()).contains("so it is");
        assertThat(partly.get(1).path("figures").asBoolean()).isTrue();
        assertThat(result.path("steps")
                        .get(0)
                        .path("parts")
                        .get(0)
                        .path("figures")
                        .asString())
                .isEqualTo("1");
    }

    @Test
    void namesOfSteps_areNamesOfFiles_andCasesAreAmongThem() throws IOException {
        Path cases = Objects.requireNonNull(Fixture.of("gpt2").folder().getParent());
        List<Step> steps = Steps.all(new Ground(cases, folder));
        assertThat(steps).extracting(Step::name).contains("case gpt2", "case llama_gqa");
        assertThat(steps).extracting(Step::name).doesNotHaveDuplicates().allMatch(name -> name.matches("[\\w -]+"));
    }
}
