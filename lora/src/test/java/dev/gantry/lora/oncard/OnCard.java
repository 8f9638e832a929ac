package dev.gantry.lora.oncard;

import dev.gantry.lora.oncard.Part.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What can be asked of a card so far, in one go and in steps that do not hold each other up: a line for each part on
/// the console, and one JSON.
public final class OnCard {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private OnCard() {}

    /// @param passed whether nothing failed; what was left out is named in its step
    private record Result(boolean passed, Machine machine, List<StepResult> steps) {}

    /// @param arguments the folder of the cases, that for work, the file for the JSON and the steps to run, all if none
    ///     is named; or `step` and what {@link StepProcess} gives a process of its own
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("step")) {
            runOne(Steps::all, arguments);
            return;
        }
        Ground ground = new Ground(Path.of(arguments[0]), Files.createDirectories(Path.of(arguments[1])));
        List<String> wanted = List.of(arguments).subList(3, arguments.length);
        List<Step> steps = Steps.all(ground).stream()
                .filter(step -> wanted.isEmpty() || wanted.contains(step.name()))
                .toList();
        boolean passed = run(new StepProcess(OnCard.class, ground), steps, Path.of(arguments[2]));
        System.exit(passed ? 0 : 1);
    }

    /// A step in this process.
    ///
    /// @param steps to find it among
    static void runOne(Function<Ground, List<Step>> steps, String[] arguments) throws IOException {
        Ground ground = new Ground(Path.of(arguments[2]), Path.of(arguments[3]));
        Step step = steps.apply(ground).stream()
                .filter(each -> each.name().equals(arguments[1]))
                .findFirst()
                .orElseThrow();
        new Recorder(Path.of(arguments[4])).whole(step, ground);
    }

    /// All steps, one after the other. The result is written after each.
    ///
    /// @return whether nothing failed
    static boolean run(StepProcess process, List<Step> steps, Path file) throws IOException {
        Machine machine = Machine.here();
        List<StepResult> results = new ArrayList<>();
        for (Step step : steps) {
            results.add(process.run(step));
            Files.writeString(file, JSON.writeValueAsString(new Result(passed(results), machine, results)));
        }
        for (StepResult each : results) {
            System.out.printf("%-9s %-24s %6.1f s %s%n", each.outcome(), each.step(), each.seconds(), each.why());
        }
        System.out.println(passed(results) ? "nothing failed" : "SOME FAILED");
        return passed(results);
    }

    private static boolean passed(List<StepResult> results) {
        return results.stream().noneMatch(step -> step.outcome() == Outcome.FAILED);
    }
}
